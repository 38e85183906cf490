import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode } from '../../gateway/uplink/encodings/json.ts'
import type { ReceiveEvent } from './events.ts'
import { Recipient } from './recipient.ts'
import { openShelf, type Shelf } from './shelf.ts'

const topic = 'fanal/ville/rue-haute/r/energy'
const name = { tenant: 'ville', site: 'rue-haute', release: 'energy', outbox: 'b0x' }
const place = { ticket: 1, release: 'energy', boot: 1 }
const record = (seq: number) =>
  Buffer.from(encode({ kind: 'record', ...place, seq, body: '{"t0":0,"t1":1,"p":{}}' }, 'b0x'))
const gap = (from: number, to: number) =>
  Buffer.from(encode({ kind: 'gap', ...place, from, to, why: 'receipted' }, 'b0x'))

function recipient(shelf?: Shelf): { books: Recipient; events: ReceiveEvent[]; kinds: () => string[] } {
  const events: ReceiveEvent[] = []
  return {
    books: new Recipient(shelf, (event) => void events.push(event)),
    events,
    kinds: () => events.splice(0).map(({ event }) => event),
  }
}

/** of this thread's heap, after the garbage is gone */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  return process.memoryUsage().heapUsed
}

describe('with a shelf', () => {
  test('gives a receipt only for what is committed', () => {
    using shelf = openShelf(':memory:')
    const { books } = recipient(shelf)
    books.hear(topic, record(1))
    expect(books.words(0)).toEqual([])
    books.commit()
    expect(books.words(0)).toEqual([
      {
        topic: 'fanal/ville/rue-haute/receipt/energy',
        payload: '{"v":1,"outbox":"b0x","upto":1}',
        retain: true,
        told: { event: 'receipt-given', ...name, upto: 1 },
      },
    ])
    expect(books.words(0)).toEqual([])
  })

  test('says nothing while something is not yet committed', () => {
    using shelf = openShelf(':memory:')
    const { books } = recipient(shelf)
    books.hear(topic, record(1))
    books.commit()
    books.hear(topic, record(2))
    expect(books.words(0)).toEqual([])
    books.commit()
    expect(books.words(0)).toMatchObject([{ told: { upto: 2 } }])
  })

  test('finds a gap, asks for it, and sees it closed', () => {
    using shelf = openShelf(':memory:')
    const { books, events, kinds } = recipient(shelf)
    for (const seq of [1, 2, 5]) books.hear(topic, record(seq))
    expect(events[2]).toEqual({ event: 'gap-found', ...name, from: 3, to: 4 })
    expect(kinds()).toEqual(['record', 'record', 'gap-found', 'record'])
    books.commit()
    expect(books.words(0)).toMatchObject([{ told: { event: 'receipt-given', upto: 2 } }])
    expect(books.words(1_000)).toMatchObject([
      {
        topic: 'fanal/ville/rue-haute/replay/energy',
        payload: '{"v":1,"outbox":"b0x","ranges":[[3,4]]}',
        retain: false,
      },
    ])
    books.hear(topic, record(3))
    books.hear(topic, record(4))
    expect(kinds()).toEqual(['record', 'record', 'gap-closed'])
  })

  test('a site that begins at 500 is asked for the rest, and a declared gap closes it', () => {
    using shelf = openShelf(':memory:')
    const { books, kinds } = recipient(shelf)
    books.hear(topic, record(500))
    books.commit()
    expect(books.words(0)).toEqual([])
    expect(books.words(1_000)).toMatchObject([{ payload: '{"v":1,"outbox":"b0x","ranges":[[1,499]]}' }])
    books.hear(topic, gap(1, 499))
    books.commit()
    expect(books.words(2_000)).toMatchObject([{ told: { event: 'receipt-given', upto: 500 } }])
    expect(kinds()).toEqual(['gap-found', 'record', 'gap-declared', 'gap-closed'])
  })

  test('a record that comes again is answered with the receipt again', () => {
    using shelf = openShelf(':memory:')
    const { books, kinds } = recipient(shelf)
    books.hear(topic, record(1))
    books.commit()
    books.words(0)
    books.hear(topic, record(1))
    expect(kinds()).toEqual(['record', 'duplicate'])
    expect(books.words(0)).toMatchObject([{ told: { event: 'receipt-given', upto: 1 } }])
  })

  test('goes on where it stopped, and renews its receipts', () => {
    using shelf = openShelf(':memory:')
    const before = recipient(shelf)
    for (const seq of [1, 2, 4]) before.books.hear(topic, record(seq))
    before.books.commit()
    const { books, kinds } = recipient(shelf)
    books.renew()
    expect(books.words(0)).toMatchObject([{ told: { event: 'receipt-given', upto: 2 } }])
    expect(books.words(1_000)).toMatchObject([{ payload: '{"v":1,"outbox":"b0x","ranges":[[3,3]]}' }])
    books.hear(topic, record(4))
    books.hear(topic, record(3))
    expect(kinds()).toEqual(['duplicate', 'record', 'gap-closed'])
  })

  test('whatever a network does, each number ends on the shelf once or declared, and no receipt runs ahead', () => {
    const fate = fc.record({ lost: fc.boolean(), twice: fc.boolean(), place: fc.nat(1_000) })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        fc.array(fate, { minLength: 200, maxLength: 200 }),
        (last, forgotten, fates) => {
          using shelf = openShelf(':memory:')
          const { books, events } = recipient(shelf)
          const gone = new Set(forgotten.filter((seq) => seq < last))
          let turn = 0
          const send = (numbers: number[], reliable: boolean) => {
            const wire = numbers.flatMap((seq) => {
              const { lost, twice, place } = fates[turn++ % fates.length]!
              const message = { place, payload: gone.has(seq) ? gap(seq, seq) : record(seq) }
              return lost && !reliable ? [] : twice ? [message, message] : [message]
            })
            for (const { payload } of wire.sort((a, b) => a.place - b.place)) books.hear(topic, payload)
          }
          const settled = () => {
            const [stream] = shelf.streams()
            return new Set(
              [...(stream?.held ?? []), ...(stream?.declared ?? [])].flatMap(([from, to]) =>
                Array.from({ length: to - from + 1 }, (_, n) => from + n),
              ),
            )
          }

          send(
            Array.from({ length: last }, (_, n) => n + 1).filter((seq) => !gone.has(seq)),
            false,
          )
          send([last], true)
          let confirmed = 0
          for (let second = 0; second < 4_000 && confirmed < last; second++) {
            books.commit()
            for (const { told } of books.words(second * 1_000)) {
              if (told.event === 'receipt-given') {
                confirmed = told.upto
                const kept = settled()
                for (let seq = 1; seq <= confirmed; seq++) expect(kept.has(seq)).toBe(true)
              }
              if (told.event === 'replay-asked')
                for (const [from, to] of told.ranges)
                  send(
                    Array.from({ length: to - from + 1 }, (_, n) => from + n),
                    second > 2_000,
                  )
            }
          }
          expect(confirmed).toBe(last)
          const records = events.flatMap((event) => (event.event === 'record' ? [event.seq] : []))
          expect(records.sort((a, b) => a - b)).toEqual(
            Array.from({ length: last }, (_, n) => n + 1).filter((seq) => !gone.has(seq)),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('without a shelf', () => {
  test('says nothing, and misses nothing of what was before', () => {
    const { books, kinds } = recipient()
    for (const seq of [500, 501, 501, 503]) books.hear(topic, record(seq))
    books.commit()
    books.renew()
    expect(books.words(0)).toEqual([])
    expect(books.words(10_000)).toEqual([])
    expect(kinds()).toEqual(['record', 'record', 'duplicate', 'gap-found', 'record'])
  })

  test('keeps nothing of what passes', () => {
    const books = new Recipient(undefined, () => undefined)
    const body = JSON.stringify({ t0: 0, t1: 1, p: { text: 'x'.repeat(10_000) } })
    const before = heldBytes()
    for (let seq = 1; seq <= 3_000; seq++) {
      books.hear(topic, Buffer.from(encode({ kind: 'record', ...place, seq, body }, 'b0x')))
      books.commit()
    }
    const held = heldBytes() - before
    expect(books.words(0)).toEqual([])
    expect(held).toBeLessThan(5e6)
  })

  test('a wide filter brings what others say to one another: that is no garbage, and none of ours', () => {
    const { books, events } = recipient()
    for (const level of [
      'command/north',
      'answer',
      'answer/central/7',
      'meta',
      'self',
      'receipt/energy',
      'replay/energy',
    ])
      books.hear(`fanal/ville/rue-haute/${level}`, Buffer.from('{"v":1}'))
    books.hear(topic, Buffer.from(''))
    expect(events).toEqual([])
  })

  test('what waited comes on a topic of its own, and into the same numbers', () => {
    const { books, events } = recipient()
    const late = encode({ kind: 'record', ...place, seq: 1, body: '{"t0":0,"t1":1,"p":{}}' }, 'b0x', true)
    books.hear(topic.replace('/r/', '/h/'), Buffer.from(late))
    books.hear(topic, record(2))
    books.hear(topic, record(1))
    expect(events).toMatchObject([
      { event: 'record', seq: 1, historical: true },
      { event: 'record', seq: 2 },
      { event: 'duplicate', seq: 1 },
    ])
    expect(events[1]).not.toHaveProperty('historical')
  })

  test('asks for what the gateway has given and no later number betrays, once; a watcher asks for nothing', () => {
    using shelf = openShelf(':memory:')
    const state = 'fanal/ville/rue-haute/state'
    const online = Buffer.from('{"v":1,"s":"online","outbox":"b0x","last":{"energy":3,"light":2}}')
    const { books } = recipient(shelf)
    books.hear(topic, record(1))
    books.hear(state, online)
    books.commit()
    books.words(0)
    const asked = () => books.words(60_000).filter(({ topic }) => topic.includes('/replay/'))
    expect(asked().map(({ payload }) => payload)).toEqual([
      '{"v":1,"outbox":"b0x","ranges":[[2,3]]}',
      '{"v":1,"outbox":"b0x","ranges":[[1,2]]}',
    ])
    books.hear(topic, record(2))
    books.hear(topic, record(3))
    books.hear(topic.replace('energy', 'light'), gap(1, 2))
    books.commit()
    expect(asked()).toEqual([])

    const watcher = recipient()
    watcher.books.hear(state, online)
    expect(watcher.books.words(60_000)).toEqual([])
  })

  test('asks nothing for a release that does not come here, though its site speaks of it', () => {
    using shelf = openShelf(':memory:')
    const books = new Recipient(
      shelf,
      () => undefined,
      (release) => release === 'energy',
    )
    books.hear(
      'fanal/ville/rue-haute/state',
      Buffer.from('{"v":1,"s":"online","outbox":"b0x","last":{"energy":3,"light":2}}'),
    )
    books.words(0)
    expect(books.words(60_000).map(({ topic }) => topic)).toEqual(['fanal/ville/rue-haute/replay/energy'])
  })

  test('asks nothing more of an outbox that has made way for another, until it is heard of again', () => {
    using shelf = openShelf(':memory:')
    const state = (outbox: string, last: number) =>
      Buffer.from(JSON.stringify({ v: 1, s: 'online', outbox, last: { energy: last } }))
    const { books } = recipient(shelf)
    const asked = (nowMs: number) => books.words(nowMs).map(({ payload }) => payload)
    books.hear('fanal/ville/rue-haute/state', state('b0x', 3))
    asked(0)
    expect(asked(60_000)).toEqual(['{"v":1,"outbox":"b0x","ranges":[[1,3]]}'])
    books.hear('fanal/ville/rue-haute/state', state('new', 1))
    asked(600_000)
    expect(asked(1_200_000)).toEqual(['{"v":1,"outbox":"new","ranges":[[1,1]]}'])
    books.hear('fanal/ville/rue-haute/state', state('b0x', 3))
    expect(asked(1_800_000)).toEqual(['{"v":1,"outbox":"b0x","ranges":[[1,3]]}'])
  })

  test('tells of states, and of garbage with its topic', () => {
    const { books, events } = recipient()
    books.hear('fanal/ville/rue-haute/state', Buffer.from('{"v":1,"s":"online","ts":1}'))
    books.hear('fanal/ville/rue-haute/state', Buffer.from('on'))
    books.hear('elsewhere', record(1))
    books.hear(topic, Buffer.from('{}'))
    expect(events).toEqual([
      { event: 'state', tenant: 'ville', site: 'rue-haute', state: 'online' },
      { event: 'garbage', topic: 'fanal/ville/rue-haute/state', detail: 'not a state' },
      { event: 'garbage', topic: 'elsewhere', detail: 'not a topic of Fanal' },
      { event: 'garbage', topic, detail: 'neither a record nor a gap' },
    ])
  })
})
