/** A page's answer, or what stands there instead: that it is asked, or why there is none. */
import type { VNode } from 'preact'
import type { Asked } from '../browser/asked.ts'
import { useDesk } from '../browser/desk.ts'
import { refusedText } from '../troubles.ts'
import { Icon } from './icons.tsx'

export function Answered<T>({ asked, children }: { readonly asked: Asked<T>; readonly children: (body: T) => VNode }) {
  const { form, say, store } = useDesk()
  const body = asked.body.value
  const told = asked.refusal.value
  // that the cabinet is not heard is said once, above
  const refusal = told?.error === 'UNREACHABLE' && store.link.value === 'lost' ? undefined : told
  return (
    <>
      {refusal && (
        <div class="notice bad" role="alert">
          <Icon sign="alarm" />
          <p>{refusedText(refusal, form, store.now.peek())}</p>
          <button type="button" onClick={() => void asked.again()}>
            {say('again.button')}
          </button>
        </div>
      )}
      {body !== undefined ? children(body) : refusal === undefined && <Waiting />}
    </>
  )
}

export function Waiting() {
  const { say } = useDesk()
  return (
    <p class="waiting">
      <Icon sign="wait" />
      {say('loading')}
    </p>
  )
}
