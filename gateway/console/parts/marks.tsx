/** States in a sign and a word: never in a colour alone. */
import type { ComponentChildren } from 'preact'
import type { KnownPoint, SegmentStatus, Status } from '../../local/answers.ts'
import { useDesk } from '../browser/desk.ts'
import { ageMs, type Heard } from '../store.ts'
import { known, reasonText } from '../rulers.ts'
import { healthWords, qualityWords } from '../words/field.ts'
import { writeWords } from '../words/light.ts'
import { Icon, type Sign } from './icons.tsx'

type Mood = 'good' | 'uncertain' | 'bad' | 'plain'

export function Mark({
  mood,
  sign = mood === 'plain' ? 'note' : mood,
  children,
}: {
  readonly mood: Mood
  readonly sign?: Sign
  readonly children: ComponentChildren
}) {
  return (
    <span class={`mark ${mood}`}>
      <Icon sign={sign} />
      <span>{children}</span>
    </span>
  )
}

export function Quality({ state, reason }: Pick<KnownPoint, 'state' | 'reason'>) {
  const { language } = useDesk()
  const word = known(qualityWords, state, language)
  return (
    <Mark mood={state}>
      {state === 'good' || reason === undefined ? word : `${word}, ${reasonText(reason, language)}`}
    </Mark>
  )
}

export function Health({ health }: { readonly health: Status['devices'][string]['health'] }) {
  const { language } = useDesk()
  return <Mark mood={health === 'alive' ? 'good' : 'bad'}>{known(healthWords, health, language)}</Mark>
}

export function Wrote({ state, because }: Pick<SegmentStatus, 'state' | 'because'>) {
  const { language } = useDesk()
  const told = because === undefined || because === 'not-asked' ? '' : ` (${reasonText(because, language)})`
  const mood = state === 'applied' ? 'good' : state === 'rejected' ? 'bad' : state === 'ramping' ? 'plain' : 'uncertain'
  return (
    <Mark mood={mood} {...(state === 'ramping' || state === 'waiting' ? { sign: 'wait' } : {})}>
      {known(writeWords, state, language) + told}
    </Mark>
  )
}

/** Grows by itself, each second. */
export function Age({ heard }: { readonly heard: Heard }) {
  const { store, form, say } = useDesk()
  const ms = ageMs(heard, store.tick.value)
  return (
    <span class="age">
      {ms === undefined ? '–' : ms < 2_000 ? say('point.now') : say('point.age', { age: form.span(ms) })}
    </span>
  )
}
