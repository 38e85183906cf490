import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explain, formatMistakes } from './explain.ts'
import { typeset } from './french.ts'
import { byteOrders, contradictions, encodings, pollClasses, profileSchema } from './profile.ts'
import { quantities, quantityNames, unitsOf } from './quantities.ts'

const good = `id: acme-m1
maker: Acme
model: M1
kind: energy_meter
grade: drafted
source: Acme, M1 register list, edition 2, p. 7
modbus:
  order: ABCD
  serial: [9600 8N1]
  timeout: 500ms
  worst_response: 2s
parameters:
  inverted: { type: flag, default: false, label: { en: inverted, fr: inversé } }
  ratio: { type: ratio, default: 1, range: [1, 100], label: { en: ratio, fr: rapport } }
identify: { point: frequency, range: [45, 65] }
points:
  frequency: { at: input/0x0010, as: u16, quantity: frequency, scale: 0.01 }
  power: { at: input/0x0020, as: i32, quantity: power_active, unit: kW, times: ratio, negate_when: inverted }
  imported: { at: input/0x0030, as: u64, quantity: energy_active_import, swap: { when: inverted, with: exported } }
  exported: { at: input/0x0034, as: u64, quantity: energy_active_export, swap: { when: inverted, with: imported } }
  door: { at: discrete/0, as: bool, quantity: device_state }
  state: { at: holding/7, as: flags16, quantity: device_state, flags: { 0: lamp_failure } }
  serial: { at: holding/0x0100, as: text, registers: 8, quantity: serial_number }
`

const check = (text: string) => explain(text, { file: 'acme-m1.yaml', schema: profileSchema, contradictions })

test('the good profile is good, and its units and defaults are filled in', () => {
  const explained = check(good)
  expect(explained).toMatchObject({
    ok: true,
    value: {
      modbus: { longest_read: 125, gap: 0, serial: [{ baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1 }] },
      points: { frequency: { at: { table: 'input', address: 16 }, poll: 'normal' }, power: { scale: 1 } },
    },
  })
  if (explained.ok) expect(explained.value.modbus.worst_response.total('milliseconds')).toBe(2_000)
})

/**
 * One slip in the good profile (`⏎` is a new line) → place, code and nearest right answer of the one mistake that comes of
 * it, what is said in English, and in French; where there is no nearest answer, followed by the help.
 */
