/** The icons of the eight categories, our own, drawn on one grid of 24. Decoration: the word stands beside. */
import type { Category } from './dtpr.ts'
import { markup, type Html } from './html.ts'

type Sign = Category | 'lantern' | 'leaves' | 'stays' | 'none'

const paths: Readonly<Record<Sign, string>> = {
  lantern: 'M12 2v2M6 9l6-5 6 5M7 9h10l-1.5 9h-7zM9.500 21h5M12 12v3',
  accountable: 'M3 21h18M5 21V10M10 21V10M14 21V10M19 21V10M3 10h18L12 3.500z',
  purpose: 'M12 3a9 9 0 1 0 9 9M12 7.500a4.500 4.500 0 1 0 4.500 4.500M12 12l8-8M16 4h4v4',
  tech: 'M5 3h14v18H5zM8.500 7h7v4h-7zM9 15h.01M12 15h.01M15 15h.01M12 18h.01',
  data: 'M4 4v16h16M7.500 15l3.500-4 3 2.500L19 8',
  process: 'M4 5h16l-6 7v6l-4 2v-8z',
  access:
    'M2.5 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600z',
  storage:
    'M4 6.500C4 4.500 8 4 12 4s8 .5 8 2.500S16 9 12 9 4 8.500 4 6.500zM4 6.500v11C4 19.500 8 20 12 20s8-.5 8-2.500v-11M4 12c0 2 4 2.500 8 2.500s8-.5 8-2.500',
  retention: 'M7 3h10M7 21h10M8 3v4l4 5-4 5v4M16 3v4l-4 5 4 5v4',
  leaves: 'M7 17L17 7M9 7h8v8',
  stays: 'M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-5h4v5',
  none: 'M5 12h14',
}

export function icon(sign: Sign): Html {
  return markup`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${paths[sign]}" /></svg>`
}
