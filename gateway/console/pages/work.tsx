/** The presence lock: somebody says that he is working at the cabinet. */
import { useState } from 'preact/hooks'
import { useDesk } from '../browser/desk.ts'
import { Choice } from '../parts/form.tsx'
import { refusedText } from '../troubles.ts'
import { Refused } from './entrance.tsx'

const hours = [1, 2, 4, 8]

export function Work() {
  const { say, form, store, ask } = useDesk()
  const [minutes, setMinutes] = useState('60')
  const [refusal, setRefusal] = useState('')
  const [isBusy, setBusy] = useState(false)
  const session = store.session.value
  const presence = store.status.value?.presence
  if (session?.state !== 'in') return null
  const nowMs = store.now.value
  const isMine = presence?.who === session.name

  const tell = async (method: 'POST' | 'DELETE') => {
    setBusy(true)
    const body = method === 'POST' ? { body: { minutes: Number(minutes) } } : {}
    const answer = await ask('/api/presence', { method, ...body })
    setRefusal(answer.ok ? '' : refusedText(answer.refusal, form, store.now.peek()))
    setBusy(false)
  }
  return (
    <section>
      <h2>{say('work.title')}</h2>
      <div role="status">
        {presence !== undefined && (
          <p>
            <strong>
              {say(isMine ? 'work.mine' : 'work.other', {
                who: presence.who,
                until: form.moment(Date.parse(presence.until), nowMs),
              })}
            </strong>
          </p>
        )}
      </div>
      {isMine ? (
        <button type="button" disabled={isBusy} onClick={() => void tell('DELETE')}>
          {say('work.gone')}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void tell('POST')
          }}
        >
          <p>{say('work.text')}</p>
          <Choice
            legend={say('work.for')}
            options={hours.map((count) => [String(count * 60), form.span(count * 3_600_000)] as const)}
            chosen={minutes}
            onChoose={setMinutes}
            look="figures"
          />
          <button type="submit" disabled={isBusy}>
            {say('work.button')}
          </button>
        </form>
      )}
      {presence !== undefined && !isMine && session.may.includes('accounts') && (
        <p>
          <button type="button" disabled={isBusy} onClick={() => void tell('DELETE')}>
            {say('work.take-off', { who: presence.who })}
          </button>
        </p>
      )}
      <Refused text={refusal} />
    </section>
  )
}
