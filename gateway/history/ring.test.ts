import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Series } from './series.ts'
import { dayMs, hourMs, minuteMs, Nights, startMs, technical, type NightsOptions } from './testing/nights.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const voltage = technical('feeder.voltage')
const ofEachClass: Series[] = [
  voltage,
  { name: 'feeder.relay', sensitivity: 'public', digits: 0 },
  { name: 'feeder.power', sensitivity: 'usage', digits: 0 },
  { name: 'hall.persons', sensitivity: 'presence', digits: 0, finestMs: hourMs },
]

const options = (extra: Partial<NightsOptions> = {}): NightsOptions => ({
  file: join(folder, 'history.db'),
  series: [voltage],
  quotaBytes: 16 * 2 ** 20,
  ...extra,
})

const valuesOf = (samples: readonly { value: number | null }[]) => samples.map(({ value }) => value)

/** For every series, of what there is: how many days old the oldest is. */
function agesInDays(nights: Nights): Record<string, number | undefined> {
  const age = (name: string) => {
    const oldest = nights.last(name, 1_000 * dayMs).find(({ value }) => value !== null)
    return oldest && Math.round((nights.wallMs - oldest.atMs) / dayMs)
  }
  return Object.fromEntries(nights.options.series.map(({ name }) => [name, age(name)]))
}

describe('what is kept', () => {
  test('is there at once, after ten minutes on flash, after a day in its block, and after a restart', () => {
    using nights = new Nights(options())
    const values = (n: number) => Array.from({ length: n }, (_, minute) => 230 + (minute % 7))
    const value = (atMs: number) => 230 + (((atMs - startMs) / minuteMs) % 7)
    nights.run(5 * minuteMs, minuteMs, value)
    expect(valuesOf(nights.last(voltage.name, hourMs))).toEqual(values(5))
    nights.run(55 * minuteMs, minuteMs, value)
    expect(valuesOf(nights.last(voltage.name, hourMs))).toEqual(values(60))
    nights.run(30 * hourMs, minuteMs, value)
    expect(valuesOf(nights.last(voltage.name, 31 * hourMs))).toEqual(values(31 * 60))
    nights.restart()
    const shown = nights.last(voltage.name, 31 * hourMs)
    expect(valuesOf(shown)).toEqual([...values(31 * 60), null])
    expect(shown.map(({ atMs }) => atMs)).toEqual(shown.map((_, minute) => startMs + minute * minuteMs))
    expect(nights.faults).toEqual([])
  })

  test('is its owner’s alone', () => {
    using nights = new Nights(options())
    nights.run(hourMs, minuteMs, () => 230)
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)
    expect(modes.length).toBeGreaterThan(0)
    expect(new Set(modes)).toEqual(new Set([0o600]))
  })

  test('is thinned to what is asked for, extremes included', () => {
    using nights = new Nights(options())
    nights.run(30 * hourMs, minuteMs, (atMs) => (atMs === startMs + 5 * hourMs ? 900 : 230))
    const shown = nights.last(voltage.name, 31 * hourMs, 50)
    expect(shown.length).toBeLessThanOrEqual(50)
    expect(shown).toContainEqual({ atMs: startMs + 5 * hourMs, value: 900 })
  })

  test('keeps its meaning when its digits change', () => {
    using nights = new Nights(options())
    nights.run(hourMs, minuteMs, () => 23)
    nights.restart(0, { series: [{ ...voltage, digits: 1 }] })
    nights.run(30 * hourMs, minuteMs, () => 231)
    expect([...new Set(valuesOf(nights.last(voltage.name, 32 * hourMs)))]).toEqual([23, null, 23.1])
  })

  test('of what has left the site is shown, and goes by its age', () => {
    using nights = new Nights(options())
    nights.run(hourMs, minuteMs, () => 230)
    nights.restart(0, { series: [technical('yard.voltage')] })
    nights.run(2 * hourMs, minuteMs, () => 1)
    expect(valuesOf(nights.last(voltage.name, 3 * hourMs)).filter((value) => value !== null)).toHaveLength(60)
    nights.run(92 * dayMs, 4 * hourMs, () => 1)
    expect(nights.last(voltage.name, 200 * dayMs)).toEqual([])
  })
})

