/** The street at a glance: what is wrong, what the light does, what the meters say. */
import type { Alarm, SegmentStatus, Status } from '../../local/answers.ts'
import { useDesk } from '../browser/desk.ts'
import { deviceOf, headlinesOf } from '../labels.ts'
import { addressOf } from '../route.ts'
import { alarmText } from '../troubles.ts'
import { Waiting } from '../parts/asking.tsx'
import { Bar } from '../parts/bar.tsx'
import { Facts } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { Health, Mark, Wrote } from '../parts/marks.tsx'
import { Measure } from '../parts/measure.tsx'
import { PresenceBanner } from '../parts/presence-banner.tsx'
import { Own, Text } from '../parts/text.tsx'
import { useRulingRows } from '../parts/ruling.tsx'

export function Overview() {
  const { say, store } = useDesk()
  const status = store.status.value
  return (
    <>
      <h1 tabIndex={-1}>{say('overview.title')}</h1>
      <PresenceBanner />
      {status === undefined ? null : <Alarms alarms={status.alarms} />}
      <div class="halves">
        <section>
          <h2>{say('overview.light')}</h2>
          {status === undefined ? <Waiting /> : <Light segments={status.segments} />}
          {status !== undefined && <Uplink status={status} />}
        </section>
        <section>
          <h2>{say('overview.measures')}</h2>
          <Measures />
        </section>
      </div>
    </>
  )
}

function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const { say, form, language, store } = useDesk()
  const nowMs = store.now.value
  if (alarms.length === 0)
    return (
      <p class="calm">
        <Mark mood="good">{say('overview.no-alarm')}</Mark>
      </p>
    )
  return (
    <section class="alarms" aria-label={say('overview.alarms')}>
      <h2 class="unseen">{say('overview.alarms')}</h2>
      <ul>
        {alarms.map((alarm) => (
          <li key={`${alarm.code} ${alarm.of}`} class="notice bad">
            <Icon sign="alarm" />
            <p>
              <bdi>
                <Text>{alarmText(alarm, language)}</Text>
              </bdi>{' '}
              <span class="since">{say('alarm.since', { since: form.moment(Date.parse(alarm.since), nowMs) })}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Light({ segments }: { readonly segments: Status['segments'] }) {
  const { say } = useDesk()
  const all = Object.entries(segments)
  if (all.length === 0) return <p>{say('overview.no-segments')}</p>
  return (
    <ul class="segments">
      {all.map(([name, told]) => (
        <Segment key={name} name={name} told={told} />
      ))}
    </ul>
  )
}

function Segment({ name, told }: { readonly name: string; readonly told: SegmentStatus }) {
  const { say, form } = useDesk()
  const { title, ruling, actual, state, because } = told
  const rows = useRulingRows(ruling)
  return (
    <li class="segment">
      <h3>
        <a href={addressOf('tonight', name)}>
          <span class="unseen">{say('segment.see-tonight', { title: '' })}</span>
          <Own>{title}</Own>
        </a>
      </h3>
      <p class="level">{ruling.level === 0 ? say('level.off') : form.percent(ruling.level)}</p>
      <div class="about">
        <Bar share={ruling.level / 100} mark={actual === undefined ? undefined : actual / 100} />
        <Facts
          rows={[
            ...rows,
            [
              say('level.actual'),
              <>
                {actual === undefined ? say('level.untold') : form.percent(actual)}
                {'  '}
                {actual === undefined && state === 'applied' ? null : <Wrote state={state} because={because} />}
              </>,
            ],
          ]}
        />
      </div>
    </li>
  )
}

function Uplink({ status: { uplink, releases, held } }: { readonly status: Status }) {
  const { say, form } = useDesk()
  const waiting = Object.values(releases).reduce((sum, release) => sum + release.waiting, 0)
  return (
    <>
      <h2>{say('overview.uplink')}</h2>
      <p class="uplink">
        <Mark mood={uplink.connected ? 'good' : 'bad'}>
          {say(uplink.connected ? 'uplink.connected' : 'uplink.disconnected', { broker: uplink.broker })}
        </Mark>
        {waiting > 0 && <Mark mood="plain">{say('uplink.waiting', { waiting: form.number(waiting) })}</Mark>}
        {held > 0 && <Mark mood="uncertain">{say('uplink.held', { held: form.number(held) })}</Mark>}
      </p>
    </>
  )
}

function Measures() {
  const { say, store } = useDesk()
  const names = store.names.value
  const status = store.status.value
  if (names.length === 0) return <Waiting />
  const told = names.flatMap((name) => store.point(name).peek()?.told ?? [])
  const devices = [...new Set(names.map(deviceOf))]
  const shown = devices.flatMap((device) => {
    const points = headlinesOf(told.filter(({ point }) => deviceOf(point) === device))
    return points.length === 0 ? [] : [[device, points] as const]
  })
  if (shown.length === 0) return <p>{say('overview.no-measures')}</p>
  return (
    <>
      {shown.map(([device, points]) => {
        const health = status?.devices[device]?.health
        return (
          <div key={device} class="meter">
            <h3>
              <a href={addressOf('devices', device)} aria-label={say('overview.all-points', { device })}>
                <Own>{device}</Own>
              </a>
              {health !== undefined && <Health health={health} />}
            </h3>
            <ul class="measures">
              {points.map(({ point }) => (
                <Measure key={point} point={point} />
              ))}
            </ul>
          </div>
        )
      })}
    </>
  )
}
