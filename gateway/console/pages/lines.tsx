/** The wires: how busy, how reliable. */
import type { Status } from '../../local/answers.ts'
import { useDesk } from '../browser/desk.ts'
import { addressOf } from '../route.ts'
import { troubleText } from '../troubles.ts'
import { Waiting } from '../parts/asking.tsx'
import { Bar } from '../parts/bar.tsx'
import { Facts } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { Health, Mark } from '../parts/marks.tsx'
import { Own, Text } from '../parts/text.tsx'
import { disturbanceWords } from '../words/field.ts'

const errors = ['timeouts', 'garbled', 'foreign', 'late', 'exceptions'] as const

export function Lines() {
  const { say, store } = useDesk()
  const status = store.status.value
  return (
    <>
      <h1 tabIndex={-1}>{say('lines.title')}</h1>
      {status === undefined ? (
        <Waiting />
      ) : (
        <div class="columns">
          {Object.entries(status.lines).map(([name, line]) => (
            <Line key={name} name={name} line={line} devices={status.devices} />
          ))}
        </div>
      )}
    </>
  )
}

function Line({
  name,
  line,
  devices,
}: {
  readonly name: string
  readonly line: Status['lines'][string]
  readonly devices: Status['devices']
}) {
  const { say, form, language } = useDesk()
  const planned = usePlanned()
  const number = (value: number) => form.number(value)
  const load = form.number(line.load * 100, line.load < 0.1 ? 1 : 0)
  const wrong = errors.filter((kind) => line[kind] > 0)
  return (
    <section class="line">
      <h2>
        <Own>{name}</Own>
        <Mark mood={line.code === undefined ? 'good' : 'bad'}>
          {say(line.code === undefined ? 'lines.up' : 'lines.down')}
        </Mark>
      </h2>
      <p class="quiet address">
        <Own>{line.url}</Own>
      </p>
      {line.disturbance !== undefined && (
        <div class="notice bad">
          <Icon sign="alarm" />
          <p>{disturbanceWords[line.disturbance.kind][language]}</p>
        </div>
      )}
      {line.code !== undefined && (
        <div class="notice bad">
          <Icon sign="alarm" />
          <p>
            <Text>{troubleText(line.code, { url: line.url }, language)}</Text>
          </p>
        </div>
      )}
      <Facts
        rows={[
          [
            say('lines.load'),
            <>
              {say('lines.load-text', { load })}
              <Bar share={line.load} />
            </>,
          ],
          ...planned(line.planned),
          [
            say('lines.requests'),
            say('lines.answered', { answers: number(line.answers), requests: number(line.requests) }),
          ],
          [say('lines.polls'), say('lines.polls-text', { polls: number(line.polls), missed: number(line.missed) })],
          [say('lines.worst'), form.quantity(line.worst_late_ms, 'ms', 0)],
          [
            say('lines.errors'),
            wrong.length === 0 ? (
              <Mark mood="good">{say('lines.no-errors')}</Mark>
            ) : (
              <ul class="plain counts">
                {wrong.map((kind) => (
                  <li key={kind}>
                    <span class="count">{number(line[kind])}</span> <span>{say(`lines.${kind}`)}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            say('lines.devices'),
            <ul class="plain">
              {Object.entries(devices)
                .filter(([, device]) => device.line === name)
                .map(([device, { health, unit, pace }]) => (
                  <li key={device} class="line-device">
                    <a href={addressOf('devices', device)}>
                      <Own>{device}</Own>
                    </a>{' '}
                    <span class="quiet">
                      {say('device.unit').toLowerCase()} {unit}
                    </span>{' '}
                    <Health health={health} />
                    <Patience pace={pace} />
                  </li>
                ))}
            </ul>,
          ],
        ]}
      />
    </section>
  )
}

/** What the site file asks of the line, as a row; an older gateway does not tell. */
function usePlanned() {
  const { say, form } = useDesk()
  return (planned: Status['lines'][string]['planned']): [string, string][] => {
    if (planned === undefined) return []
    const { requests, registers, cycle_ms, load } = planned
    const words = {
      load: form.percent(load * 100),
      requests: form.number(requests),
      registers: form.number(registers),
      cycle: form.quantity(cycle_ms, 'ms', 0),
    }
    return [[say('lines.planned'), say('lines.planned-text', words)]]
  }
}

/** How long the device is waited for, and, where another timeout would suit, which. */
function Patience({ pace }: { readonly pace: Status['devices'][string]['pace'] }) {
  const { say, form } = useDesk()
  if (pace === undefined) return null
  const { timeout_ms: timeout, suggested_timeout_ms: suggested } = pace
  const ms = (value: number) => form.quantity(value, 'ms', 0)
  return (
    <span class="quiet">
      {suggested === undefined || suggested === timeout
        ? say('lines.timeout', { timeout: ms(timeout) })
        : say('lines.timeout-suggested', { timeout: ms(timeout), suggested: ms(suggested) })}
    </span>
  )
}
