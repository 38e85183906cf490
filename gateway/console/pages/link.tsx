/** Whether the cabinet is heard, in words; and what time it is in its street. */
import { useDesk } from '../browser/desk.ts'
import { Icon } from '../parts/icons.tsx'

export function LinkWord() {
  const { store, say, form } = useDesk()
  const link = store.link.value
  const isKnown = store.status.value !== undefined
  return (
    <p class={`link ${link}`}>
      {isKnown && (
        <>
          <span class="unseen">{say('street-time')} </span>
          <time>{form.time(store.now.value)}</time>
        </>
      )}
      <span class="link-word">
        <Icon sign={link === 'live' ? 'good' : link === 'lost' ? 'bad' : 'wait'} />
        <span>{say(`link.word-${link}`)}</span>
      </span>
    </p>
  )
}

/** Always there, so that those who hear the page are told when it fills. */
export function LinkNotice() {
  const { store, say, form } = useDesk()
  const since = store.lastWord.value
  const isLost = store.link.value === 'lost'
  return (
    <div role="status" class={isLost ? 'notice bad link-notice' : 'unseen'}>
      {isLost && (
        <>
          <Icon sign="alarm" />
          <p>
            {since === undefined ? say('link.never') : say('link.lost', { since: form.exact(since) })}{' '}
            {since !== undefined && say('link.old')}
          </p>
        </>
      )}
    </div>
  )
}
