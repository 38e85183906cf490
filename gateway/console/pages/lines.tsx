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
                .map(([device, { health, unit }]) => (
                  <li key={device} class="line-device">
                    <a href={addressOf('devices', device)}>
                      <Own>{device}</Own>
                    </a>{' '}
                    <span class="quiet">
                      {say('device.unit').toLowerCase()} {unit}
                    </span>{' '}
                    <Health health={health} />
                  </li>
                ))}
            </ul>,
          ],
        ]}
      />
    </section>
  )
}
