/** What went over the loopback, as Wireshark understands it. Needs root and tshark. */
import { expect } from 'vitest'
import { finished, Program } from './programs.ts'

/** The protocol behind a port of 127.0.0.1, as tshark names it. */
export type Decoding = Readonly<Record<number, 'mbtcp' | 'mbrtu' | 'mqtt'>>

/** The fields of a frame that tests look at; each is empty where the frame has none. */
const fields = {
  number: 'frame.number',
  stream: 'tcp.stream',
  from: 'tcp.srcport',
  to: 'tcp.dstport',
  malformed: '_ws.malformed',
  transaction: 'mbtcp.trans_id',
  unit: 'mbtcp.unit_id',
  rtuUnit: 'mbrtu.unit_id',
  crc: 'mbrtu.crc16.status',
  function: 'modbus.func_code',
  exception: 'modbus.exception_code',
  /** of an answer: the number of the frame that asked */
  asked: 'modbus.request_frame',
  mqtt: 'mqtt.msgtype',
  version: 'mqtt.ver',
} as const

export type Frame = Readonly<Record<keyof typeof fields, string>>

export class Capture implements AsyncDisposable {
  readonly #file: string
  readonly #decoding: Decoding
  readonly #tshark: Program

  private constructor(file: string, decoding: Decoding, tshark: Program) {
    this.#file = file
    this.#decoding = decoding
    this.#tshark = tshark
  }

  /** Resolves when packets to and from these ports are being captured. */
  static async start(file: string, decoding: Decoding): Promise<Capture> {
    const filter = Object.keys(decoding).map((port) => `tcp port ${port}`)
    const tshark = new Program('tshark', ['-i', 'lo', '-f', filter.join(' or '), '-w', file])
    await tshark.said(/Capture started/, 'err')
    return new Capture(file, decoding, tshark)
  }

  /** Ends the capture; the frames with a Modbus or MQTT message in them, and those that are malformed. */
  async frames(): Promise<Frame[]> {
    await this.#tshark.end('SIGINT')
    const decode = Object.entries(this.#decoding).flatMap(([port, protocol]) => [
      ...['-d', `tcp.port==${port},${protocol}`],
      // which end asks, and which one answers
      ...(protocol === 'mqtt' ? [] : ['-o', `${protocol}.tcp.port:${port}`]),
    ])
    const wanted = Object.values(fields).flatMap((field) => ['-e', field])
    const filter = ['-Y', 'modbus or mbtcp or mbrtu or mqtt or _ws.malformed', '-o', 'mbrtu.crc_verification:TRUE']
    const reader = new Program('tshark', ['-r', this.#file, ...decode, ...filter, '-T', 'fields', ...wanted])
    const { exit, out, err } = await finished(reader)
    if (exit !== 0) throw new Error(`tshark: ${err.join('\n')}`)
    return out.map((line) => {
      const values = line.split('\t')
      return Object.fromEntries(Object.keys(fields).map((name, place) => [name, values[place] ?? ''])) as Frame
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tshark[Symbol.asyncDispose]()
  }
}

/** The questions of one connection, each with its answer: they alternate, and only the last may be cut off by the end. */
export function pairs(talk: readonly Frame[]): [Frame, Frame][] {
  const found: [Frame, Frame][] = []
  for (let at = 0; at + 1 < talk.length; at += 2) {
    const [question, answer] = [talk[at] ?? expect.fail(), talk[at + 1] ?? expect.fail()]
    expect(question).toMatchObject({ asked: '', exception: '' })
    expect(answer).toMatchObject({
      from: question.to,
      to: question.from,
      transaction: question.transaction,
      unit: question.unit,
      rtuUnit: question.rtuUnit,
      function: question.function,
      crc: question.crc,
      exception: '',
      asked: question.number,
    })
    expect(question.crc).toBe(question.rtuUnit === '' ? '' : '1')
    found.push([question, answer])
  }
  return found
}
