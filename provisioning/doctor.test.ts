/** `fanal doctor` on this machine: what it says, in which order, and with which exit code. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freePort, Folder } from '../gateway/testing/surroundings.ts'
import type { Context } from './context.ts'
import { doctor } from './doctor.ts'
import { folderFacts, mountOf, unitIn } from './doctor/machine.ts'
import { speak } from './messages.ts'

const demoSite = readFileSync(join(import.meta.dirname, '../gateway/demo/site.yaml'), 'utf8')
const findingForm = z.object({
  of: z.string(),
  code: z.string(),
  state: z.string(),
  what: z.string(),
  remedy: z.string().optional(),
})

function heard(json = false) {
  const out: string[] = []
  const context: Context = {
    say: speak('en'),
    language: 'en',
    json,
    out: (line) => out.push(line),
    err: (line) => out.push(line),
    signal: AbortSignal.timeout(20_000),
  }
  return { context, out, findings: () => out.map((line) => findingForm.parse(JSON.parse(line))) }
}

/** The demo's site, on ports of ours, and a folder for it. */
function cabinet(folder: Folder, ports: { feeder: number; yard: number; lamps: number; broker: number }) {
  const state = folder.file('state')
  mkdirSync(state, { mode: 0o700 })
  const file = folder.file('site.yaml')
  const text = demoSite
    .replace('port: 1502', `port: ${ports.feeder}`)
    .replace('port: 1503', `port: ${ports.yard}`)
    .replace('port: 1504', `port: ${ports.lamps}`)
    .replace('127.0.0.1:1883', `127.0.0.1:${ports.broker}`)
  writeFileSync(file, text)
  return { state, file, text }
}

test('where no gateway runs, hosts and broker are tried, and what is wrong stands at the end', async () => {
  using folder = new Folder()
  const listening = createServer((socket) => socket.destroy())
  await once(listening.listen(0, '127.0.0.1'), 'listening')
  const address = listening.address()
  const feeder = typeof address === 'object' && address !== null ? address.port : 0
  const [yard, lamps, broker] = [1, 2, await freePort()] // the first two are root's, and nobody listens there
  const { state, file } = cabinet(folder, { feeder, yard, lamps, broker })
  const { context, findings } = heard(true)
  expect(await doctor(context, file, { state })).toBe(1)
  listening.close()
  const found = findings().map(({ code, what }) => `${code} ${what}`)
  expect(found).toContainEqual(expect.stringMatching(/^line-ok feeder/))
  expect(found).toContainEqual(expect.stringMatching(/^line-trouble .*refuses the connection/))
  expect(found).toContainEqual(expect.stringMatching(/^broker-trouble .*does not answer.*ECONNREFUSED/))
  expect(found).toContainEqual(expect.stringMatching(/^gateway-not-running/))
  const states = findings().map(({ state }) => ['ok', 'warning', 'wrong'].indexOf(state))
  expect(states).toEqual([...states].sort())
})

test('a wrong site file is told, and its exit code is its own', async () => {
  using folder = new Folder()
  const { state, file, text } = cabinet(folder, { feeder: 1, yard: 2, lamps: 3, broker: 4 })
  writeFileSync(file, text.replace('protocol: modbus-tcp', 'protocol: modbus-tpc'))
  const { context, out } = heard()
  expect(await doctor(context, file, { state })).toBe(3)
  const at = out.findIndex((line) => /^WRONG +site +mistakes in .*: 1;/.test(line))
  expect(out[at + 1]).toContain(`→ fanal check ${file}`)
  expect(out.at(-1)).toMatch(/^\d wrong, \d to mind\.$/)

  writeFileSync(join(state, 'last-good.yaml'), text)
  writeFileSync(file, text.slice(0, text.indexOf('releases:') + 12))
  const cut = heard(true)
  expect(await doctor(cut.context, file, { state })).toBe(3)
  expect(cut.findings().map(({ code }) => code)).toContain('site-cut-short')

  const away = heard(true)
  expect(await doctor(away.context, folder.file('none.yaml'), { state })).toBe(3)
  expect(away.findings().map(({ code }) => code)).toContain('site-missing')
})

test('a folder is looked at as it is', () => {
  using folder = new Folder()
  expect(folderFacts(folder.file('none')).found).toBeUndefined()
  chmodSync(folder.path, 0o755)
  writeFileSync(folder.file('outbox.db.damaged-1'), '')
  expect(folderFacts(folder.path).found).toMatchObject({
    isOurs: true,
    isWritable: true,
    isReadOnly: false,
    mode: 0o755,
    setAside: ['outbox.db.damaged-1'],
  })
})

test('the file system of a path is that of the nearest mount', () => {
  const mounts = [
    'overlay / overlay rw,relatime 0 0',
    '/dev/mmcblk0p3 /var/lib ext4 rw 0 0',
    '/dev/sda1 /var/lib/my\\040disk f2fs ro,noatime 0 0',
    'tmpfs /var/lib/fanal tmpfs rw 0 0',
  ].join('\n')
  expect(mountOf('/etc/fanal', mounts)).toMatchObject({ kind: 'overlay', isReadOnly: false })
  expect(mountOf('/var/lib/fanals', mounts)).toMatchObject({ kind: 'ext4' })
  expect(mountOf('/var/lib/fanal', mounts)).toMatchObject({ kind: 'tmpfs' })
  expect(mountOf('/var/lib/my disk/state', mounts)).toMatchObject({ kind: 'f2fs', isReadOnly: true })
  expect(mountOf('/x', '')).toBeUndefined()
})

test.each([
  ['0::/system.slice/fanal.service\n', 'fanal.service'],
  ['0::/system.slice/system-fanal.slice/fanal@nord.service\n', 'fanal@nord.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/fanal.service\n', 'fanal.service'],
  ['0::/user.slice/user-1000.slice/session-3.scope\n', undefined],
  ['0::/user.slice/user-1000.slice/user@1000.service/tmux.scope\n', undefined],
  ['', undefined],
])('the unit of a process: %j', (groups, unit) => {
  expect(unitIn(groups)).toBe(unit)
})
