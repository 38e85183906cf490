/** What the page knows of the cabinet, as signals; and how what comes in over the live connection changes it. */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { KnownPoint, Status } from '../local/answers.ts'
import type { SessionTold } from '../local/session.ts'

/** A point, and when it was heard, on the page's own clock: ages grow without anybody asking. */
export interface Heard {
  readonly told: KnownPoint
  readonly heardMs: number
}

/** How the live connection is. `lost` begins when nothing came for longer than the gateway is ever silent. */
export type Link = 'opening' | 'live' | 'lost'

/** The gateway says something each two seconds; two words missed, and one knows before five have passed. */
export const silenceMs = 4_200

export interface Store {
  readonly session: Signal<SessionTold | undefined>
  readonly status: ReadonlySignal<Status | undefined>
  readonly link: ReadonlySignal<Link>
  /** when the last word came, by the cabinet's clock; undefined: none came yet */
  readonly lastWord: ReadonlySignal<number | undefined>
  /** grows with each start of a gateway: pages ask everything again */
  readonly generation: ReadonlySignal<number>
  /** names of all points, in the gateway's order */
  readonly names: ReadonlySignal<readonly string[]>
  /** the page's own clock, each second */
  readonly tick: ReadonlySignal<number>
  /** the cabinet's time now, in milliseconds since 1970 */
  readonly now: ReadonlySignal<number>
  point(name: string): ReadonlySignal<Heard | undefined>
  heardHello(hello: { readonly started: string; readonly pid: number }, nowMs: number): void
  heardPoints(points: readonly KnownPoint[], nowMs: number): void
  heardStatus(status: Status, nowMs: number): void
  /** each second, and when the page is seen again */
  passed(nowMs: number): void
  broken(): void
  /** the connection is being opened: from now on, silence is news */
  listening(nowMs: number): void
  /** the page is hidden, or nobody is logged in: silence is no news */
  resting(): void
}

/** `wallMs`: what this machine takes for the time, until the gateway has said what it is. */
export function createStore(startMs: number, wallMs: number): Store {
  const status = signal<Status | undefined>(undefined)
  const link = signal<Link>('opening')
  const generation = signal(0)
  const names = signal<readonly string[]>([])
  const tick = signal(startMs)
  const offsetMs = signal(wallMs - startMs)
  const lastWordMs = signal<number | undefined>(undefined)
  /** before this, silence was no news */
  let listeningMs = Infinity
  const points = new Map<string, Signal<Heard | undefined>>()
  let gateway: string | undefined

  const point = (name: string) => {
    let known = points.get(name)
    if (known === undefined) points.set(name, (known = signal<Heard | undefined>(undefined)))
    return known
  }
  const heard = (nowMs: number) => {
    lastWordMs.value = nowMs
    link.value = 'live'
  }
  return {
    session: signal<SessionTold | undefined>(undefined),
    status,
    link,
    lastWord: computed(() => (lastWordMs.value === undefined ? undefined : lastWordMs.value + offsetMs.value)),
    generation,
    names,
    tick,
    now: computed(() => tick.value + offsetMs.value),
    point,
    heardHello: ({ started, pid }, nowMs) => {
      const who = `${pid} ${started}`
      batch(() => {
        if (gateway !== undefined && gateway !== who) generation.value++
        heard(nowMs)
      })
      gateway = who
    },
    heardPoints: (told, nowMs) => {
      batch(() => {
        let isNew = false
        for (const one of told) {
          const known = point(one.point)
          isNew ||= known.peek() === undefined
          known.value = { told: one, heardMs: nowMs }
        }
        if (isNew) names.value = [...new Set([...names.peek(), ...told.map((one) => one.point)])]
        heard(nowMs)
      })
    },
    heardStatus: (told, nowMs) => {
      batch(() => {
        status.value = told
        tick.value = nowMs
        const at = Date.parse(told.time.now)
        if (!Number.isNaN(at)) offsetMs.value = at - nowMs
        heard(nowMs)
      })
    },
    passed: (nowMs) => {
      batch(() => {
        tick.value = nowMs
        const since = Math.max(lastWordMs.peek() ?? 0, listeningMs)
        if (link.peek() !== 'lost' && nowMs - since > silenceMs) link.value = 'lost'
      })
    },
    broken: () => (link.value = 'lost'),
    listening: (nowMs) => {
      listeningMs = nowMs
    },
    resting: () => {
      listeningMs = Infinity
    },
  }
}

/** How old a value is now; undefined: it never came. */
export function ageMs({ told, heardMs }: Heard, nowMs: number): number | undefined {
  return told.age_ms === undefined ? undefined : told.age_ms + Math.max(0, nowMs - heardMs)
}
