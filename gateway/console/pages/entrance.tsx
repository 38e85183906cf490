/** Logging in, and the first account. */
import { useEffect, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { useDesk } from '../browser/desk.ts'
import { Field } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { Colours, Languages } from '../parts/settings.tsx'
import { Own, Text } from '../parts/text.tsx'
import { refusedText } from '../troubles.ts'
import { LinkNotice } from './link.tsx'

export function Login({ title }: { readonly title: string }) {
  const { say, form, store, ask, refresh, ended, loginRefusal } = useDesk()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState(loginRefusal.value)

  const enter = async () => {
    setBusy(true)
    setRefusal('')
    const answer = await ask('/api/login', { method: 'POST', body: { name, password } })
    if (answer.ok) await refresh()
    else setRefusal(refusedText(answer.refusal, form, store.now.peek()))
    setBusy(false)
  }
  return (
    <Entrance site={title} page={say('page.login')} title={say('login.title')}>
      {ended.value && (
        <div class="notice">
          <Icon sign="note" />
          <p>{say('login.ended')}</p>
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void enter()
        }}
      >
        <Field
          name="name"
          label={say('login.name')}
          value={name}
          onValue={setName}
          autocomplete="username"
          required
          maxLength={40}
        />
        <Field
          name="password"
          type="password"
          label={say('login.password')}
          value={password}
          onValue={setPassword}
          autocomplete="current-password"
          required
          maxLength={200}
        />
        <Refused text={refusal} />
        <button type="submit" class="main-deed" disabled={isBusy}>
          {say(isBusy ? 'login.busy' : 'login.button')}
        </button>
      </form>
      <p class="hint">
        <Text>{say('login.lost-password')}</Text>
      </p>
    </Entrance>
  )
}

export function Setup({ title }: { readonly title: string }) {
  const { say, form, store, ask, refresh, setupCode } = useDesk()
  const [code, setCode] = useState(setupCode.value)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState('')

  const make = async () => {
    setBusy(true)
    setRefusal('')
    const answer = await ask('/api/setup', { method: 'POST', body: { code, name, password } })
    if (answer.ok) await refresh()
    else setRefusal(refusedText(answer.refusal, form, store.now.peek()))
    setBusy(false)
  }
  return (
    <Entrance site={title} page={say('page.setup')} title={say('setup.title')}>
      <p>{say('setup.text')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <Field
          name="code"
          label={say('setup.code')}
          hint={say('setup.code-hint')}
          value={code}
          onValue={setCode}
          required
          maxLength={100}
        />
        <Field
          name="name"
          label={say('login.name')}
          value={name}
          onValue={setName}
          autocomplete="username"
          required
          maxLength={40}
        />
        <Field
          name="password"
          type="password"
          label={say('login.password')}
          hint={say('setup.password-hint')}
          value={password}
          onValue={setPassword}
          autocomplete="new-password"
          required
          minLength={10}
          maxLength={200}
        />
        <Refused text={refusal} />
        <button type="submit" class="main-deed" disabled={isBusy}>
          {say(isBusy ? 'login.busy' : 'setup.button')}
        </button>
      </form>
    </Entrance>
  )
}

function Entrance({
  site,
  page,
  title,
  children,
}: {
  readonly site: string
  /** what the browser's tab says */
  readonly page: string
  readonly title: string
  readonly children: ComponentChildren
}) {
  useEffect(() => {
    document.title = `${page} · ${site}`
  }, [page, site])
  return (
    <main class="entrance">
      <LinkNotice />
      <p class="site">
        <Icon sign="lantern" />
        <span>
          <Own>{site}</Own>
        </span>
      </p>
      <h1 tabIndex={-1}>{title}</h1>
      {children}
      <div class="entrance-settings">
        <Languages />
        <Colours />
      </div>
    </main>
  )
}

export function Refused({ text }: { readonly text: string }) {
  return (
    <div role="alert" class={text === '' ? 'unseen' : 'notice bad'}>
      {text !== '' && (
        <>
          <Icon sign="bad" />
          <p>{text}</p>
        </>
      )}
    </div>
  )
}
