/** One device: what it is, how it answers, and all of its points with why they are what they are. */
import { useState } from 'preact/hooks'
import type { DeviceTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { useAsked } from '../browser/use-asked.ts'
import { pointLabel } from '../labels.ts'
import { addressOf } from '../route.ts'
import { known } from '../rulers.ts'
import { defectWords } from '../words/field.ts'
import { Answered } from '../parts/asking.tsx'
import { Facts, Field } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { Health } from '../parts/marks.tsx'
import { Point } from './point.tsx'
import { Own } from '../parts/text.tsx'

const everyMs = 10_000
/** So many can be looked over without a search. */
const fewPoints = 12

export function Device({ name }: { readonly name: string }) {
  const { say } = useDesk()
  const asked = useAsked('/api/device', { name }, everyMs)
  const isUnknown = asked.refusal.value?.error === 'NOT_FOUND'
  return (
    <>
      <p class="back">
        <a href={addressOf('devices')}>← {say('device.back')}</a>
      </p>
      <h1 tabIndex={-1}>
        <Own>{name}</Own>
      </h1>
      {isUnknown ? (
        <p>{say('device.unknown', { name })}</p>
      ) : (
        <Answered asked={asked}>{(told) => <Told told={told} />}</Answered>
      )}
    </>
  )
}

function Told({ told }: { readonly told: DeviceTold }) {
  const { say, form, language } = useDesk()
  const { profile, latency, doubt, defects = [], health, line, unit } = told
  return (
    <>
      {doubt !== undefined && (
        <div class="notice bad">
          <Icon sign="alarm" />
          <p>{say('device.doubt', { profile: profile.id, because: doubt })}</p>
        </div>
      )}
      {defects.length > 0 && (
        <div class="notice">
          <Icon sign="alarm" />
          <div>
            <p>{say('device.defects')}</p>
            <ul class="plain">
              {defects.map(({ kind, register, count, points }) => (
                <li key={`${kind} ${register} ${count}`}>
                  {known(defectWords, kind, language, { register, count: String(count), points: points.join(', ') })}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <Facts
        rows={[
          [say('device.health'), <Health health={health} />],
          [
            say('device.line'),
            <>
              <Own>{line}</Own>, {say('device.unit').toLowerCase()} {unit}
            </>,
          ],
          [
            say('device.profile'),
            <>
              <Own>{`${profile.vendor} ${profile.model}`}</Own>{' '}
              <span class="quiet">
                {profile.id}, {say('device.grade', { grade: profile.grade })}
              </span>
            </>,
          ],
          [
            say('device.latency'),
            latency === undefined
              ? say('device.no-latency')
              : say('device.latency-figures', {
                  last: form.number(latency.last_ms),
                  median: form.number(latency.median_ms),
                  p99: form.number(latency.p99_ms),
                }),
          ],
          ...(told.setpoints.length === 0
            ? []
            : ([
                [
                  say('device.setpoints'),
                  <ul class="plain written">
                    {told.setpoints.map(({ name, segment }) => (
                      <li key={name}>
                        <code>{name}</code>{' '}
                        {segment === undefined ? (
                          <span class="quiet">{say('device.setpoint-free')}</span>
                        ) : (
                          <a href={addressOf('tonight', segment)}>{say('device.setpoint-of', { segment })}</a>
                        )}
                      </li>
                    ))}
                  </ul>,
                ],
              ] as const)),
        ]}
      />
      <details class="source">
        <summary>{say('device.source')}</summary>
        <p dir="auto">{profile.source}</p>
      </details>
      <Points told={told} />
    </>
  )
}

function Points({ told }: { readonly told: DeviceTold }) {
  const { say, language } = useDesk()
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const fits = told.points.filter(({ point, quantity }) =>
    `${point} ${pointLabel(point, quantity, language)}`.toLowerCase().includes(wanted),
  )
  return (
    <section class="points">
      <h2>{say('points.title')}</h2>
      {told.points.length > fewPoints && (
        <Field name="find" type="search" label={say('points.find')} value={text} onValue={setText} maxLength={80} />
      )}
      {fits.length === 0 && <p role="status">{say('points.none-fits', { text })}</p>}
      <ul>
        {fits.map((point) => (
          <Point key={point.point} origin={point} driver={told.profile.id} />
        ))}
      </ul>
    </section>
  )
}
