/** The frame around all pages: where one is, whether the cabinet is heard, and what to see next. */
import { useEffect, useRef } from 'preact/hooks'
import type { MessageKey } from '../say.ts'
import { addressOf, placeOf, places, type Route } from '../route.ts'
import { useDesk } from '../browser/desk.ts'
import { Icon } from '../parts/icons.tsx'
import { Own } from '../parts/text.tsx'
import { Waiting } from '../parts/asking.tsx'
import { Data } from './data.tsx'
import { Device } from './device.tsx'
import { Devices } from './devices.tsx'
import { Lines } from './lines.tsx'
import { Login, Setup } from './entrance.tsx'
import { Overview } from './overview.tsx'
import { System } from './system.tsx'
import { Tonight } from './tonight.tsx'
import { LinkNotice, LinkWord } from './link.tsx'

export function Page() {
  const { store, say, route } = useDesk()
  const session = store.session.value
  const state = session?.state
  const before = useRef(state)
  useEffect(() => {
    // Who has come in, or gone out, begins at the heading.
    if (before.current !== undefined && before.current !== state) document.querySelector<HTMLElement>('h1')?.focus()
    before.current = state
  }, [state])
  if (session === undefined)
    return (
      <main class="entrance">
        <LinkNotice />
        <Waiting />
      </main>
    )
  if (session.state === 'setup') return <Setup title={session.title} />
  if (session.state === 'out') return <Login title={session.title} />
  return (
    <>
      <a class="skip" href="#page" onClick={skip}>
        {say('skip')}
      </a>
      <header class="top">
        <p class="site">
          <Icon sign="lantern" />
          <span>
            <Own>{session.title}</Own>
          </span>
        </p>
        <LinkWord />
      </header>
      <nav class="places" aria-label={say('pages')}>
        <ul>
          {places.map((place) => (
            <li key={place}>
              <a href={addressOf(place)} aria-current={placeOf(route.value) === place ? 'page' : undefined}>
                <Icon sign={place} />
                <span>{say(`page.${place}`)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Main route={route.value} title={session.title} />
    </>
  )
}

/** The address stays that of the page: `#page` would be another one. */
function skip(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('h1')?.focus()
}

function Main({ route, title }: { readonly route: Route; readonly title: string }) {
  const { say } = useDesk()
  const at = useRef<HTMLElement>(null)
  const where = JSON.stringify(route)
  const before = useRef(where)
  const place = placeOf(route)
  const key: MessageKey = place === undefined ? 'page.unknown' : `page.${place}`
  useEffect(() => {
    document.title = `${say(key)} · ${title}`
  }, [where, title, key, say])
  useEffect(() => {
    if (before.current === where) return
    before.current = where
    window.scrollTo(0, 0)
    at.current?.querySelector<HTMLElement>('h1')?.focus()
  }, [where])
  return (
    <main ref={at} id="page">
      <LinkNotice />
      <Body route={route} />
    </main>
  )
}

function Body({ route }: { readonly route: Route }) {
  const { say } = useDesk()
  switch (route.page) {
    case 'overview':
      return <Overview />
    case 'tonight':
      return <Tonight segment={route.segment} />
    case 'devices':
      return <Devices />
    case 'device':
      return <Device key={route.name} name={route.name} />
    case 'lines':
      return <Lines />
    case 'data':
      return <Data />
    case 'system':
      return <System />
    case 'unknown':
      return (
        <>
          <h1 tabIndex={-1}>{say('page.unknown')}</h1>
          <p>{say('page.unknown-text')}</p>
          <p class="back">
            <a href={addressOf('overview')}>{say('page.back')}</a>
          </p>
        </>
      )
  }
}
