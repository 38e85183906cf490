/** The page: reads what was chosen before, asks who is there, listens, and draws. */
import { computed, effect, signal } from '@preact/signals'
import { render } from 'preact'
import { formIn } from '../format.ts'
import { keyOf, routeOf } from '../route.ts'
import { speak } from '../say.ts'
import { createStore } from '../store.ts'
import { refusedText } from '../troubles.ts'
import { Page } from '../pages/page.tsx'
import { asking, type Door, type Doors } from './ask.ts'
import { askedOf, type Asked } from './asked.ts'
import { browserClock as clock } from './clock.ts'
import { DeskAt, type Desk } from './desk.ts'
import { liveTo } from './live.ts'
import { preferencesOf, shelfOf } from './preferences.ts'

const shelf = shelfOf(() => window.localStorage)
const preferences = preferencesOf(document, shelf, navigator.languages)
const store = createStore(clock.monotonicMs(), clock.wallMs())
const key = keyOf(location.hash)
if (key !== undefined) history.replaceState(null, '', '#/')

const route = signal(routeOf(location.hash))
const ended = signal(false)
const loginRefusal = signal('')
const forming = computed(() => formIn(preferences.language.value, store.status.value?.time.zone))

const ask = asking(() => {
  const told = store.session.peek()
  if (told?.state !== 'in') return
  ended.value = true
  store.session.value = { state: 'out', title: told.title }
})
const live = liveTo(store, clock, () => void refresh())

async function refresh(): Promise<void> {
  const answer = await ask('/api/session')
  if (!answer.ok) return
  store.session.value = answer.body
  if (answer.body.state === 'in') ended.value = false
}

/** Until the gateway answers, which is the page's only question. */
async function insist(): Promise<void> {
  while (store.session.peek() === undefined) {
    await refresh()
    if (store.session.peek() === undefined) {
      store.broken()
      await new Promise((resolve) => window.setTimeout(resolve, 1_500 + clock.chance() * 1_000))
    }
  }
}

async function begin(): Promise<void> {
  if (key?.kind === 'login') {
    const answer = await ask('/api/login', { method: 'POST', body: { link: key.key } })
    if (!answer.ok) loginRefusal.value = refusedText(answer.refusal, forming.value, store.now.value)
  }
  await insist()
}

const answers = new Map<string, Asked<unknown>>()
const desk: Desk = {
  store,
  preferences,
  route,
  saying: computed(() => speak(preferences.language.value)),
  forming,
  ask,
  asked: <D extends Door>(door: D, query: Readonly<Record<string, string>> = {}) => {
    const name = `${door}?${new URLSearchParams(query).toString()}`
    let known = answers.get(name) as Asked<Doors[D]> | undefined
    if (known === undefined) answers.set(name, (known = askedOf(() => ask(door, { query }))))
    return known
  },
  refresh,
  setupCode: signal(key?.kind === 'setup' ? key.key : ''),
  ended,
  loginRefusal,
}

// Whoever was logged in here before most likely is: the live connection need not wait for the answer to that.
if (shelf.get('in') === 'yes' && document.visibilityState === 'visible') live.open()
void begin()

effect(() => {
  const told = store.session.value
  if (told === undefined) return
  shelf.set('in', told.state === 'in' ? 'yes' : 'no')
  if (told.state !== 'in') answers.clear()
  if (told.state === 'in' && document.visibilityState === 'visible') live.open()
  else live.close()
})
/** The script that is this page, to notice that a gateway brings another. */
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.getAttribute('src') : null

async function renewed(): Promise<void> {
  // It may know nobody here any more, and may have another title.
  await refresh()
  const page = await fetch('/', { cache: 'no-store' }).then(
    (response) => (response.ok ? response.text() : ''),
    () => '',
  )
  if (script !== null && page.includes('<script') && !page.includes(script)) location.reload()
}
effect(() => {
  if (store.generation.value > 0) void renewed()
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') live.close()
  else if (store.session.peek()?.state === 'in') live.open()
})
window.addEventListener('hashchange', () => (route.value = routeOf(location.hash)))
window.setInterval(() => live.watch(), 1_000)

function draw(): void {
  render(
    <DeskAt value={desk}>
      <Page />
    </DeskAt>,
    document.body,
  )
}
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', draw)
else draw()
