/** `fanal uninstall`: what it says, what it does, and for whom. */
import { expect, test } from 'vitest'
import type { Context } from './context.ts'
import { speak } from './messages.ts'
import { uninstall, type Machine, type UninstallOptions } from './uninstall.ts'

/** A machine with the Debian package on it, and what was done to it. */
function onMachine(options: Partial<UninstallOptions>, different: Partial<Machine> = {}, json = false) {
  const said: string[] = []
  const done: string[] = []
  const context: Context = {
    say: speak('en'),
    language: 'en',
    json,
    out: (line) => said.push(line),
    err: (line) => said.push(line),
    signal: new AbortController().signal,
  }
  const exit = uninstall(
    context,
    { yes: false, keepState: false, ...options },
    {
      installed: { origin: 'bundle', root: '/usr/lib/fanal', machineState: '/var/lib/fanal' },
      env: { XDG_CACHE_HOME: '/root/cache', XDG_STATE_HOME: '/root/state' },
      isRoot: true,
      inContainer: false,
      isPackaged: () => true,
      remove: (folder) => done.push(`rm ${folder}`),
      become: (program, args) => done.push([program, ...args].join(' ')),
      ...different,
    },
  )
  return { exit, said: said.join('\n'), done }
}

test('asked, it says what would go, and removes nothing', () => {
  const { exit, said, done } = onMachine({})
  expect([exit, done]).toEqual([1, []])
  for (const path of ['/usr/lib/fanal', '/etc/fanal', '/var/lib/fanal', '/root/cache/fanal'])
    expect(said).toContain(path)
  expect(said).toContain('Nothing was removed')
  expect(said).not.toContain('Stays')
})

test('with --yes the package goes with its state, and what the person compiled before it', () => {
  const { exit, done } = onMachine({ yes: true })
  expect([exit, done]).toEqual([0, ['rm /root/cache/fanal', '/usr/bin/dpkg --purge fanal']])
})

test('with --keep-state the site file and the state stay', () => {
  const { exit, said, done } = onMachine({ yes: true, keepState: true })
  expect([exit, done]).toEqual([0, ['rm /root/cache/fanal', '/usr/bin/dpkg --remove fanal']])
  expect(said).toMatch(/Stays:\n {2}\/etc\/fanal.*\n {2}\/var\/lib\/fanal/)
  const told = JSON.parse(onMachine({ keepState: true }, {}, true).said) as unknown
  expect(told).toMatchObject({ how: 'deb', keeps: ['/etc/fanal', '/var/lib/fanal'] })
})

test('only root removes', () => {
  const { exit, said, done } = onMachine({ yes: true }, { isRoot: false })
  expect([exit, done]).toEqual([1, []])
  expect(said).toContain('sudo fanal uninstall --yes')
})

test.each<[string, Partial<Machine>, RegExp]>([
  [
    'the source tree',
    { installed: { origin: 'source', root: '/home/x/fanal' } },
    /\/home\/x\/fanal.*\/root\/state\/fanal/,
  ],
  ['a container', { inContainer: true, isPackaged: () => false }, /container.*\/var\/lib\/fanal/],
  ['a folder', { isPackaged: () => false }, /Delete \/usr\/lib\/fanal.*\/root\/state\/fanal/],
])('from %s nothing is removed, and it is said how to', (_, different, expected) => {
  const { exit, said, done } = onMachine({ yes: true }, different)
  expect([exit, done]).toEqual([1, []])
  expect(said).toMatch(expected)
})