describe('retention', () => {
  test('by class: a quarter of a year, or a week', () => {
    using nights = new Nights(options({ series: ofEachClass }))
    nights.run(100 * dayMs, 4 * hourMs, () => 230)
    const ages = agesInDays(nights)
    expect(ages['feeder.voltage']).toBeGreaterThanOrEqual(88)
    expect(ages['feeder.voltage']).toBeLessThanOrEqual(90)
    expect(ages['feeder.relay']).toBe(ages['feeder.voltage'])
    expect(ages['feeder.power']).toBeGreaterThanOrEqual(5)
    expect(ages['feeder.power']).toBeLessThanOrEqual(7)
    expect(ages['hall.persons']).toBe(ages['feeder.power'])
  })

  test('without its guard, all would stay', () => {
    using nights = new Nights(options({ series: ofEachClass, without: 'retention' }))
    nights.run(100 * dayMs, 4 * hourMs, () => 230)
    expect(Object.values(agesInDays(nights))).toEqual([100, 100, 100, 100])
  })

  test('what became stricter loses what it may not keep', () => {
    using nights = new Nights(options({ series: ofEachClass }))
    nights.run(30 * dayMs, 4 * hourMs, () => 230)
    const [voltage, relay, power, persons] = ofEachClass.map(({ name }) => name)
    nights.restart(0, {
      series: [
        { name: voltage!, sensitivity: 'usage', digits: 0 },
        { name: relay!, sensitivity: 'identifier', digits: 0 },
        { name: power!, sensitivity: 'presence', digits: 0 },
        { name: persons!, sensitivity: 'presence', digits: 0, finestMs: 2 * hourMs },
      ],
    })
    nights.run(11 * minuteMs, minuteMs, () => 230)
    const ages = agesInDays(nights)
    expect(ages[voltage!]).toBeLessThanOrEqual(7)
    expect(ages[voltage!]).toBeGreaterThanOrEqual(5)
    expect(ages[relay!]).toBeUndefined()
    expect(ages[power!]).toBeUndefined()
    expect(ages[persons!]).toBe(0)
    expect(storedOf(nights, relay!) + storedOf(nights, power!)).toBe(0)
  })

  test('without its guard, it would stay', () => {
    using nights = new Nights(options({ series: ofEachClass }))
    nights.run(2 * dayMs, hourMs, () => 230)
    const series = ofEachClass.map((each): Series => ({ ...each, sensitivity: 'identifier' }))
    nights.restart(0, { series, without: 'retention' })
    expect(storedOf(nights, voltage.name)).toBeGreaterThan(0)
  })

  test('what the clock has dated wrongly goes by the time that the gateway is at work', () => {
    using nights = new Nights(options({ series: ofEachClass }))
    nights.run(2 * hourMs, minuteMs, () => 1)
    nights.wallMs = 0 // and so it stays: the battery is empty, and there is no network
    nights.run(9 * dayMs, hourMs, () => 2)
    const asked = { fromMs: startMs, untilMs: startMs + dayMs, most: 100 }
    expect(nights.ring.range('feeder.power', asked, nights.now)).toEqual([])
    expect(nights.ring.range('feeder.voltage', asked, nights.now)).not.toEqual([])
  })
})

/** Rows of a series on the disk. */
function storedOf(nights: Nights, name: string): number {
  nights.ring.close(nights.now)
  using db = new DatabaseSync(nights.options.file)
  const count = `SELECT (SELECT count(*) FROM block JOIN series ON series.id = series WHERE name = ?)
    + (SELECT count(*) FROM recent JOIN series ON series.id = series WHERE name = ?) AS count`
  return Number(db.prepare(count).get(name, name)?.['count'])
}

describe('the quota', () => {
  const series = Array.from({ length: 40 }, (_, n) => technical(`feeder.point_${n}`))
  const quotaBytes = 2 ** 20
  const secondsMs = 10_000
  /** As little alike as can be. */
  const noise = (atMs: number) => Math.floor(1e9 * Math.abs(Math.sin(atMs)))
  const bytesOf = (nights: Nights) => nights.ring.figures().bytes

  test('the oldest goes first, and the disk never holds more', () => {
    using nights = new Nights(options({ series, quotaBytes }))
    let most = 0
    for (let hours = 0; hours < 24; hours++) {
      nights.run(hourMs, secondsMs, noise)
      most = Math.max(most, bytesOf(nights))
    }
    expect(most).toBeLessThanOrEqual(quotaBytes)
    expect(most).toBeGreaterThan(quotaBytes / 2)
    const shown = nights.last(series[3]!.name, 10 * dayMs)
    expect(shown.at(-1)?.atMs).toBeGreaterThan(nights.wallMs - 2 * secondsMs)
    expect(shown[0]!.atMs).toBeGreaterThan(startMs + 2 * hourMs)
    expect(shown.length).toBeGreaterThan(500)
    expect(nights.ring.figures().oldestMs).toBeGreaterThan(startMs + 2 * hourMs)
    expect(nights.faults).toEqual([])
  })

  test('without its guard, it holds more', () => {
    using nights = new Nights(options({ series, quotaBytes, without: 'quota' }))
    nights.run(dayMs, secondsMs, noise)
    expect(bytesOf(nights)).toBeGreaterThan(quotaBytes)
  })

  test('a lower one is met at the next start', () => {
    using nights = new Nights(options({ series, quotaBytes: 4 * quotaBytes }))
    nights.run(dayMs, secondsMs, noise)
    expect(bytesOf(nights)).toBeGreaterThan(quotaBytes)
    nights.restart(0, { quotaBytes })
    nights.restart()
    expect(bytesOf(nights)).toBeLessThanOrEqual(quotaBytes)
  })
})

