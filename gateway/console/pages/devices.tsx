/** All devices, with how they are. */
import { useDesk } from '../browser/desk.ts'
import { deviceOf } from '../labels.ts'
import { addressOf } from '../route.ts'
import { Waiting } from '../parts/asking.tsx'
import { Health, Mark } from '../parts/marks.tsx'
import { Own } from '../parts/text.tsx'

export function Devices() {
  const { say, store } = useDesk()
  const status = store.status.value
  const names = store.names.value
  const devices = Object.entries(status?.devices ?? {})
  return (
    <>
      <h1 tabIndex={-1}>{say('devices.title')}</h1>
      {status === undefined ? (
        <Waiting />
      ) : devices.length === 0 ? (
        <p>{say('devices.none')}</p>
      ) : (
        <ul class="list">
          {devices.map(([name, { profile, line, unit, health, doubt }]) => {
            const points = names.filter((point) => deviceOf(point) === name)
            const bad = points.filter((point) => store.point(point).peek()?.told.state === 'bad').length
            return (
              <li key={name}>
                <a href={addressOf('devices', name)}>
                  <span class="list-name">
                    <Own>{name}</Own>
                  </span>
                  <span class="list-about">
                    <Own>{profile}</Own>, {say('device.on', { unit, line })}
                  </span>
                  <span class="list-state">
                    <Health health={health} />
                    {doubt !== undefined && <Mark mood="uncertain">{say('devices.doubt')}</Mark>}
                    <span class="quiet">
                      {say('device.points', { n: points.length })}
                      {bad > 0 && `, ${say('device.bad-points', { n: bad })}`}
                    </span>
                  </span>
                </a>
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}