const slips = `
id: acme-m1 → id: Acme M1
1:5 not-a-slug → acme-m1
"Acme M1" is not written like a name
« Acme M1 » n’est pas écrit comme un nom

maker: Acme → maker:
2:1 empty-value
"maker" has no value — a text
« maker » n’a pas de valeur — un texte

model: M1⏎kind → kind
1:1 missing-key
"model" is missing — a text
« model » manque — un texte

kind: energy_meter → kind: energymeter
4:7 not-one-of → energy_meter
"kind" cannot be "energymeter"
« kind » ne peut être « energymeter »

grade: drafted → grade: proven
5:8 not-one-of
"grade" cannot be "proven" — allowed here: drafted, tried, recorded, field-proven
« grade » ne peut être « proven » — admis ici : drafted, tried, recorded, field-proven

source: Acme, M1 register list, edition 2, p. 7 → source: the manual
6:9 source-too-vague
this does not tell where the registers come from — the maker’s document, its edition, the table or page: "Acme, M1 register list, ed. 2, p. 7"
ceci ne dit pas d’où viennent les registres — le document du fabricant, son édition, le tableau ou la page : "Acme, M1 register list, éd. 2, p. 7"

order: ABCD → ordr: ABCD
8:3 unknown-key → order
unknown key "ordr" in modbus
clé inconnue « ordr » dans modbus

order: ABCD → order: BACD
8:10 not-one-of → ABCD
"order" cannot be "BACD"
« order » ne peut être « BACD »

[9600 8N1] → 9600 8N1
9:11 not-a-list → [9600 8N1]
"serial" is a list
« serial » est une liste

[9600 8N1] → ["9600,8,N,1"]
9:12 not-a-serial-format → 9600 8N1
"9600,8,N,1" is not a serial format
« 9600,8,N,1 » n’est pas un format série

timeout: 500ms → timeout: 500
10:12 no-time-unit
Don’t know what 500 means: it has no unit — a number and ms, s, m, h or d: 500ms, 15m
Que veut dire 500 ? L’unité manque — un nombre et ms, s, m, h ou d : 500ms, 15m

2s → 2 sec
11:19 not-a-duration → 2s
"2 sec" is not a duration
« 2 sec » n’est pas une durée

timeout: 500ms → timeout: 5ms
10:12 duration-outside
5ms is too short or too long for "timeout" — from 10ms to 30s
5ms est trop court ou trop long pour « timeout » — de 10ms à 30s

response: 2s → response: 61s
11:19 duration-outside
61s is too short or too long for "worst_response" — from 10ms to 60s
61s est trop court ou trop long pour « worst_response » — de 10ms à 60s

response: 2s → response: 400ms
11:19 worst-response-below-timeout
400ms is shorter than the timeout (500ms) — the longest that the device may take and still answer: the timeout, or more
400ms est plus court que le délai d’attente (500ms) — le plus long que l’appareil puisse mettre à répondre : la valeur de « timeout », ou plus

2s⏎ → 2s⏎  pause: 0s⏎
12:10 duration-outside
0s is too short or too long for "pause" — from 1ms to 5s
0s est trop court ou trop long pour « pause » — de 1ms à 5s

2s⏎ → 2s⏎  gap: 200⏎
12:8 number-too-big
200 is too big for "gap" — 124 or less
200 est trop grand pour « gap » — 124 ou moins

2s⏎ → 2s⏎  gap: "2"⏎
12:8 text-not-number → 2
"2" in quotes is text; wanted is a number
"2" entre guillemets est du texte ; il faut un nombre

type: flag → type: boolean
13:21 not-one-of
"type" cannot be "boolean" — allowed here: ratio, flag
« type » ne peut être « boolean » — admis ici : ratio, flag

default: false → default: no
13:36 text-not-flag → false
"no" is text; wanted is true or false
« no » est du texte ; il faut true ou false

, fr: inversé } → }
13:43 missing-key
"fr" is missing in parameters.inverted.label — a text
« fr » manque dans parameters.inverted.label — un texte

default: 1 → default: 200
14:34 default-outside-range
the default 200 is outside the range — a site that says nothing of "ratio" gets the default: it must be in the range
la valeur par défaut 200 est hors de la plage — un site qui ne dit rien de « ratio » reçoit cette valeur : elle doit être dans la plage

[1, 100] → [100, 1]
14:44 range-upside-down
the range [100, 1] is upside down — the least first, then the most: [0, 300]
la plage [100, 1] est à l’envers — le minimum d’abord, puis le maximum : [0, 300]

point: frequency → point: frequenzy
15:20 no-such-point → frequency
the profile has no point "frequenzy"
le profil n’a pas de point « frequenzy »

[45, 65] → [45]
15:38 list-too-short
too few entries in "range" — at least 2, written [a, b]
trop peu d’éléments dans « range » — au moins 2, écrits [a, b]

power: { → active power: {
18:3 not-a-point-name → active_power
"active power" is not written like the name of a point
« active power » n’est pas écrit comme un nom de point

input/0x0010 → 30017
17:20 not-a-register → input/16
"30017" is not the address of a register
« 30017 » n’est pas une adresse de registre

input/0x0010 → input/65536
17:20 not-a-register
"input/65536" is not the address of a register — coil, discrete, input or holding, and an address counted from 0, up to 0xffff: input/0x0034
« input/65536 » n’est pas une adresse de registre — coil, discrete, input ou holding, et une adresse comptée à partir de 0, jusqu’à 0xffff : input/0x0034

at: input/0x0010 → at:input/0x0010
17:16 unknown-key → at: input/0x0010
unknown key "at:input/0x0010" in points.frequency
clé inconnue « at:input/0x0010 » dans points.frequency

as: u16 → as: uint16
17:38 not-one-of → u16
"as" cannot be "uint16"
« as » ne peut être « uint16 »

quantity: power_active → quantity: active_power
18:49 not-one-of → power_active
"quantity" cannot be "active_power"
« quantity » ne peut être « active_power »

scale: 0.01 → scale: "0.01"
17:71 text-not-number → 0.01
"0.01" in quotes is text; wanted is a number
"0.01" entre guillemets est du texte ; il faut un nombre

scale: 0.01 → scale: 1/100
17:71 wrong-type
wanted here: a number; this is text — a number without quotes, such as 5 or 0.1
attendu ici : un nombre ; ceci est du texte — un nombre sans guillemets, par exemple 5 ou 0.1

scale: 0.01 → scale: 0
17:71 number-not-above
0 is too small for "scale" — more than 0
0 est trop petit pour « scale » — plus de 0

scale: 0.01 → scal: 0.01
17:64 unknown-key → scale
unknown key "scal" in points.frequency
clé inconnue « scal » dans points.frequency

scale: 0.01 → range: [0, 100]
17:71 range-wider-than-quantity
the range [0, 100] is wider than that of "frequency" — within 40 … 70, in the quantity’s unit
la plage [0, 100] déborde celle de « frequency » — dans 40 … 70, dans l’unité de la grandeur

scale: 0.01 → rolls_over_at: 9
17:79 rolls-over-but-no-counter
"frequency" is no counter — remove rolls_over_at
« frequency » n’est pas un compteur — supprimez rolls_over_at

registers: 8 → registers: 8, slew: 5/s
23:63 slew-of-no-number
"serial_number" is no number: nothing says how fast it changes — remove slew
« serial_number » n’est pas un nombre : rien ne dit à quelle vitesse il varie — supprimez slew

unit: kW → unit: kWh
18:69 unit-of-another-quantity
"kWh" is not a unit of "power_active" — the quantity is kept in W: give a unit that converts into it, or none
« kWh » n’est pas une unité de « power_active » — la grandeur est conservée en W : donnez une unité qui s’y convertit, ou aucune

times: ratio → times: inverted
18:80 no-such-parameter
the profile has no ratio called "inverted" — declare it under "parameters": { inverted: { type: ratio, … } }
le profil n’a pas de ratio nommé « inverted » — déclarez-le sous « parameters » : { inverted: { type: ratio, … } }

negate_when: inverted → negate_when: invert
18:100 no-such-parameter → inverted
the profile has no flag called "invert"
le profil n’a pas de flag nommé « invert »

with: exported → with: export
19:104 no-such-point → exported
the profile has no point "export"
le profil n’a pas de point « export »

as: bool → as: u16
21:31 table-and-encoding
"u16" does not go with discrete — coil and discrete are single bits, always "bool"; input and holding are registers, never "bool"
« u16 » ne va pas avec discrete — coil et discrete sont des bits, toujours « bool » ; input et holding sont des registres, jamais « bool »

registers: 8, quantity → quantity
23:37 text-and-registers
"registers" goes with "as: text", and only with it — a text says its length: { as: text, registers: 8 }; the other encodings have theirs
« registers » va avec « as: text », et seulement avec lui — un texte dit sa longueur : { as: text, registers: 8 } ; les autres encodages ont la leur

flags: { 0: → flags: { 16.5:
22:73 not-a-bit
"16.5" is not the number of a bit — bits count from 0, the least significant, to 31: { 0: lamp_failure }
« 16.5 » n’est pas un numéro de bit — les bits se comptent de 0, celui de poids faible, à 31 : { 0: lamp_failure }

flags: { 0: lamp_failure } → poll: slow
22:31 flags-and-names
"flags" goes with "as: flags16" or "flags32", and only with them — name the bits: { as: flags16, flags: { 0: lamp_failure, 2: door_open } }
« flags » va avec « as: flags16 » ou « flags32 », et seulement avec eux — nommez les bits : { as: flags16, flags: { 0: lamp_failure, 2: door_open } }

input/0x0034 → input/0x0033
20:19 register-claimed-twice
the registers at input/0x0033 belong to "imported" already — u32, i32 and f32 take two registers, u64, i64 and f64 four: check the address and the encoding
les registres en input/0x0033 sont déjà à « imported » — u32, i32 et f32 prennent deux registres, u64, i64 et f64 quatre : vérifiez l’adresse et l’encodage

holding/0x0100 → holding/0xfffe
23:17 beyond-last-register
the value at holding/0xfffe goes beyond the last register — the last address is 0xffff
la valeur en holding/0xfffe dépasse le dernier registre — la dernière adresse est 0xffff

scale: 0.01 → absent: [-1, 0.5]
17:77 not-a-whole-number
0.5 is not a whole number — whole numbers only, such as 12
0.5 n’est pas un nombre entier — des nombres entiers seulement, par exemple 12

range: [45, 65] → range: [45, 65], without_supply: absent
15:64 never-absent
"frequency" has no "absent", so that nothing is told by its having no value — say what it reads without a supply: absent: [0]
« frequency » n’a pas d’« absent » : qu’il n’ait pas de valeur ne dit donc rien — dites ce qu’il lit sans alimentation : absent: [0]
`
  .split('\n\n')
  .map((slip) => slip.trim().split('\n'))

