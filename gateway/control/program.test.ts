import { Body, Equator, Horizon, Observer } from 'astronomy-engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { siteSchema, type Place, type SiteProgram } from '../site.ts'
import { nightOf, slotAt, type Night } from './program.ts'

const shape = siteSchema.shape.segments.unwrap().valueType.shape.program
const programOf = (text: object): SiteProgram => shape.parse(text)
const chatenois: Place = { latitude: 48.27, longitude: 7.4, time_zone: 'Europe/Paris' }
const at = (place: Place, time: string) =>
  Temporal.PlainDateTime.from(time).toZonedDateTime(place.time_zone).toInstant()

/** `17:04 100 evening`, on the street's clock: from when on, how much, and why. */
function told({ slots }: Night, { time_zone: zone }: Place): string[] {
  return slots.map(({ from, level, ground }) => {
    const time = from.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' })
    return `${time} ${level} ${ground}`
  })
}

describe('the street of Châtenois, dark from midnight to six by its municipal order', () => {
  const program = programOf({
    from: 'sunset',
    until: 'sunrise',
    level: 100,
    late: { from: '00:00', until: '06:00', level: 0, act: 'arrêté municipal' },
  })
  const minutes = (night: Night, ground: string, end: 'from' | 'until') => {
    const time = night.slots.find((slot) => slot.ground === ground)?.[end].toZonedDateTimeISO(chatenois.time_zone)
    return time === undefined ? undefined : time.hour * 60 + time.minute + time.second / 60
  }

  // As the municipality printed them: its clock keeps them to a few minutes.
  test.each([
    ['2023-05-02', '20:44', '06:08'],
    ['2023-10-24', '18:23', '08:02'],
  ])('on %s: dark in the small hours, light again from 06:00 to sunrise', (date, sunset, sunrise) => {
    const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
    const eve = nightOf(program, chatenois, at(chatenois, `${date}T20:00`))
    const dawn = nightOf(program, chatenois, at(chatenois, `${date}T03:00`))
    expect(eve.slots.map(({ ground }) => ground)).toEqual(['day', 'evening', 'late', 'morning', 'day'])
    // The May sunset that is printed is wintertime's neighbour by the almanac; the clock is within four minutes of the sun.
    expect(Math.abs((minutes(dawn, 'morning', 'from') ?? 0) - clock('06:00'))).toBe(0)
    expect(Math.abs((minutes(dawn, 'morning', 'until') ?? 0) - clock(sunrise))).toBeLessThanOrEqual(4)
    expect(Math.abs((minutes(eve, 'evening', 'from') ?? 0) - clock(sunset))).toBeLessThanOrEqual(4)
    expect(minutes(eve, 'evening', 'until')).toBe(0)
  })

  test('on 12 July the sun has overtaken the morning: no light of a few minutes', () => {
    const night = nightOf(program, chatenois, at(chatenois, '2023-07-12T03:00'))
    expect(night.slots.map(({ ground }) => ground)).toEqual(['day', 'evening', 'late', 'day'])
    const sunrise = night.slots.at(-1)?.from.toZonedDateTimeISO('Europe/Paris')
    expect(Math.abs((sunrise?.hour ?? 0) * 60 + (sunrise?.minute ?? 0) - (5 * 60 + 39))).toBeLessThanOrEqual(4)
  })
})

