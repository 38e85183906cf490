/** `fanal read -a …`: registers of any device, with mbpoll's letters, defaults and last line. */
import { systemClock, systemRandom } from '../gateway/clock.ts'
import { getF32, getU16, getU32 } from '../drivers/modbus/registers.ts'
import type { ReadFunction } from '../drivers/modbus/request.ts'
import type { LineSettings, Outcome } from '../drivers/line.ts'
import { openLine } from '../drivers/modbus/open.ts'
import { exits, outJson, type Context, type Exit } from './context.ts'
import { troubleText } from './troubles.ts'

/** The letters, as the command line gives them. */
export interface Letters {
  readonly m?: string
  readonly a?: string
  readonly r?: string
  readonly 0?: boolean
  readonly c?: string
  readonly t?: string
  readonly B?: boolean
  readonly p?: string
  readonly b?: string
  readonly d?: string
  readonly s?: string
  readonly P?: string
  readonly o?: string
}

/** How mbpoll writes a value. */
type Form = 'plain' | 'hex' | 'int' | 'float'

/** What the letters ask for. */
export interface Asked {
  readonly settings: LineSettings
  readonly units: readonly number[]
  readonly function: ReadFunction
  /** 0-based */
  readonly address: number
  /** values, not registers */
  readonly count: number
  /** registers or bits a value */
  readonly width: 1 | 2
  readonly form: Form
  readonly bigEndian: boolean
  /** how the first value is numbered for people */
  readonly firstReference: number
  readonly timeoutMs: number
}

export interface LetterMistake {
  readonly name: string
  readonly value: string
  readonly wanted: string
}

const functions: Readonly<Record<string, ReadFunction>> = { 0: 1, 1: 2, 3: 4, 4: 3 }
const forms: Readonly<Record<string, { form: Form; width: 1 | 2 }>> = {
  '': { form: 'plain', width: 1 },
  hex: { form: 'hex', width: 1 },
  int: { form: 'int', width: 2 },
  float: { form: 'float', width: 2 },
}

/** Reads the letters; every mistake at once. */
export function understand(
  letters: Letters,
  operands: readonly string[],
): { asked: Asked } | { mistakes: LetterMistake[] } {
  const mistakes: LetterMistake[] = []
  const [operand = ''] = operands
  if (operands.length !== 1)
    mistakes.push({ name: 'HOST|DEVICE', value: operands.join(' '), wanted: '127.0.0.1, /dev/ttyUSB0' })
  const number = (letter: keyof Letters, otherwise: number, least: number, most: number): number => {
    const text = letters[letter]
    if (text === undefined) return otherwise
    const value = Number(text)
    if (Number.isFinite(value) && value >= least && value <= most) return value
    mistakes.push({ name: `-${letter}`, value: String(text), wanted: `${least} … ${most}` })
    return otherwise
  }
  const [kind = '', formName = ''] = (letters.t ?? '4').split(':')
  const fn = functions[kind]
  const shape = forms[formName]
  const bits = fn === 1 || fn === 2
  if (fn === undefined || shape === undefined || (bits && formName !== ''))
    mistakes.push({
      name: '-t',
      value: letters.t ?? '',
      wanted: '0, 1, 3, 4, 3:hex, 3:int, 3:float, 4:hex, 4:int, 4:float',
    })
  const units = rangesOf(letters.a ?? '1')
  if (units.length === 0) mistakes.push({ name: '-a', value: letters.a ?? '', wanted: '1 … 247, 1,2,5:9' })

  const first = letters[0] === true ? 0 : 1
  const reference = number('r', first, first, 65_535 + first)
  const mode = letters.m ?? (operand.startsWith('/') ? 'rtu' : 'tcp')
  const port = number('p', mode === 'tcp' ? 502 : 4_001, 1, 65_535)
  const width = shape?.width ?? 1
  const asked: Asked = {
    settings:
      mode === 'rtu'
        ? {
            protocol: 'modbus-rtu',
            device: operand,
            serial: {
              baud: number('b', 19_200, 50, 4_000_000),
              dataBits: number('d', 8, 7, 8) === 7 ? 7 : 8,
              stopBits: number('s', 1, 1, 2) === 2 ? 2 : 1,
              parity: letters.P === 'none' || letters.P === 'odd' ? letters.P : 'even',
            },
          }
        : { protocol: mode === 'tcp' ? 'modbus-tcp' : 'modbus-rtu-over-tcp', host: operand, port },
    units,
    function: fn ?? 3,
    address: reference - first,
    count: number('c', 1, 1, bits ? 2_000 : Math.floor(125 / width)),
    width,
    form: shape?.form ?? 'plain',
    bigEndian: letters.B === true,
    firstReference: reference,
    timeoutMs: number('o', 1, 0.01, 10) * 1_000,
  }
  return mistakes.length > 0 ? { mistakes } : { asked }
}

