/** One segment's night: the curve, the command that stands or may be given, and every step in words. */
import type { TonightTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { useAsked } from '../browser/use-asked.ts'
import { changes } from '../curve.ts'
import { groundText, levelText, rulerText } from '../rulers.ts'
import { addressOf } from '../route.ts'
import { Answered, Waiting } from '../parts/asking.tsx'
import { Facts } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { Wrote } from '../parts/marks.tsx'
import { NightCurve } from '../parts/night-curve.tsx'
import { PresenceBanner } from '../parts/presence-banner.tsx'
import { useRulingRows } from '../parts/ruling.tsx'
import { useSegments } from '../parts/use-street.ts'
import { Override } from './override.tsx'
import type { RulingTold, SegmentStatus } from '../../local/answers.ts'
import { Own } from '../parts/text.tsx'

const everyMs = 30_000

export function Tonight({ segment }: { readonly segment: string | undefined }) {
  const { say, store } = useDesk()
  const segments = useSegments()
  const isKnown = store.status.value !== undefined
  const chosen = segment ?? segments[0]?.[0]
  return (
    <>
      <h1 tabIndex={-1}>{say('tonight.title')}</h1>
      <PresenceBanner />
      {segments.length > 1 && (
        <nav class="tabs" aria-label={say('tonight.choose')}>
          {segments.map(([name, { title }]) => (
            <a key={name} href={addressOf('tonight', name)} aria-current={name === chosen ? 'true' : undefined}>
              <Own>{title}</Own>
            </a>
          ))}
        </nav>
      )}
      {chosen === undefined ? (
        isKnown ? (
          <p>{say('tonight.none')}</p>
        ) : (
          <Waiting />
        )
      ) : (
        <Night key={chosen} name={chosen} />
      )}
    </>
  )
}

function Night({ name }: { readonly name: string }) {
  const { store } = useDesk()
  const asked = useAsked('/api/tonight', { segment: name }, everyMs)
  const status = store.status.value?.segments[name]
  return (
    <Answered asked={asked}>
      {(told) => (
        <div class="night">
          <section class="night-main">
            {store.status.value?.segments[name] === undefined || Object.keys(store.status.value.segments).length < 2 ? (
              <h2>
                <Own>{told.title}</Own>
              </h2>
            ) : null}
            <NightCurve told={told} />
            <NowRules told={told} status={status} />
          </section>
          <Override told={told} ruling={status?.ruling ?? told.ruling} changed={() => void asked.again()} />
          <Steps told={told} />
        </div>
      )}
    </Answered>
  )
}

function NowRules({ told, status }: { readonly told: TonightTold; readonly status: SegmentStatus | undefined }) {
  const { say } = useDesk()
  const ruling = status?.ruling ?? told.ruling
  return (
    <>
      {told.trust === 'unknown' && (
        <div class="notice">
          <Icon sign="alarm" />
          <p>{say('tonight.doubtful')}</p>
        </div>
      )}
      {ruling !== undefined && <Ruling ruling={ruling} status={status} />}
    </>
  )
}

function Ruling({ ruling, status }: { readonly ruling: RulingTold; readonly status: SegmentStatus | undefined }) {
  const { say, form } = useDesk()
  const rows = useRulingRows(ruling)
  return (
    <div class="segment">
      <p class="level">{ruling.level === 0 ? say('level.off') : form.percent(ruling.level)}</p>
      <Facts
        rows={[
          ...rows,
          ...(status === undefined
            ? []
            : ([
                [
                  say('level.actual'),
                  <>
                    {status.actual === undefined ? say('level.untold') : form.percent(status.actual)}
                    {'  '}
                    {status.actual === undefined && status.state === 'applied' ? null : (
                      <Wrote state={status.state} because={status.because} />
                    )}
                  </>,
                ],
              ] as const)),
        ]}
      />
    </div>
  )
}

/** All that the curve shows, for those who cannot see it, and for who wants the minute. */
function Steps({ told }: { readonly told: TonightTold }) {
  const { say, form, language, store } = useDesk()
  const nowMs = store.now.value
  return (
    <section class="steps">
      <h2>{say('curve.steps')}</h2>
      <table>
        <caption class="unseen">{say('curve.steps-caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('curve.from')}</th>
            <th scope="col">{say('curve.until')}</th>
            <th scope="col" class="number">
              {say('curve.level')}
            </th>
            <th scope="col">{say('curve.why')}</th>
          </tr>
        </thead>
        <tbody>
          {told.plan.map(({ from, until, level, ground }) => {
            const isNow = Date.parse(from) <= nowMs && nowMs < Date.parse(until)
            return (
              <tr key={from} class={isNow ? 'is-now' : undefined}>
                <td class="when">{form.time(Date.parse(from))}</td>
                <td class="when">{form.time(Date.parse(until))}</td>
                <td class="number">{level === 0 ? say('level.off') : form.percent(level)}</td>
                <td>
                  {groundText(ground, language)}
                  {isNow && <strong class="now-word"> · {say('curve.is-now')}</strong>}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <details>
        <summary>{say('curve.ruled')}</summary>
        <table>
          <caption class="unseen">{say('curve.ruled')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('curve.since')}</th>
              <th scope="col" class="number">
                {say('curve.level')}
              </th>
              <th scope="col">{say('curve.who')}</th>
            </tr>
          </thead>
          <tbody>
            {told.ruled.map(({ since, ruler }) => (
              <tr key={since}>
                <td class="when">{form.time(Date.parse(since))}</td>
                <td class="number">
                  {ruler === undefined ? '–' : ruler.level === 0 ? say('level.off') : form.percent(ruler.level)}
                </td>
                <td>
                  <Own>{ruler === undefined ? say('curve.no-gateway') : rulerText(ruler, language)}</Own>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <details>
        <summary>{say('curve.said')}</summary>
        <table>
          <caption class="unseen">{say('curve.said')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('curve.at')}</th>
              <th scope="col" class="number">
                {say('curve.level')}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes(told.actual, 200).map(([at, level]) => (
              <tr key={at}>
                <td class="when">{form.exact(at)}</td>
                <td class="number">{level === null ? say('curve.nothing') : levelText(say, form, level)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}