describe('a night', () => {
  const dimmed = programOf({
    from: 'sunset + 10m',
    until: 'sunrise - 5m',
    level: 100,
    late: { from: '23:00', until: '05:00', level: 50 },
  })

  test('goes from noon to noon, with the offsets of its program', () => {
    expect(told(nightOf(dimmed, chatenois, at(chatenois, '2026-12-21T13:00')), chatenois)).toEqual([
      '12:00 0 day',
      '16:48 100 evening',
      '23:00 50 late',
      '05:00 100 morning',
      '08:14 0 day',
    ])
  })

  test('of the morning is that of the day before', () => {
    const night = nightOf(dimmed, chatenois, at(chatenois, '2026-12-22T11:59'))
    expect(night.date.toString()).toBe('2026-12-21')
    expect(slotAt(night, at(chatenois, '2026-12-22T04:59'))).toMatchObject({ level: 50, ground: 'late' })
    expect(slotAt(night, at(chatenois, '2026-12-22T05:00'))).toMatchObject({ level: 100, ground: 'morning' })
  })

  test('of summer begins in its late period where dusk comes after it', () => {
    const dunkirk = { latitude: 51.03, longitude: 2.37, time_zone: 'Europe/Paris' }
    const early = programOf({ ...plain, late: { from: '22:00', until: '05:00', level: 50 } })
    expect(told(nightOf(early, dunkirk, at(dunkirk, '2026-06-25T20:00')), dunkirk)).toEqual([
      '12:00 0 day',
      '22:09 50 late',
      '05:00 100 morning',
      '05:37 0 day',
    ])
  })

  const plain = { from: 'sunset', until: 'sunrise', level: 100 }

  test.each([
    ['2026-10-24T20:00', 25],
    ['2026-03-28T20:00', 23],
  ])('in which the clock is changed (%s) lasts %i hours, and its late period holds on the clock', (time, hours) => {
    const night = nightOf(dimmed, chatenois, at(chatenois, time))
    expect((night.untilMs - night.fromMs) / 3_600_000).toBe(hours)
    expect(told(night, chatenois).slice(2, 4)).toEqual(['23:00 50 late', '05:00 100 morning'])
  })

  test('whose late period falls into the hour that the clock leaps over has none; into the one it repeats, a longer one', () => {
    const odd = programOf({ ...plain, late: { from: '02:30', until: '03:30', level: 50 } })
    const spring = nightOf(odd, chatenois, at(chatenois, '2026-03-28T20:00'))
    expect(spring.slots.map(({ ground }) => ground)).toEqual(['day', 'evening', 'day'])
    const late = nightOf(odd, chatenois, at(chatenois, '2026-10-24T20:00')).slots.find(
      ({ ground }) => ground === 'late',
    )
    expect(((late?.untilMs ?? 0) - (late?.fromMs ?? 0)) / 60_000).toBe(120)
  })

  const tromso = { latitude: 69.6492, longitude: 18.9553, time_zone: 'Europe/Oslo' }

  test('of the polar summer has no light, of the polar winter nothing else', () => {
    const program = programOf(plain)
    expect(told(nightOf(program, tromso, at(tromso, '2026-06-21T20:00')), tromso)).toEqual(['12:00 0 day'])
    expect(told(nightOf(program, tromso, at(tromso, '2026-12-21T20:00')), tromso)).toEqual(['12:00 100 evening'])
  })

  test('that never gets darker than twilight is lit from sunset until the sun is lowest, for who ends at civil dawn', () => {
    const helsinki = { latitude: 60.17, longitude: 24.94, time_zone: 'Europe/Helsinki' }
    const program = programOf({ ...plain, until: 'civil-dawn' })
    const night = nightOf(program, { ...helsinki, latitude: 61.5 }, at(helsinki, '2026-06-21T20:00'))
    expect(night.slots.map(({ ground }) => ground)).toEqual(['day', 'evening', 'day'])
    const dusk = programOf({ ...plain, from: 'civil-dusk', until: 'civil-dawn' })
    expect(nightOf(dusk, { ...helsinki, latitude: 61.5 }, at(helsinki, '2026-06-21T20:00')).slots).toHaveLength(1)
  })

  test('of a short polar day that the street’s clock calls afternoon is dark on both its sides', () => {
    // Kirkenes’ latitude on the clock of Spain: the sun is highest at 13:40, and up for an hour or two.
    const far = { latitude: 66.9, longitude: -9, time_zone: 'Europe/Madrid' }
    const night = nightOf(programOf(plain), far, at(far, '2026-12-15T20:00'))
    expect(night.slots.map(({ level }) => level)).toEqual([100, 0, 100])
  })

  test('whose late period lasts until noon has it to its end', () => {
    const long = programOf({ ...plain, late: { from: '23:00', until: '12:00', level: 50 } })
    expect(told(nightOf(long, chatenois, at(chatenois, '2026-12-22T13:00')), chatenois)).toEqual([
      '12:00 0 day',
      '16:38 100 evening',
      '23:00 50 late',
      '08:19 0 day',
    ])
  })

  test('takes over from the one before what an offset carries past noon', () => {
    const far = programOf({ ...plain, until: 'sunrise + 240m' })
    expect(told(nightOf(far, chatenois, at(chatenois, '2026-12-21T13:00')), chatenois)).toEqual([
      '12:00 100 evening',
      '12:18 0 day',
      '16:38 100 evening',
    ])
  })

  test('is lit throughout from the day on which the sun no longer rises, however little it stays below', () => {
    const program = programOf(plain)
    for (const date of ['2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01', '2027-01-12', '2027-01-13'])
      expect(told(nightOf(program, tromso, at(tromso, `${date}T20:00`)), tromso)).toEqual(['12:00 100 evening'])
  })

  test('that begins before sunrise, as at Nome in December, does not take the noon for dusk', () => {
    const nome = { latitude: 64.5, longitude: -165.4, time_zone: 'America/Nome' }
    const program = programOf({ ...plain, until: 'civil-dawn' })
    expect(told(nightOf(program, nome, at(nome, '2026-12-21T20:00')), nome)).toEqual([
      '12:00 0 day',
      '15:57 100 evening',
      '10:40 0 day',
    ])
  })
})

