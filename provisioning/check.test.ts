import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { typeset } from '../drivers/french.ts'
import { planSite } from '../gateway/plan.ts'
import { lampProfiles, lampSite } from '../gateway/testing/lamps.ts'
import { adviceCodes } from '../gateway/disclosure/lint.ts'
import { adviceText } from './advice.ts'
import { check } from './check.ts'
import { exits, type Context } from './context.ts'
import { noticesOf, noticeText, segmentText } from './controlled.ts'
import type { Language } from './language.ts'
import { lineNoticesOf, lineNoticeText } from './line-notices.ts'
import { speak } from './messages.ts'

const planned = planSite(lampSite, 'site.yaml', lampProfiles)
if (!planned.ok) throw new Error('the site of lamps is not good')
const { plan } = planned

test('a segment’s night in words, in both languages', () => {
  const nights = (language: Language) =>
    [...plan.segments.values()].map((segment) => segmentText({ say: speak(language) }, segment))
  expect(nights('en')).toEqual([
    '  north  from sunset +10 min to sunrise −5 min at 90 %, 50 % from 23:00 to 05:00; floor 30 %; without a trusted time by its photocell',
    '  lane  from civil dusk to civil dawn at 60 %; floor 20 %; without a trusted time 60 %',
    '  square  from sunset to sunrise at 100 %, dark from 00:30 to 04:30 (arrêté municipal 2026-14); floor 100 %; without a trusted time dark (the square is closed at night)',
  ])
  expect(nights('fr')[0]).toBe(
    typeset(
      '  north  du coucher du soleil +10 min au lever du soleil −5 min à 90 %, 50 % de 23:00 à 05:00 ; plancher 30 % ; sans heure sûre selon sa cellule',
    ),
  )
})

test('notices say what the devices leave to be wished for', () => {
  const notices = noticesOf(plan)
  expect(notices.map(({ code, setpoint }) => `${code} ${setpoint}`)).toEqual([
    'keeps lamps.group_0_level',
    'only-site lamps.group_0_level',
    'keeps lamps.gear_9_level',
    'keeps alley.level',
    'goes-off board.k1',
  ])
  const said = notices.map((notice) => noticeText({ say: speak('en') }, notice))
  expect(said[0]).toBe(
    '  north: if the gateway dies, lamps.group_0_level stays as it is (the profile says: the lamps stay as they were last told)',
  )
  expect(said[1]).toBe('  north: nothing reads back lamps.group_0_level but what confirm_by names (lamps.gear_3_level)')
  expect(said[4]).toBe('  square: if the gateway dies, board.k1 goes off by itself within 12s')
  for (const text of [...said, ...notices.map((notice) => noticeText({ say: speak('fr') }, notice))])
    expect(text).not.toMatch(/\{[a-z]+\}/)
})

test('a relay that is lit without a time goes on by itself; what nothing tells of is said', () => {
  const lit = lampSite
    .replace('on_loss: { off: the square is closed at night }', 'on_loss: on')
    .replace('    confirm_by: [lamps.gear_3_level]\n', '')
  const replanned = planSite(lit, 'site.yaml', lampProfiles)
  const codes = replanned.ok ? noticesOf(replanned.plan).map(({ code, setpoint }) => `${code} ${setpoint}`) : []
  expect(codes).toContain('goes-on board.k1')
  expect(codes).toContain('unconfirmed lamps.group_0_level')
})