describe('a gap', () => {
  test('at a restart is one, however short', () => {
    using nights = new Nights(options())
    nights.run(hourMs, minuteMs, () => 230)
    nights.restart(5 * minuteMs)
    nights.run(10 * minuteMs, minuteMs, () => 231)
    const shown = nights.last(voltage.name, 20 * minuteMs)
    expect(valuesOf(shown)).toEqual([...Array<number>(5).fill(230), null, ...Array<number>(10).fill(231)])
    expect(shown[5]?.atMs).toBe(startMs + hourMs)
  })

  test('after a power cut begins where the last commit was', () => {
    using nights = new Nights(options())
    nights.run(hourMs + 5 * minuteMs, minuteMs, () => 230)
    nights.crash(minuteMs)
    nights.run(20 * minuteMs, minuteMs, () => 231)
    const gap = nights.last(voltage.name, 2 * hourMs).find(({ value }) => value === null)
    expect(gap).toEqual({ atMs: startMs + hourMs, value: null })
  })

  test('of one who never said a word is none', () => {
    using nights = new Nights(options({ series: [voltage, technical('yard.voltage')] }))
    for (let minutes = 0; minutes < 60; minutes++) {
      nights.take([[0, 230]])
      nights.pass(minuteMs)
    }
    nights.restart()
    expect(nights.last('yard.voltage', dayMs)).toEqual([])
  })
})

describe('a clock that jumps', () => {
  test('from 1970 to today: each is found at its time', () => {
    using nights = new Nights(options())
    nights.wallMs = 0
    nights.run(30 * minuteMs, minuteMs, () => 1)
    nights.wallMs = startMs
    nights.run(30 * minuteMs, minuteMs, () => 2)
    expect(valuesOf(nights.last(voltage.name, hourMs))).toEqual(Array<number>(30).fill(2))
    nights.run(30 * hourMs, minuteMs, () => 2)
    expect(valuesOf(nights.last(voltage.name, dayMs)).every((value) => value === 2)).toBe(true)
    expect(nights.last(voltage.name, nights.wallMs).map(({ value }) => value)).not.toContain(1)
  })

  test('back by an hour: what was then is shown twice over, oldest first, and nothing is lost', () => {
    using nights = new Nights(options())
    nights.run(2 * hourMs, minuteMs, () => 1)
    nights.wallMs -= hourMs
    nights.run(2 * hourMs, minuteMs, () => 2)
    const shown = nights.last(voltage.name, 4 * hourMs)
    expect(valuesOf(shown).filter((value) => value === 1)).toHaveLength(120)
    expect(valuesOf(shown).filter((value) => value === 2)).toHaveLength(120)
    expect(shown).toEqual(shown.toSorted((a, b) => a.atMs - b.atMs))
  })

  test('a leap ahead that lasts less than an hour deletes nothing', () => {
    using nights = new Nights(options())
    nights.run(5 * hourMs, minuteMs, () => 1)
    nights.pass(0)
    nights.wallMs += 4_000 * dayMs
    nights.run(50 * minuteMs, minuteMs, () => 2)
    nights.wallMs -= 4_000 * dayMs
    nights.run(3 * hourMs, minuteMs, () => 3)
    expect(valuesOf(nights.last(voltage.name, dayMs)).filter((value) => value === 1)).toHaveLength(300)
  })

  test('a gateway that was off for long forgets what has grown old meanwhile', () => {
    using nights = new Nights(options({ series: ofEachClass }))
    nights.run(dayMs, hourMs, () => 1)
    nights.restart(30 * dayMs)
    nights.run(3 * hourMs, minuteMs, () => 2)
    expect(agesInDays(nights)).toMatchObject({ 'feeder.voltage': 31, 'feeder.power': 0 })
  })
})