/** `1,2,5:9` as 1 2 5 6 7 8 9; empty when it is not that. */
function rangesOf(text: string): number[] {
  const parts = text.split(',').map((part) => /^(\d{1,3})(?::(\d{1,3}))?$/.exec(part))
  const units = parts.flatMap((part) => {
    if (part === null) return [Number.NaN]
    const from = Number(part[1])
    return Array.from({ length: Math.max(1, Number(part[2] ?? from) - from + 1) }, (_, i) => from + i)
  })
  return units.every((unit) => unit >= 1 && unit <= 247) ? units : []
}

export async function readRegisters(context: Context, asked: Asked): Promise<Exit> {
  await using line = openLine('cli', asked.settings, { clock: systemClock, random: systemRandom })
  const registers = new Uint16Array(2_000)
  let answered = 0
  for (const unit of asked.units) {
    const outcome = await line.read(
      {
        unit,
        function: asked.function,
        address: asked.address,
        count: asked.count * asked.width,
        timeoutMs: asked.timeoutMs,
        worstResponseMs: asked.timeoutMs,
        pauseMs: 0,
      },
      registers,
      context.signal,
    )
    if (outcome.state === 'answered') answered++
    tellUnit(context, unit, asked, outcome, registers)
    if (outcome.state === 'line-down') break
  }
  const { requests } = line.counters
  const errors = requests - answered
  const loss = requests === 0 ? '0.0' : ((100 * errors) / requests).toFixed(1)
  if (context.json) outJson(context, { event: 'loss', sent: requests, received: answered, errors })
  else if (requests > 0) context.err(context.say('read.loss', { sent: requests, received: answered, errors, loss }))
  return answered === asked.units.length ? exits.ok : exits.error
}

function tellUnit(context: Context, unit: number, asked: Asked, outcome: Outcome, registers: Uint16Array): void {
  const { say, language, json, out, err } = context
  if (outcome.state === 'answered') {
    const values = Array.from({ length: asked.count }, (_, i) => valueAt(asked, registers, i * asked.width))
    if (json) outJson(context, { unit, reference: asked.firstReference, values })
    else {
      if (asked.units.length > 1) out(`-- ${unit}`)
      values.forEach((value, i) => out(`[${asked.firstReference + i * asked.width}]: \t${valueText(asked, value)}`))
    }
    return
  }
  const exception = outcome.state === 'exception' ? outcome.exception : undefined
  if (json) outJson(context, { unit, error: outcome.state, ...(exception === undefined ? {} : { exception }) })
  else if (outcome.state === 'line-down') err(troubleText(language, outcome.error.code, { url: outcome.error.url }))
  else err(`${unit}: ${say(`read.${outcome.state}`, { exception: exception ?? 0 })}`)
}

/** mbpoll adds what a 16-bit number would be with a sign. */
function valueText({ form }: Asked, value: number | string): string {
  return form === 'plain' && Number(value) > 0x7fff ? `${value} (${Number(value) - 0x10000})` : String(value)
}

/** A value as mbpoll prints it: 16 bits unsigned, 32 bits signed, floats to six digits. */
function valueAt({ form, bigEndian }: Asked, registers: Uint16Array, at: number): number | string {
  const order = bigEndian ? 'ABCD' : 'CDAB'
  switch (form) {
    case 'plain':
      return getU16(registers, at, 'ABCD')
    case 'hex':
      return `0x${getU16(registers, at, 'ABCD').toString(16).toUpperCase().padStart(4, '0')}`
    case 'int':
      return getU32(registers, at, order) | 0
    case 'float':
      return Number(getF32(registers, at, order).toPrecision(6))
  }
}
