/** `fanal password` against a gateway's own door, typed on a terminal and come through a pipe. */
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Access } from '../gateway/local/access.ts'
import { serve } from '../gateway/local/server.ts'
import { surroundings, type Surroundings } from '../gateway/local/testing/doors.ts'
import { scriptedTold } from '../gateway/local/testing/scripted.ts'
import { statePaths } from '../gateway/state.ts'
import type { Context } from './context.ts'
import { password } from './password.ts'
import type { Keyboard } from './secret.ts'
import { typed } from './testing/typed.ts'

const secret = 'correct horse battery'

let around: Surroundings
let access: Access
let server: AsyncDisposable
let prompted: string

beforeEach(async () => {
  around = surroundings()
  access = await around.access()
  const told = scriptedTold()
  server = await serve(statePaths(around.folder).socket, { told, access, clock: around.clock, log: around.log })
  prompted = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    prompted += String(text)
    return true
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await access[Symbol.asyncDispose]()
  around.end()
})

const pipe = (text: string): Keyboard => new PassThrough().end(text)
const terminal = (text: string): Keyboard => Object.assign(new PassThrough().end(text), { isTTY: true })
const verb = (keyboard: Keyboard, name?: string, options: object = {}) => {
  return (context: Context) => password(context, name, { state: around.folder, ...options }, keyboard)
}
const fits = (name: string, given: string) =>
  access.logIn({ name, password: given }, '127.0.0.1').then(
    () => true,
    () => false,
  )

test('the first account becomes an administrator’s, by one line of a pipe', async () => {
  expect(await typed(verb(pipe(`${secret}\nand more\n`), 'M. Durand'))).toEqual({
    exit: 0,
    out: [],
    err: ['M. Durand (administrator) has a new password. Whoever was logged in with the old one is so no longer.'],
  })
  expect(prompted).toBe('')
  expect(await fits('M. Durand', secret)).toBe(true)
})

test('on a terminal it is asked for twice, and shown nowhere', async () => {
  const { exit, err } = await typed(verb(terminal(`${secret}\r${secret}\r`), 'm', { role: 'administrator' }), 'fr')
  expect([exit, err]).toEqual([
    0,
    ['m (administrateur) a un nouveau mot de passe. Qui était connecté avec l’ancien ne l’est plus.'],
  ])
  expect(prompted).toContain('Nouveau mot de passe de m')
  expect(prompted).toContain('Le même, encore')
  expect(prompted).not.toContain(secret)
  expect(await fits('m', secret)).toBe(true)
})

describe('with accounts', () => {
  beforeEach(async () => {
    await access.setAccount({ name: 'm', role: 'administrator', password: secret }, 'a test')
  })

  test('the only one needs no name; whoever was logged in is so no longer', async () => {
    const { token } = await access.logIn({ name: 'm', password: secret }, '127.0.0.1')
    expect((await typed(verb(pipe('another long one\n')))).exit).toBe(0)
    expect(await fits('m', 'another long one')).toBe(true)
    expect(access.known(token)).toBeUndefined()
  })

  test('of several one must be named', async () => {
    await access.setAccount({ name: 'n', role: 'viewer', password: secret }, 'a test')
    const { exit, err } = await typed(verb(pipe(`${secret}\n`)))
    expect([exit, err]).toEqual([3, [expect.stringContaining('There are: m, n')]])
  })

  test('a lock-out is lifted', async () => {
    for (let n = 0; n < 6; n++) await fits('m', 'guess')
    expect(await fits('m', secret)).toBe(false)
    await typed(verb(pipe(`${secret}\n`), 'm'))
    expect(await fits('m', secret)).toBe(true)
  })

  test('the last administrator stays one', async () => {
    const { exit, err } = await typed(verb(pipe(`${secret}\n`), 'm', { role: 'viewer' }))
    expect([exit, err]).toEqual([1, ['One account must remain an administrator’s: make another one first.']])
  })

  test.each<[string, Keyboard, exit: number, told: string | undefined]>([
    ['two that differ', terminal(`${secret}\r${secret}!\r`), 3, 'The two are not the same. Nothing was changed.'],
    ['a short one', pipe('short\n'), 3, 'A password has 10 letters at least, and 200 at most. Nothing was changed.'],
    ['none', pipe(''), 130, undefined],
    ['one of two', terminal(`${secret}\r`), 130, undefined],
    ['Ctrl-C', terminal(`${secret}\u0003`), 130, undefined],
    ['Ctrl-D', terminal('\u0004'), 130, undefined],
  ])('%s changes nothing', async (_, keyboard, exit, told) => {
    const ended = await typed(verb(keyboard, 'm'))
    expect([ended.exit, ended.err]).toEqual([exit, told === undefined ? [] : [told]])
    expect(await fits('m', secret)).toBe(true)
  })

  test('what is no name is told as such', async () => {
    const { exit, err } = await typed(verb(pipe(`${secret}\n`), '<script>'))
    expect([exit, err]).toEqual([3, [expect.stringContaining('is no name for an account')]])
  })
})
