/** Who one is here, the own password, and leaving. */
import { useState } from 'preact/hooks'
import { useDesk } from '../browser/desk.ts'
import { Field } from '../parts/form.tsx'
import { sentence } from '../say.ts'
import { refusedText } from '../troubles.ts'
import { roleMeanings, roleNames } from '../words/frame.ts'
import { Refused } from './entrance.tsx'

export function Account() {
  const { say, form, store, ask, refresh, language } = useDesk()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [said, setSaid] = useState('')
  const [refusal, setRefusal] = useState('')
  const [isBusy, setBusy] = useState(false)
  const session = store.session.value
  if (session?.state !== 'in') return null
  const { name, role } = session

  const change = async () => {
    setBusy(true)
    const answer = await ask('/api/password', { method: 'POST', body: { old, new: next } })
    setRefusal(answer.ok ? '' : refusedText(answer.refusal, form, store.now.peek()))
    setSaid(answer.ok ? say('account.changed') : '')
    if (answer.ok) {
      setOld('')
      setNext('')
    }
    setBusy(false)
  }
  const leave = async () => {
    const answer = await ask('/api/logout', { method: 'POST', body: {} })
    if (answer.ok) await refresh()
    else setRefusal(refusedText(answer.refusal, form, store.now.peek()))
  }
  return (
    <section>
      <h2>{say('account.title')}</h2>
      <p>
        {say('account.you', {
          name,
          role: sentence(roleNames[role], language),
          meaning: sentence(roleMeanings[role], language),
        })}
      </p>
      <p>
        <button type="button" onClick={() => void leave()}>
          {say('logout.button')}
        </button>
      </p>
      <details>
        <summary>{say('account.password')}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void change()
          }}
        >
          {/* for password managers, which want to know whose password it is */}
          <input class="unseen" type="text" name="username" autocomplete="username" value={name} readOnly hidden />
          <Field
            name="old"
            type="password"
            label={say('account.old')}
            value={old}
            onValue={setOld}
            autocomplete="current-password"
            required
            maxLength={200}
          />
          <Field
            name="new"
            type="password"
            label={say('account.new')}
            hint={say('setup.password-hint')}
            value={next}
            onValue={setNext}
            autocomplete="new-password"
            required
            minLength={10}
            maxLength={200}
          />
          <button type="submit" disabled={isBusy}>
            {say('account.change')}
          </button>
        </form>
        <p role="status">{said}</p>
      </details>
      <Refused text={refusal} />
    </section>
  )
}