describe('one slip is one mistake, with its place and the nearest right answer', () => {
  test.each(slips)('%s ⇒ %s', (slip, place, en, fr) => {
    const [from = '', to = ''] = slip.replaceAll('⏎', '\n').split(' → ')
    expect(good.split(from)).toHaveLength(2)
    const explained = check(good.replace(from, to))
    const told = explained.ok ? [] : explained.mistakes
    expect(
      told.map(({ line, column, code, suggestion, message, help }) => [
        [`${line}:${column} ${code}`, ...(suggestion === undefined ? [] : [suggestion])].join(' → '),
        [message.en, ...(suggestion === undefined ? [help.en] : [])].join(' — '),
        [message.fr, ...(suggestion === undefined ? [help.fr] : [])].join(' — '),
      ]),
    ).toEqual([[place, en, typeset(fr)]])
  })

  test('of every kind', () => expect(slips.length).toBeGreaterThanOrEqual(47))
})

test('every mistake at once, in the order of the file: one hides no other, and none is told twice', () => {
  const explained = check(
    good
      .replace('maker: Acme', 'makr: Acme')
      .replace('as: u16', 'as: uint16')
      .replace('unit: kW,', 'unit: kWh, scale: "2",')
      .replace('as: bool, quantity: device_state', 'as: u16, quantity: device')
      .replace('identify: { point: frequency', 'identify: { point: frequenzy'),
  )
  expect(explained.ok ? [] : explained.mistakes.map(({ line, code }) => [line, code])).toEqual([
    [2, 'unknown-key'],
    [15, 'no-such-point'],
    [17, 'not-one-of'],
    [18, 'unit-of-another-quantity'],
    [18, 'text-not-number'],
    [21, 'table-and-encoding'],
    [21, 'not-one-of'],
  ])
})

