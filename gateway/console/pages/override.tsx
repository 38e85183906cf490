/** A command to a segment: how much, for how long, why; what it will do, and what became of it, in words. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RulingTold, VerdictTold } from '../../local/answers.ts'
import type { TonightTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { beginAt, leaseMinutes, planAt, presetsOf, stepped } from '../leases.ts'
import { isCommand, known, levelText, rulerText } from '../rulers.ts'
import { sentence } from '../say.ts'
import { refusedText, verdictRefusal, type Refusal } from '../troubles.ts'
import { Choice, Field } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { outcomeWords } from '../words/light.ts'
import { roleNames } from '../words/frame.ts'
import { Own } from '../parts/text.tsx'

type Became = VerdictTold | { readonly verdict: 'not-taken'; readonly refusal: Refusal }

export function Override({
  told,
  ruling,
  changed,
}: {
  readonly told: TonightTold
  readonly ruling: RulingTold | undefined
  readonly changed: () => void
}) {
  const { say, store, language } = useDesk()
  const [became, setBecame] = useState<Became | undefined>(undefined)
  const session = store.session.value
  const presence = store.status.value?.presence
  if (session?.state !== 'in') return null
  const worksHere = presence !== undefined && presence.who === session.name
  const may = session.may.includes('command') || (session.may.includes('work') && worksHere)
  const heard = (verdict: Became) => {
    setBecame(verdict)
    changed()
  }
  return (
    <section class="override">
      <h2>{say('override.title')}</h2>
      {ruling !== undefined && isCommand(ruling) && (
        <Standing ruling={ruling} setpoint={told.setpoint} may={may} heard={heard} />
      )}
      {may ? (
        <Order told={told} ruling={ruling} heard={heard} />
      ) : (
        <p>
          {session.may.includes('work')
            ? say('override.when-working')
            : say('override.may-not', { role: sentence(roleNames[session.role], language) })}
        </p>
      )}
      <Verdict became={became} />
    </section>
  )
}

/** A command stands: who gave it, and that it ends by itself. */
function Standing({
  ruling,
  setpoint,
  may,
  heard,
}: {
  readonly ruling: RulingTold
  readonly setpoint: string
  readonly may: boolean
  readonly heard: (verdict: Became) => void
}) {
  const { say, form, store, language, ask } = useDesk()
  const [isBusy, setBusy] = useState(false)
  const nowMs = store.now.value
  const untilMs = ruling.until === undefined ? undefined : Date.parse(ruling.until)
  const release = async () => {
    setBusy(true)
    const answer = await ask('/api/release', { method: 'POST', body: { setpoint, reason: '' } })
    heard(answer.ok ? answer.body : { verdict: 'not-taken', refusal: answer.refusal })
    setBusy(false)
  }
  return (
    <div class="standing">
      <p>
        <strong>{say('override.stands')}</strong> <Own>{rulerText(ruling, language)}</Own>
      </p>
      {untilMs !== undefined && (
        <p>
          {say(ruling.next === undefined ? 'override.returns-open' : 'override.returns', {
            length: form.span(untilMs - nowMs),
            until: form.moment(untilMs, nowMs),
            ...(ruling.next === undefined
              ? {}
              : {
                  next: say('rules.then-level', {
                    who: rulerText(ruling.next, language),
                    level: levelText(say, form, ruling.next.level),
                  }),
                }),
          })}
        </p>
      )}
      {may && (
        <button type="button" disabled={isBusy} onClick={() => void release()}>
          {say('release.button')}
        </button>
      )}
    </div>
  )
}

