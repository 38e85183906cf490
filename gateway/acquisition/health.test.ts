import { expect, test } from 'vitest'
import { after, defaultBackOff, healthy, mayAsk, type Health } from './health.ts'

const backOff = { firstMs: 500, capMs: 4_000 }
const silent = (health: Health, atMs: number) => after(health, false, atMs, backOff, 1)

test('dead after two silent reads and three seconds, not before both', () => {
  const once = silent(healthy, 0)
  expect(silent(once, 2_999).state).toBe('alive')
  expect(silent(once, 3_000)).toEqual({ state: 'dead', sinceMs: 0, waitMs: 500, probeAtMs: 3_500 })
  expect(silent(healthy, 10_000).state).toBe('alive')
})

test('an answer in between starts the count anew', () => {
  expect(silent(after(silent(healthy, 0), true, 1_000, backOff, 1), 4_000).state).toBe('alive')
})

test('probes come at doubling distances up to the cap, and one answer ends it', () => {
  let health = silent(silent(healthy, 0), 3_000)
  const waits: number[] = []
  for (let probe = 0; probe < 5; probe++) {
    if (health.state !== 'dead') throw new Error('alive?')
    expect(mayAsk(health, health.probeAtMs - 1)).toBe(false)
    expect(mayAsk(health, health.probeAtMs)).toBe(true)
    health = silent(health, health.probeAtMs)
    waits.push(health.state === 'dead' ? health.waitMs : 0)
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 4_000, 4_000])
  expect(after(health, true, 60_000, backOff, 1)).toEqual(healthy)
})

test('half of each wait is chance', () => {
  const silentOnce = silent(healthy, 0)
  const probeAtMs = (chance: number) => {
    const dead = after(silentOnce, false, 3_000, backOff, chance)
    const still = after(dead, false, 4_000, backOff, chance)
    return [dead, still].map((health) => health.state === 'dead' && health.probeAtMs)
  }
  expect(probeAtMs(0)).toEqual([3_250, 4_500])
  expect(probeAtMs(0.5)).toEqual([3_375, 4_750])
})

test('a unit that was dead for long is asked again within half a minute', () => {
  let health: Health = { state: 'dead', sinceMs: 0, waitMs: 500, probeAtMs: 0 }
  for (let probe = 0; probe < 20; probe++) health = after(health, false, 0, defaultBackOff, 1)
  expect(health).toMatchObject({ state: 'dead', probeAtMs: 30_000 })
})