describe('trouble', () => {
  test('a damaged file is set aside, and a new one begun', () => {
    using nights = new Nights(options())
    nights.run(30 * hourMs, minuteMs, () => 230)
    nights.ring.close(nights.now)
    writeFileSync(nights.options.file, 'this is no database at all'.repeat(100))
    utimesSync(nights.options.file, nights.wallMs / 1_000, nights.wallMs / 1_000)
    nights.restart()
    nights.run(hourMs, minuteMs, () => 231)
    expect(nights.faults).toEqual(['HISTORY_DAMAGED', undefined])
    expect(readFileSync(`${nights.options.file}.damaged`, 'utf8')).toContain('no database')
    nights.restart()
    expect(valuesOf(nights.last(voltage.name, 2 * hourMs)).slice(0, 60)).toEqual(Array<number>(60).fill(231))
  })

  test('so is one of another program, and one whose pages are damaged when they are read', () => {
    using nights = new Nights(options())
    nights.run(30 * hourMs, minuteMs, () => 230)
    nights.ring.close(nights.now)
    const bytes = readFileSync(nights.options.file)
    writeFileSync(nights.options.file, bytes.fill(0xa5, 8_192))
    nights.restart()
    nights.run(30 * hourMs, minuteMs, () => 231)
    expect(nights.faults).toEqual(['HISTORY_DAMAGED', undefined])

    nights.ring.close(nights.now)
    rmSync(nights.options.file)
    using other = new DatabaseSync(nights.options.file)
    other.exec('CREATE TABLE theirs (x)')
    other.close()
    nights.restart()
    nights.run(hourMs, minuteMs, () => 231)
    expect(nights.faults).toEqual(['HISTORY_DAMAGED', undefined, 'HISTORY_DAMAGED', undefined])
  })

  test('what was set aside goes after a week, as it tells how people live', () => {
    using nights = new Nights(options())
    const aside = `${nights.options.file}.damaged`
    writeFileSync(aside, '')
    utimesSync(aside, startMs / 1_000, startMs / 1_000)
    nights.run(6 * dayMs, hourMs, () => 230)
    expect(readdirSync(folder)).toContain('history.db.damaged')
    nights.run(2 * dayMs, hourMs, () => 230)
    expect(readdirSync(folder)).not.toContain('history.db.damaged')
  })

  test('a block that makes no sense is left out', () => {
    using nights = new Nights(options())
    nights.run(hourMs, minuteMs, () => 230)
    nights.ring.close(nights.now)
    using db = new DatabaseSync(nights.options.file)
    db.exec("UPDATE recent SET body = x'02ff' WHERE id = 2")
    db.close()
    nights.restart()
    expect(valuesOf(nights.last(voltage.name, 2 * hourMs)).filter((value) => value !== null)).toHaveLength(50)
    expect(nights.faults).toEqual([])
  })

  test('without its folder, it lives in memory, and says so once', () => {
    using nights = new Nights(options({ file: join(folder, 'missing', 'history.db') }))
    nights.run(5 * hourMs, minuteMs, () => 230)
    expect(nights.last(voltage.name, 6 * hourMs)).toHaveLength(300)
    expect(nights.faults).toEqual(['HISTORY_OPEN'])
    expect(nights.ring.figures()).toEqual({ bytes: 0, oldestMs: startMs })
  })

  test('in memory there is room for so much, and the oldest goes', () => {
    using nights = new Nights(options({ file: join(folder, 'missing', 'history.db') }))
    for (let second = 0; second < 130_000; second += 1_000) {
      const batch = new Float64Array(3_000)
      for (let n = 0; n < 1_000; n++) batch.set([0, startMs + (second + n) * 1_000, n], 3 * n)
      nights.ring.take(batch, nights.now)
    }
    const asked = { fromMs: 0, untilMs: startMs + dayMs * 2, most: 200_000 }
    const shown = nights.ring.range(voltage.name, asked, { ...nights.now, wallMs: startMs + 129_999_000 })
    expect(shown).toHaveLength(120_000)
    expect(shown[0]?.atMs).toBe(startMs + 10_000 * 1_000)
  })

  test('a file that another has, and one of a newer Fanal, are left alone', () => {
    using first = new Nights(options())
    first.run(hourMs, minuteMs, () => 230)
    using second = new Nights(options())
    expect(second.faults).toEqual(['HISTORY_BUSY'])
    first.ring.close(first.now)
    using db = new DatabaseSync(first.options.file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    second.run(hourMs, minuteMs, () => 230)
    expect(second.faults).toEqual(['HISTORY_BUSY', 'HISTORY_NEWER'])
    expect(readdirSync(folder)).not.toContain('history.db.damaged')
  })
})