const folder = mkdtempSync(join(tmpdir(), 'fanal-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What `fanal check` prints of a site without segments, whose profiles are built in. */
function checked(json: boolean, line = '{ protocol: modbus-tcp, host: h }'): string[] {
  const file = join(folder, 'site.yaml')
  writeFileSync(
    file,
    `site: a\ntenant: b\nlines: { net: ${line} }
devices: { meter: { profile: eastron-sdm630, line: net, unit: 1 } }
uplink: { broker: mqtt://h }\nreleases: {}\n`,
  )
  const lines: string[] = []
  const tell = (line: string) => void lines.push(line)
  const { signal } = new AbortController()
  const context: Context = { say: speak('en'), language: 'en', json, out: tell, err: tell, signal }
  expect(check(context, [file], {})).toBe(exits.ok)
  return lines
}

test('where nothing is controlled, nothing is said of it; as JSON the lists are empty', () => {
  expect(checked(false).join('\n')).not.toMatch(/Controls|Mind/)
  expect(JSON.parse(checked(true)[0] ?? '')).toMatchObject({ good: true, segments: [], notices: [] })
})

test('advice is told after all else, with what it saves, and refuses nothing; a fleet’s policy is checked by itself', () => {
  const file = join(folder, 'street.yaml')
  const release = `{ points: [town.power_active], purpose: energy_efficiency, basis: public-task,
    recipient: { name: Ville, role: controller }, delivery: durable, retention: 1y }`
  writeFileSync(
    file,
    `site: a\ntenant: b\npolicy: policy.yaml\nlines: { net: { protocol: modbus-tcp, host: h } }
devices: { town: { profile: eastron-sdm630, line: net, unit: 1, feeds: public-lighting } }
uplink: { broker: mqtt://h }\nreleases:\n  energy: ${release}\n`,
  )
  const policy = (points: string) =>
    writeFileSync(
      join(folder, 'policy.yaml'),
      `policy: nantes\nreleases: { energy: { points: [${points}], purposes: [energy_efficiency],
  recipients: [{ name: Ville, role: controller }], retention: 1y } }\n`,
    )
  const said = (name: string, language: Language, json = false) => {
    const lines: string[] = []
    const tell = (line: string) => void lines.push(line)
    const { signal } = new AbortController()
    const context: Context = { say: speak(language), language, json, out: tell, err: tell, signal }
    return { exit: check(context, [join(folder, name)], {}), lines }
  }
  policy('town.power_active')
  const english = said('street.yaml', 'en')
  expect(english.exit).toBe(exits.ok)
  expect(english.lines).toContain(
    '  energy → Ville, for “energy efficiency”, on the ground of: public task (GDPR 6(1)(e)); durable: as read',
  )
  expect(english.lines).toContain('Within the fleet’s policy nantes.')
  expect(english.lines.slice(-2)).toEqual([
    'Could be less, or clearer:',
    '  energy: for “energy efficiency”, aggregate: { every: 1h, of: [mean, max] }, round: 1 would do: the hour shows whether lamps dim as decided, the day what they used; some 43,176 messages and 18 MB less a day',
  ])
  expect(said('street.yaml', 'fr').lines.at(-1)).toMatch(/18\sMo de moins par jour$/)
  expect(JSON.parse(said('street.yaml', 'en', true).lines[0] ?? '')).toMatchObject({
    policy: 'nantes',
    advice: [{ code: 'coarser', release: 'energy', saves: { messages: 43_176 } }],
  })
  expect(said('policy.yaml', 'en').lines[0]).toMatch(
    /policy.yaml: good. The policy nantes, 1 release\(s\); others: refused.$/,
  )

  policy('town.frequency')
  const wider = said('street.yaml', 'en')
  expect(wider.exit).toBe(exits.invalid)
  expect(wider.lines.join('\n')).toContain('rule: nantes (fleet’s policy, release "energy")')
})

test('what is done to what leaves is told with its figures, and why it is not personal', () => {
  const file = join(folder, 'treated.yaml')
  writeFileSync(
    file,
    `site: a\ntenant: b\nlines: { net: { protocol: modbus-tcp, host: h } }
devices: { town: { profile: eastron-sdm630, line: net, unit: 1 } }
uplink: { broker: mqtt://h }\nreleases:\n  quality: { points: [town.voltage_l1], purpose: maintenance, basis: { not-personal: of the network },
    recipient: { name: Ville, role: controller }, delivery: durable, retention: 1y,
    treatment: [delay: 1d, round: 0.5, coarsen: { time: 1h, place: 0.01 }] }\n`,
  )
  const lines: string[] = []
  const tell = (line: string) => void lines.push(line)
  const { signal } = new AbortController()
  const context: Context = { say: speak('fr'), language: 'fr', json: false, out: tell, err: tell, signal }
  expect(check(context, [file], {})).toBe(exits.ok)
  expect(lines[2]).toBe(
    typeset(
      '  quality → Ville, pour « entretien de l’installation », sur la base : non personnel (of the network) ; durable : delay: 1d, arrondi à 0,5, coarsen: { time: 1h, place: 0.01 }',
    ),
  )
})

test('every piece of advice has its words in both languages', () => {
  for (const code of adviceCodes)
    for (const language of ['en', 'fr'] as const) {
      const words = {
        points: 'a.b',
        other: 'x',
        device: 'd',
        releases: 'r',
        retention: '1y',
        keeps: '1y',
        purpose: 'inform',
      }
      const more = {
        recipient: 'R',
        encodings: 'json',
        known: 'etalab-2.0',
        licence: 'l',
        expires: '2026-01-01',
        point: 'a.b',
        statistic: 'mean',
      }
      const numbers = {
        epsilon: '2',
        most: '1',
        day: '4',
        wanted: '5',
        treatment: 'round: 1',
        every: '15m',
        drop: '"a.b"',
      }
      const advice = { code, release: 'rel', words: { ...words, ...more, ...numbers } }
      expect(adviceText({ say: speak(language), language }, advice), code).not.toMatch(/\{[a-z]+\}/)
    }
})

test('the lines’ loads are told, and which is busy, though nothing is wrong', () => {
  const text = checked(false).join('\n')
  expect(text).toMatch(/The lines:\n {2}net: \d+ requests for \d+ registers, \d+ ms a cycle; busy \d\.\d % of the time/)
  expect(JSON.parse(checked(true)[0] ?? '')).toMatchObject({ lines: [{ line: 'net', load: expect.any(Number) }] })
  const budgets = (load: number) => ({
    site: plan.site,
    budgets: new Map([['cabinet', { ...plan.budgets.get('net')!, load }]]),
  })
  expect(lineNoticesOf(budgets(0.8))).toEqual([])
  const said = (load: number, language: Language) =>
    lineNoticesOf(budgets(load)).map((notice) => lineNoticeText({ say: speak(language), language }, notice))
  expect(said(0.91, 'en')).toEqual([
    '  cabinet: busy 91 % of the time; above 80 % polls wait for one another. See what takes it: fanal lines',
  ])
  expect(said(1.2, 'en')[0]).toMatch(/^ {2}cabinet: too much, 120 % of the time, if its devices think for 10 ms/)
  for (const text of [...said(0.91, 'fr'), ...said(1.2, 'fr')]) expect(text).not.toMatch(/\{[a-z]+\}/)
})

test('a serial device that is named by a number is a thing to mind, one that is named by id is not', () => {
  const named = (device: string) => `{ protocol: modbus-rtu, device: ${device}, serial: 9600 8N1 }`
  const said = checked(false, named('/dev/ttyUSB0'))
  expect(said.at(-2)).toBe('Mind:')
  expect(said.at(-1)).toMatch(/^ {2}net: \/dev\/ttyUSB0 may be another adapter .*\/dev\/serial\/by-id/)
  const json = checked(true, named('/dev/ttyUSB0'))[0] ?? ''
  expect(JSON.parse(json)).toMatchObject({ notices: [{ code: 'passing-name', line: 'net' }] })
  expect(checked(false, named('/dev/serial/by-id/usb-x')).join('\n')).not.toContain('Mind')
})
