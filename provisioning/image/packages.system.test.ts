/** The packages as they are installed: in an empty Debian under its own systemd, in a container, on the other architecture. */
import { chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownPoint, status } from '../../gateway/local/answers.ts'
import { ask } from '../../gateway/local/client.ts'
import { openStreet, siteText, type Street } from '../../gateway/testing/cabinet.ts'
import { eventually, Folder } from '../../gateway/testing/surroundings.ts'
import { dist, root as source, version, type Architecture } from './root.ts'
import { run } from './run.ts'
import { Images, runReadOnly } from './testing/container.ts'
import { bootstrap, DebianRoot } from './testing/debian.ts'

const folder = new Folder()
const deb = (architecture: Architecture) => join(dist, 'packages', `fanal_${version}_${architecture}.deb`)
const base = folder.file('base.tar')
let street: Street
/** with the package, and before any site */
let installed: DebianRoot

beforeAll(async () => {
  const built = run(process.execPath, [join(source, 'provisioning/image/build.ts')])
  await Promise.all([built, bootstrap(base)])
  installed = await DebianRoot.unpack(base)
  await installed.install(deb('amd64'))
  street = await openStreet()
}, 240_000)

afterAll(async () => {
  await installed[Symbol.asyncDispose]()
  await street[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('installed, started by a site file, watched, and removed without a trace', async () => {
  await using machine = await installed.copy()
  const unit = '/usr/lib/systemd/system/fanal.service'
  const complaints = await machine.run('sh', '-c', `systemd-analyze verify --man=no ${unit} 2>&1 || echo failed`)
  // Debian 12's systemd does not know these two yet, and does without.
  expect(complaints.split('\n').filter((line) => !/RestartSteps|RestartMaxDelaySec|^$/.test(line))).toEqual([])
  const judged = await machine.run('systemd-analyze', 'security', '--offline=true', '--no-pager', unit)
  const exposure = Number(/Overall exposure level for fanal\.service: ([\d.]+)/.exec(judged)?.[1])
  expect(exposure).toBeLessThan(2)

  await machine.boot()
  const show = async (property: string) =>
    (await machine.run('systemctl', 'show', 'fanal', `--property=${property}`, '--value')).trim()
  const fanal = (...words: string[]) => machine.run('fanal', ...words)

  expect(await machine.run('fanal', '--version')).toBe(`${version}\n`)
  expect(await machine.run('systemctl', 'is-enabled', 'fanal')).toBe('enabled\n')
  await machine.run('systemctl', 'start', 'fanal')
  expect([await show('ActiveState'), await show('ConditionResult')]).toEqual(['inactive', 'no'])

  writeFileSync(machine.file('etc/fanal/site.yaml'), siteText(street))
  await machine.run('chgrp', 'fanal', '/etc/fanal/site.yaml')
  await machine.run('systemctl', 'start', 'fanal')
  expect(await show('ActiveState')).toBe('active')
  const first = await show('MainPID')
  const process = await machine.run('cat', `/proc/${first}/status`)
  const user = (await machine.run('id', '-u', 'fanal')).trim()
  expect(process).toMatch(new RegExp(`^Uid:\\t${user}\\t${user}\\t${user}\\t${user}$`, 'm'))
  expect(user).not.toBe('0')
  expect(process).toMatch(/^CapEff:\t0+$/m)
  expect(process).toMatch(/^Seccomp:\t2$/m)

  await eventually(async () => {
    const told = status.parse(JSON.parse(await fanal('status', '--json')))
    expect(told.uplink.connected).toBe(true)
    expect(told.devices).toMatchObject({ feeder: { health: 'alive' }, yard: { health: 'alive' } })
  })
  expect(await fanal('read', 'feeder.frequency')).toMatch(/50\.\d+ Hz|49\.\d+ Hz/)

  await machine.run('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'fanal')
  await eventually(async () => {
    expect([await show('ActiveState'), await show('NRestarts')]).toEqual(['active', '1'])
    expect(await show('MainPID')).not.toBe(first)
  })
  await eventually(() => fanal('status'))
  expect(await machine.run('journalctl', '--unit=fanal', '--output=cat')).toContain('"event":"running"')

  const asked = await machine.run('sh', '-c', 'fanal uninstall; echo exit $?')
  expect(asked).toMatch(/\/var\/lib\/fanal[^]*exit 1/)
  expect(await show('ActiveState')).toBe('active')
  await fanal('uninstall', '--yes')
  expect(await machine.run('find', '/', '-xdev', '-name', '*fanal*')).toBe('')
  expect(readFileSync(machine.file('etc/passwd'), 'utf8')).not.toContain('fanal')
  expect(await machine.run('sh', '-c', 'systemctl is-active fanal || true')).toBe('inactive\n')
}, 180_000)

test('with --keep-state the site file and the state stay for the next installation', async () => {
  await using machine = await installed.copy()
  writeFileSync(machine.file('etc/fanal/site.yaml'), siteText(street))
  await machine.run('install', '-d', '-o', 'fanal', '/var/lib/fanal')
  writeFileSync(machine.file('var/lib/fanal/outbox.db'), '')
  await machine.run('fanal', 'uninstall', '--yes', '--keep-state')
  expect(await machine.run('sh', '-c', 'ls /etc/fanal /var/lib/fanal /usr/bin/fanal 2>&1 || true')).toMatch(
    /site\.yaml[^]*outbox\.db/,
  )
  expect(await machine.run('sh', '-c', 'command -v fanal || echo gone')).toBe('gone\n')
}, 120_000)

test('in a container: no root, nothing written but the state, at most 250 MB', async () => {
  await using images = new Images()
  await images.import(base, 'localhost/debian:bookworm-slim')
  await images.make('localhost/fanal', 'localhost/debian:bookworm-slim', 'amd64')
  const config = await images.config('localhost/fanal')
  expect(config.User).toBe('fanal')
  const root = await images.mount('localhost/fanal')
  const megabytes = Number((await run('du', ['--summarize', '--block-size=1000000', root])).split('\t')[0])
  expect(megabytes).toBeGreaterThan(100)
  expect(megabytes).toBeLessThan(250)

  const folders = { site: folder.file('site'), state: folder.file('state') }
  for (const each of Object.values(folders)) mkdirSync(each)
  mkdirSync(join(folders.site, 'profiles'))
  writeFileSync(join(folders.site, 'site.yaml'), siteText(street))
  chownSync(folders.state, 960, 960)
  await using container = runReadOnly(root, config, folders)
  await container.said(/^\{"event":"running"/)
  await container.said(/^\{"event":"connected"/)
  await eventually(async () => {
    const points = knownPoint.array().parse(await ask(join(folders.state, 'gateway.sock'), '/api/points'))
    expect(points.filter(({ state }) => state === 'good').length).toBeGreaterThan(50)
  })
  expect(config.Healthcheck.Test).toEqual(['CMD', 'fanal', 'status', '--json'])
}, 180_000)

test('on arm64: Node starts, a site is checked, a gateway runs', async () => {
  await using machine = await DebianRoot.extracted('arm64', ['libc6', 'libstdc++6', 'libatomic1', 'libgcc-s1'])
  await run('dpkg-deb', ['--extract', deb('arm64'), machine.path])
  copyFileSync('/usr/bin/qemu-aarch64-static', machine.file('qemu'))
  mkdirSync(machine.file('tmp/state'))
  writeFileSync(machine.file('etc/fanal/site.yaml'), siteText(street))
  const node = ['/qemu', '/usr/lib/fanal/node', '--lite-mode'] as const
  const fanal = (...words: string[]) => machine.run(...node, '/usr/lib/fanal/lib/fanal.js', ...words)

  expect(await machine.run(...node, '-p', 'process.arch')).toBe('arm64\n')
  expect(await fanal('--version')).toBe(`${version}\n`)
  expect(await fanal('check', '/etc/fanal/site.yaml')).toContain('good. 3 devices')
  const gateway = ['/usr/lib/fanal/lib/gateway.js', '--site', '/etc/fanal/site.yaml', '--state', '/tmp/state']
  await using running = machine.start(...node, ...gateway)
  await running.said(/^\{"event":"device","device":"feeder","health":"alive"\}/)
  await running.said(/^\{"event":"connected"/)
}, 180_000)
