import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fakeClock } from '../drivers/testing/fake-clock.ts'
import { eventually, Folder } from './testing/surroundings.ts'
import { Turns } from './testing/turns.ts'
import { openWitness, type Machine } from './witness.ts'

let folder: Folder
let machine: Machine
beforeEach(() => {
  folder = new Folder()
  machine = {
    timesync: folder.file('timesync/synchronized'),
    systemd: folder.file('systemd'),
    rtcs: folder.file('rtc'),
    bootId: folder.file('boot_id'),
    timedatectl: folder.file('timedatectl'),
    chronyc: folder.file('chronyc'),
  }
})
afterEach(() => folder[Symbol.dispose]())

function put(path: string, text = ''): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** A stand-in that notes how it is called. */
function program(path: string, script: string): void {
  put(path, `#!/bin/sh\necho "$@" >> '${path}.calls'\n${script}\n`)
  chmodSync(path, 0o700)
}

function calls(path: string): string[] {
  return existsSync(`${path}.calls`) ? readFileSync(`${path}.calls`, 'utf8').trim().split('\n') : []
}

test('a machine that says nothing has no synchronised clock', async () => {
  await using witness = await openWitness(fakeClock(), machine)
  expect(witness).toMatchObject({ synchronised: false, rtc: false, bootId: '' })
})

test('the boot has a name, and runs on', async () => {
  put(machine.bootId, 'a4a4b6a2-53b4-4d7b-a3f3-7e4f6f0e2a11\n')
  await using witness = await openWitness(fakeClock(), machine)
  expect(witness.bootId).toBe('a4a4b6a2-53b4-4d7b-a3f3-7e4f6f0e2a11')
  const before = witness.uptimeMs()
  expect(before).toBeGreaterThan(1_000)
  await eventually(() => expect(witness.uptimeMs()).toBeGreaterThan(before))
})

test.each([
  [['0\n', '1\n'], true],
  [['0\n'], false],
])('a hardware clock counts if it set the time at boot: %j', async (hctosys, rtc) => {
  for (const [index, text] of hctosys.entries()) put(`${machine.rtcs}/rtc${index}/hctosys`, text)
  await using witness = await openWitness(fakeClock(), machine)
  expect(witness.rtc).toBe(rtc)
})

describe('the clock is synchronised', () => {
  test('when timesyncd says so, and as long as it does again from time to time', async () => {
    const clock = new Turns()
    await using witness = await openWitness(clock, machine)
    expect(witness.synchronised).toBe(false)
    put(machine.timesync)
    await clock.pass(5_000)
    expect(witness.synchronised).toBe(true)
    await clock.pass(7_000_000)
    utimesSync(machine.timesync, 1, 1) // whatever the time is then
    await clock.pass(7_200_000)
    expect(witness.synchronised).toBe(true)
    await clock.pass(10_000)
    expect(witness.synchronised).toBe(false)
  })

  test.each([
    ['yes', true],
    ['no', false],
  ])('when systemd says %s', async (says, synchronised) => {
    program(machine.timedatectl, `echo ${says}`)
    {
      await using without = await openWitness(fakeClock(), machine)
      expect(without.synchronised).toBe(false)
      expect(calls(machine.timedatectl)).toEqual([]) // it would wait for a bus that is not there
    }
    put(`${machine.systemd}/x`)
    await using witness = await openWitness(fakeClock(), machine)
    expect(witness.synchronised).toBe(synchronised)
    expect(calls(machine.timedatectl)).toEqual(['show --property=NTPSynchronized --value'])
  })

  test.each([
    ['C0248F01,192.36.143.1,2,1732294575.1,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,Normal', true],
    ['C0248F01,192.36.143.1,2,1732294575.1,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,64.0,Insert second', true],
    ['7F7F0101,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised', false],
    ['506 Cannot talk to daemon', false],
  ])('when chrony says %s', async (says, synchronised) => {
    program(machine.chronyc, `echo '${says}'`)
    await using witness = await openWitness(fakeClock(), machine)
    expect(witness.synchronised).toBe(synchronised)
    expect(calls(machine.chronyc)).toEqual(['-c tracking'])
  })

  test('not when the program fails or hangs', async () => {
    put(`${machine.systemd}/x`)
    program(machine.timedatectl, 'echo yes; exit 1')
    program(machine.chronyc, 'exec sleep 60')
    await using witness = await openWitness(fakeClock(), machine)
    expect(witness.synchronised).toBe(false)
  })
})

test('programs are asked once a minute, and their word counts until they are asked again', async () => {
  const clock = new Turns()
  program(machine.chronyc, 'echo ,Normal')
  await using witness = await openWitness(clock, machine)
  program(machine.chronyc, "echo ',Not synchronised'")
  await clock.pass(55_000)
  expect(witness.synchronised).toBe(true)
  expect(calls(machine.chronyc)).toHaveLength(1)
  await clock.pass(5_000)
  expect(witness.synchronised).toBe(false)
  expect(calls(machine.chronyc)).toHaveLength(2)
})
