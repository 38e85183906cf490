/** Our own signs, drawn on one grid. Decoration all of them: the word stands beside. */
import type { Place } from '../route.ts'

export type Sign =
  Place | 'lantern' | 'good' | 'uncertain' | 'bad' | 'alarm' | 'person' | 'wait' | 'note' | 'out' | 'home'

const paths = {
  lantern: 'M12 2v2M6 9l6-5 6 5M7 9h10l-1.500 9H8.500zM9.500 21h5M12 12v3',
  overview: 'M3 20V9l9-6 9 6v11M9 20v-6h6v6',
  tonight: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  devices: 'M5 3h14v18H5zM9 7h6M9 11h6M9 16h.01M13 16h2',
  lines: 'M4 6h6v5h4V6h6M4 18h6v-3h4v3h6',
  data: 'M12 3v11M8 7l4-4 4 4M4 14v6h16v-6',
  system: 'M4 6h10M18 6h2M4 12h2M10 12h10M4 18h8M16 18h4M16 4v4M8 10v4M14 16v4',
  good: 'M5 12.500l4.500 4.500L19 7.500',
  uncertain: 'M4 13c2.500-4 5.500-4 8-1s5.500 3 8-1',
  bad: 'M6 6l12 12M18 6L6 18',
  alarm: 'M12 3l9.500 17h-19zM12 9.500v5M12 17.500v.01',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c.800-4.500 4-6.500 8-6.500s7.200 2 8 6.500',
  wait: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4l3 2',
  note: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 11v5M12 8v.01',
  out: 'M7 17L17 7M9 7h8v8',
  home: 'M12 5v11M7.500 12l4.500 4.500 4.500-4.500M5 20h14',
} as const satisfies Record<Sign, string>

export function Icon({ sign }: { readonly sign: Sign }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[sign]} />
    </svg>
  )
}