describe('against astronomy-engine', () => {
  const heights = { sunset: -0.833, 'civil-dusk': -6, sunrise: -0.833, 'civil-dawn': -6 }
  const height = (observer: Observer, ms: number) => {
    const sun = Equator(Body.Sun, new Date(ms), observer, true, true)
    return Horizon(new Date(ms), observer, sun.ra, sun.dec).altitude
  }

  const places: [string, Place][] = [
    ['Tromsø', { latitude: 69.65, longitude: 18.96, time_zone: 'Europe/Oslo' }],
    ['Longyearbyen', { latitude: 78.22, longitude: 15.65, time_zone: 'Arctic/Longyearbyen' }],
    ['Utqiagvik', { latitude: 71.29, longitude: -156.79, time_zone: 'America/Anchorage' }],
    ['Nome', { latitude: 64.5, longitude: -165.4, time_zone: 'America/Nome' }],
    ['Helsinki', { latitude: 60.17, longitude: 24.94, time_zone: 'Europe/Helsinki' }],
    ['Brest', { latitude: 48.39, longitude: -4.49, time_zone: 'Europe/Paris' }],
    ['Kiritimati', { latitude: 1.87, longitude: -157.4, time_zone: 'Pacific/Kiritimati' }],
    ['the south pole', { latitude: -90, longitude: 0, time_zone: 'Pacific/Auckland' }],
  ]

  test.each(places)('%s is lit all year when the sun is low, and only then', (_, place) => {
    const observer = new Observer(place.latitude, place.longitude, 0)
    const minuteMs = 60_000
    let lit = 0
    let dark = 0
    for (const from of ['sunset', 'civil-dusk'] as const)
      for (const until of ['sunrise', 'civil-dawn'] as const) {
        const program = programOf({ from, until, level: 100 })
        for (let day = 0; day < 365; day++) {
          const night = nightOf(program, place, Temporal.Instant.from('2026-01-01T15:00:00Z').add({ hours: 24 * day }))
          // Never at the same minutes of two days running.
          for (let ms = night.fromMs + ((day * 37) % 180) * minuteMs; ms < night.untilMs; ms += 180 * minuteMs) {
            const [before, now, after] = [-15, 0, 15].map((m) => height(observer, ms + m * minuteMs)) as [
              number,
              number,
              number,
            ]
            const unlike = heights[from] !== heights[until]
            // Too near to an event, or to where the sun turns, for two almanacs to agree.
            if (Math.min(Math.abs(now + 0.833), Math.abs(now + 6)) < 0.1) continue
            if (unlike && before < now !== now < after) continue
            const wanted = now < heights[after < now ? from : until]
            const { level } = slotAt(night, Temporal.Instant.fromEpochMilliseconds(ms))
            if (level > 0 !== wanted)
              expect.fail(`${from} to ${until}, ${new Date(ms).toISOString()}: ${level} at ${now.toFixed(2)}°`)
            if (wanted) lit++
            else dark++
          }
        }
      }
    expect(Math.min(lit, dark)).toBeGreaterThan(4_000)
  })
})

test('any night of any program anywhere is covered without holes, and gives the program’s levels only', () => {
  const zones = [
    'Europe/Paris',
    'Pacific/Kiritimati',
    'America/Cayenne',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
  ]
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  const clock = ([hour, minute]: [number, number]) =>
    `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  const offset = fc
    .integer({ min: -180, max: 180 })
    .map((m) => (m === 0 ? '' : ` ${m < 0 ? '-' : '+'} ${Math.abs(m)}m`))
  let examined = 0
  fc.assert(
    fc.property(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 20 * 366 * 24 }),
      fc.constantFrom('sunset', 'civil-dusk'),
      fc.constantFrom('sunrise', 'civil-dawn'),
      offset,
      offset,
      time,
      time,
      fc.integer({ min: 0, max: 99 }),
      (latitude, longitude, zone, hours, from, until, later, sooner, begin, end, low) => {
        const place = { latitude, longitude, time_zone: zone }
        const program = programOf({
          from: from + later,
          until: until + sooner,
          level: 100,
          late: { from: clock(begin), until: clock(end), level: low, act: 'an order' },
        })
        const now = Temporal.Instant.from('2024-01-01T00:00:00Z').add({ hours })
        const night = nightOf(program, place, now)
        const { slots } = night
        expect(slots[0]?.fromMs).toBe(night.fromMs)
        expect(slots.at(-1)?.untilMs).toBe(night.untilMs)
        expect(now.epochMilliseconds >= night.fromMs && now.epochMilliseconds < night.untilMs).toBe(true)
        slots.forEach((slot, index) => {
          examined++
          expect(slot.untilMs).toBeGreaterThan(slot.fromMs)
          expect(slots[index + 1]?.fromMs ?? slot.untilMs).toBe(slot.untilMs)
          expect([0, low, 100]).toContain(slot.level)
          expect(slotAt(night, slot.from)).toBe(slot)
        })
      },
    ),
    { numRuns: 400 },
  )
  expect(examined).toBeGreaterThan(600)
})