function Order({
  told,
  ruling,
  heard,
}: {
  readonly told: TonightTold
  readonly ruling: RulingTold | undefined
  readonly heard: (verdict: Became) => void
}) {
  const { say, form, store, ask } = useDesk()
  const { allowed } = told
  const [chosen, setLevel] = useState(() => beginAt(ruling?.level, allowed))
  const [minutes, setMinutes] = useState('60')
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const [isBusy, setBusy] = useState(false)
  // What is allowed may have changed since.
  const level = chosen === 0 && allowed.off ? 0 : Math.min(allowed.to, Math.max(allowed.from, chosen))
  const leaseMs = Number(minutes) * 60_000

  const order = async () => {
    if (reason.trim() === '') {
      setMissing(true)
      return
    }
    setBusy(true)
    const body = { setpoint: told.setpoint, value: level, lease_ms: leaseMs, reason: reason.trim() }
    const answer = await ask('/api/command', { method: 'POST', body })
    heard(answer.ok ? answer.body : { verdict: 'not-taken', refusal: answer.refusal })
    if (answer.ok && answer.body.verdict === 'accepted') setReason('')
    setBusy(false)
  }
  const share = `${((Math.max(level, allowed.from) - allowed.from) / Math.max(1, allowed.to - allowed.from)) * 100}%`
  const spoken = level === 0 ? say('level.off') : form.percent(level)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void order()
      }}
    >
      <fieldset class="levels">
        <legend>{say('override.level')}</legend>
        <div class="slider">
          <button type="button" aria-label={say('override.less')} onClick={() => setLevel(stepped(level, -5, allowed))}>
            −
          </button>
          <input
            type="range"
            aria-label={say('override.level')}
            min={allowed.from}
            max={allowed.to}
            step={1}
            value={level === 0 ? allowed.from : level}
            aria-valuetext={spoken}
            style={{ '--share': share }}
            onInput={(event) => setLevel(event.currentTarget.valueAsNumber)}
          />
          <button type="button" aria-label={say('override.more')} onClick={() => setLevel(stepped(level, 5, allowed))}>
            +
          </button>
          <output>{spoken}</output>
        </div>
        <div class="presets">
          {presetsOf(allowed).map((preset) => (
            <button key={preset} type="button" aria-pressed={preset === level} onClick={() => setLevel(preset)}>
              {preset === 0 ? say('level.off') : form.percent(preset)}
            </button>
          ))}
        </div>
        <p class="hint">
          {say('override.allowed', {
            from: form.percent(allowed.from),
            to: form.percent(allowed.to),
            off: allowed.off ? say('override.allowed-off') : '',
          })}
        </p>
      </fieldset>
      <Choice
        legend={say('override.for')}
        options={leaseMinutes.map((count) => [String(count), form.span(count * 60_000)] as const)}
        chosen={minutes}
        onChoose={setMinutes}
        look="figures"
      />
      <Field
        name="because"
        label={say('override.because')}
        hint={say('override.because-hint')}
        wrong={isMissing && reason.trim() === '' ? say('override.because-missing') : undefined}
        value={reason}
        onValue={setReason}
        maxLength={200}
      />
      <p class="preview">
        <Preview told={told} spoken={spoken} untilMs={store.now.value + leaseMs} />
      </p>
      <button type="submit" class="main-deed" disabled={isBusy}>
        {say(isBusy ? 'override.busy' : 'override.button')}
      </button>
    </form>
  )
}

function Preview({
  told,
  spoken,
  untilMs,
}: {
  readonly told: TonightTold
  readonly spoken: string
  readonly untilMs: number
}) {
  const { say, form, store, language } = useDesk()
  const then = told.trust === 'unknown' ? undefined : planAt(told.plan, untilMs)
  const until = form.moment(untilMs, store.now.value)
  const level = spoken.charAt(0).toLocaleUpperCase(language) + spoken.slice(1)
  if (then === undefined) return <>{say('override.preview-open', { level, until })}</>
  const program = { priority: 'program', source: { door: 'program', who: 'program' }, reason: '' }
  return (
    <>
      {say('override.preview', {
        level,
        until,
        next: say('rules.then-level', {
          who: rulerText({ ...program, level: then.level, ground: then.ground }, language),
          level: levelText(say, form, then.level),
        }),
      })}
    </>
  )
}

/** Always there, so that those who hear the page are told when it fills. */
function Verdict({ became }: { readonly became: Became | undefined }) {
  const { say, form, store } = useDesk()
  const at = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (became !== undefined) at.current?.scrollIntoView({ block: 'nearest' })
  }, [became])
  const mood =
    became === undefined ? '' : became.verdict === 'accepted' || became.verdict === 'released' ? 'good' : 'bad'
  return (
    <div ref={at} role="status" class={became === undefined ? 'unseen' : `notice verdict ${mood}`}>
      {became !== undefined && (
        <>
          <Icon sign={mood === 'good' ? 'good' : 'bad'} />
          <p>
            <VerdictWords became={became} />
          </p>
        </>
      )}
      {became?.verdict === 'refused' && became.allowed !== undefined && (
        <p>
          {say('override.allowed', {
            from: form.percent(became.allowed.from),
            to: form.percent(became.allowed.to),
            off: became.allowed.off ? say('override.allowed-off') : '',
          })}
        </p>
      )}
      {became?.verdict === 'not-taken' && <p>{refusedText(became.refusal, form, store.now.peek())}</p>}
    </div>
  )
}

function VerdictWords({ became }: { readonly became: Became }) {
  const { say, form, store, language } = useDesk()
  const nowMs = store.now.peek()
  switch (became.verdict) {
    case 'accepted': {
      const until = form.moment(Date.parse(became.until), nowMs)
      if (became.rules)
        return (
          <>
            {say('verdict.accepted', {
              level: became.value === 0 ? say('level.off') : form.percent(became.value),
              until,
              outcome: known(outcomeWords, became.outcome, language),
            })}
          </>
        )
      const { ruling } = became
      return (
        <>
          {ruling === undefined
            ? say('verdict.outranked-unknown', { until })
            : say('verdict.outranked', {
                until,
                level: levelText(say, form, ruling.level),
                who: rulerText(ruling, language),
              })}
        </>
      )
    }
    case 'released':
      return (
        <>
          {became.ruling === undefined
            ? say('verdict.released-plain')
            : say('verdict.released', {
                level: levelText(say, form, became.ruling.level),
                who: rulerText(became.ruling, language),
              })}
        </>
      )
    case 'refused':
      return (
        <>
          {say('verdict.refused')} {verdictRefusal(became, form, nowMs)}
        </>
      )
    case 'not-taken':
      return <>{say('verdict.refused')}</>
  }
}
