/** All accounts, for administrators. */
import { useState } from 'preact/hooks'
import type { Role } from '../../local/session.ts'
import { useDesk } from '../browser/desk.ts'
import { useAsked } from '../browser/use-asked.ts'
import { Answered } from '../parts/asking.tsx'
import { Choice, Field } from '../parts/form.tsx'
import { sentence } from '../say.ts'
import { refusedText } from '../troubles.ts'
import { roleMeanings, roleNames } from '../words/frame.ts'
import { Refused } from './entrance.tsx'
import { Own } from '../parts/text.tsx'

const roles = ['viewer', 'technician', 'operator', 'administrator'] as const satisfies readonly Role[]

export function Accounts() {
  const { say, form, store, ask, language } = useDesk()
  const asked = useAsked('/api/accounts')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('technician')
  const [password, setPassword] = useState('')
  const [said, setSaid] = useState('')
  const [refusal, setRefusal] = useState('')
  const [doubted, setDoubted] = useState('')

  const heard = async (
    answer: { readonly ok: true } | { readonly ok: false; readonly refusal: Parameters<typeof refusedText>[0] },
    done: string,
  ) => {
    setRefusal(answer.ok ? '' : refusedText(answer.refusal, form, store.now.peek()))
    setSaid(answer.ok ? done : '')
    if (answer.ok) await asked.again()
  }
  const save = async () => {
    const body = { name: name.trim(), role, ...(password === '' ? {} : { password }) }
    const answer = await ask('/api/accounts', { method: 'POST', body })
    await heard(answer, say('accounts.saved', { name: body.name }))
    if (!answer.ok) return
    setName('')
    setPassword('')
  }
  const remove = async (whose: string) => {
    // asked once more, in the same place, so that a slip deletes nobody
    if (doubted !== whose) {
      setDoubted(whose)
      return
    }
    setDoubted('')
    const answer = await ask('/api/accounts', { method: 'DELETE', query: { name: whose } })
    await heard(answer, say('accounts.deleted', { name: whose }))
  }
  return (
    <section>
      <h2>{say('accounts.title')}</h2>
      <Answered asked={asked}>
        {(accounts) => (
          <table>
            <caption class="unseen">{say('accounts.title')}</caption>
            <thead>
              <tr>
                <th scope="col">{say('accounts.name')}</th>
                <th scope="col">{say('accounts.role')}</th>
                <th scope="col">{say('accounts.deed')}</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => (
                <tr key={account.name}>
                  <td>
                    <Own>{account.name}</Own>
                  </td>
                  <td>{sentence(roleNames[account.role], language)}</td>
                  <td>
                    <button
                      type="button"
                      aria-label={say(doubted === account.name ? 'accounts.sure' : 'accounts.delete', {
                        name: account.name,
                      })}
                      onClick={() => void remove(account.name)}
                    >
                      {say(doubted === account.name ? 'accounts.sure-short' : 'accounts.deed')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Answered>
      <details>
        <summary>{say('accounts.new')}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <Field name="account" label={say('accounts.name')} value={name} onValue={setName} required maxLength={40} />
          <Choice
            legend={say('accounts.role')}
            options={roles.map(
              (one) =>
                [one, `${sentence(roleNames[one], language)}: ${sentence(roleMeanings[one], language)}`] as const,
            )}
            chosen={role}
            onChoose={setRole}
            look="sentences"
          />
          <Field
            name="password"
            type="password"
            label={say('login.password')}
            hint={say('accounts.password-hint')}
            value={password}
            onValue={setPassword}
            autocomplete="new-password"
            minLength={10}
            maxLength={200}
          />
          <button type="submit">{say('accounts.button')}</button>
        </form>
      </details>
      <p role="status">{said}</p>
      <Refused text={refusal} />
    </section>
  )
}
