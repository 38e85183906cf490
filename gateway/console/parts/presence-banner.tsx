/** Somebody is working at the cabinet. */
import { useDesk } from '../browser/desk.ts'
import { Icon } from './icons.tsx'

export function PresenceBanner() {
  const { store, say, form } = useDesk()
  const presence = store.status.value?.presence
  if (presence === undefined) return null
  const session = store.session.value
  const isMine = session?.state === 'in' && session.name === presence.who
  const until = form.moment(Date.parse(presence.until), store.now.value)
  return (
    <div class="notice presence">
      <Icon sign="person" />
      <p>{isMine ? say('presence.mine', { until }) : say('presence.banner', { who: presence.who, until })}</p>
    </div>
  )
}