test('points of many change places with others of the same kind only', () => {
  const swapped = (one: string, other: string) => ({
    points: {
      [one]: { swap: { when: 'inverted', with: other } },
      [other]: { swap: { when: 'inverted', with: one } },
    },
    parameters: { inverted: { type: 'flag' } },
  })
  const codes = (document: unknown) => contradictions(document).map(({ code }) => code)
  expect(codes(swapped('in_{feeder}', 'out_{feeder}'))).toEqual([])
  expect(codes(swapped('in_{feeder}', 'out'))).toEqual(['swap-of-another-kind', 'swap-of-another-kind'])
})

test('what contradicts a malformed entry is not held against the sound ones', () => {
  const explained = check(
    good
      .replace('ratio: { type: ratio', 'ratio: { type: rato')
      .replace('as: u64, quantity: energy_active_export', 'as: u65, quantity: energy_active_export'),
  )
  expect(explained.ok ? [] : explained.mistakes.map(({ code }) => code)).toEqual(['not-one-of', 'not-one-of'])
})

test('contradictions are found in anything that a YAML file can hold', () => {
  for (const document of [
    null,
    5,
    'text',
    [],
    {},
    { points: [] },
    { points: { a: null }, parameters: 3, identify: [] },
  ])
    expect(contradictions(document)).toEqual([])
})

describe('the manual', () => {
  const manual = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

  const example = /```yaml\n(.*?)```/s.exec(manual)?.[1] ?? ''

  test('begins with a profile that is good', () => {
    expect(check(example)).toMatchObject({ ok: true, value: { id: 'acme-m1' } })
  })

  test('shows what is said of a slip in it', () => {
    const explained = check(example.replace('quantity: power_active,', 'quantity: active_power,'))
    const shown = /```text\nprofiles\/(.*?)\n```/s.exec(manual)?.[1]
    expect(shown).toBe(explained.ok ? '' : formatMistakes(explained.mistakes, 'en'))
  })

  test('has every word that a profile may use', () => {
    const { shape } = profileSchema
    const words = [
      ...Object.keys(shape),
      ...Object.keys(shape.modbus.shape),
      ...Object.keys(shape.points.valueType.shape),
      ...Object.keys(shape.setpoints.unwrap().valueType.shape),
      ...[...shape.grade.options, ...shape.kind.options, ...pollClasses, ...byteOrders],
      ...[...Object.keys(encodings), ...quantityNames],
    ]
    expect(words.filter((word) => !manual.includes(`\`${word}\``))).toEqual([])
    expect(words.length).toBeGreaterThan(70)
  })

  test('has every unit', () => {
    for (const name of quantityNames) {
      if (!['gauge', 'counter'].includes(quantities[name].kind)) continue
      const row = manual
        .split('\n')
        .find((line) => line.startsWith('|') && line.includes(`\`${name}\``) && line.split('|').length === 5)
      for (const unit of unitsOf(quantities[name].unit)) expect(row).toMatch(new RegExp(`[ ,]${unit}[ ,]`))
    }
  })
})
