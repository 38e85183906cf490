import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../drivers/testing/fake-clock.ts'
import { answer } from '../disclosure/announce.ts'
import { Answers } from './answers.ts'
import type { PublishProperties, Connection, Fault, Outcome } from './connection.ts'
import { topicsOf } from './topics.ts'

const topics = topicsOf({ tenant: 'ville', site: 'rue-haute' })
const branch = 'fanal/ville/rue-haute'
const verdict = (nonce: string) => answer({ nonce, setpoint: 'north.level', verdict: 'accepted' })

function bench() {
  const clock = fakeClock()
  const sent: string[] = []
  const refused: Fault[] = []
  const answers = new Answers(topics, clock, {
    acknowledged: (topic) => sent.push(topic),
    refused: (fault) => refused.push(fault),
  })
  const said: { topic: string; body: string; properties: PublishProperties | undefined; retain: boolean }[] = []
  const answered: ((outcome: Outcome) => void)[] = []
  const connection: Pick<Connection, 'publish'> = {
    publish: (topic, body, retain, done, properties) => {
      said.push({ topic, body, retain, properties })
      answered.push(done)
    },
  }
  const noncesSaid = () => said.map(({ body }) => /"nonce":"([^"]*)"/.exec(body)?.[1])
  return {
    ...{ clock, answers, connection, said, answered, sent, refused, noncesSaid },
    topicsSaid: () => said.map(({ topic }) => topic),
  }
}

describe('an answer goes', () => {
  test.each([
    [undefined, `${branch}/answer`],
    [`${branch}/answer/central`, `${branch}/answer/central`],
    [`${branch}/answer/central/42`, `${branch}/answer/central/42`],
    [`${branch}/answer`, `${branch}/answer`],
    [`${branch}/r/lighting-energy`, `${branch}/answer`],
    ['fanal/ville/rue-basse/answer/central', `${branch}/answer`],
    [`${branch}/answer/+`, `${branch}/answer`],
    [`${branch}/answers`, `${branch}/answer`],
    [`${branch}/answer/`, `${branch}/answer`],
    [`${branch}/answer/${'x/'.repeat(101)}`, `${branch}/answer`],
    [`${branch}/answer/a\nb`, `${branch}/answer`],
  ])('where %s is asked for, to %s', (responseTopic, topic) => {
    const { answers, connection, topicsSaid } = bench()
    answers.over(connection)
    answers.to(responseTopic === undefined ? {} : { responseTopic })(verdict('n'))
    expect(topicsSaid()).toEqual([topic])
  })

  test('with the correlation that the request bore, unretained, and with an end', () => {
    const { answers, connection, said } = bench()
    const correlation = Uint8Array.of(1, 2, 3)
    answers.over(connection)
    answers.to({ correlation })(verdict('n'))
    expect(said[0]).toMatchObject({ retain: false, properties: { correlation, expiresInS: 300 } })
    expect(JSON.parse(said[0]?.body ?? '')).toEqual({ v: 1, nonce: 'n', setpoint: 'north.level', verdict: 'accepted' })
  })

  test('a few at a time, in their order', () => {
    const { answers, connection, noncesSaid, answered } = bench()
    answers.over(connection)
    const nonces = Array.from({ length: 30 }, (_, n) => `n${n}`)
    for (const nonce of nonces) answers.to({})(verdict(nonce))
    expect(noncesSaid()).toEqual(nonces.slice(0, 8))
    for (let n = 0; n < 30; n++) answered[n]?.('acknowledged')
    expect(noncesSaid()).toEqual(nonces)
  })

  test('as often as there is something to say, and is counted when the broker has it', () => {
    const { answers, connection, topicsSaid, answered, sent } = bench()
    answers.over(connection)
    const reply = answers.to({})
    reply(verdict('a'))
    reply(verdict('b'))
    expect([topicsSaid().length, sent.length]).toEqual([2, 0])
    for (const done of answered) done('acknowledged')
    expect(sent).toHaveLength(2)
  })
})

describe('without a connection', () => {
  test('answers wait for the next, those that were lost too', () => {
    const { answers, connection, topicsSaid, answered } = bench()
    const reply = answers.to({ responseTopic: `${branch}/answer/x` })
    reply(verdict('a'))
    answers.over(connection)
    expect(topicsSaid()).toHaveLength(1)
    answers.over(undefined)
    answered[0]?.('lost')
    answers.over(connection)
    expect(topicsSaid()).toEqual([`${branch}/answer/x`, `${branch}/answer/x`])
  })

  test('what nobody waits for any more is dropped', async () => {
    const { answers, connection, topicsSaid, clock, said } = bench()
    answers.to({})(verdict('old'))
    await clock.advance(200_000)
    answers.to({})(verdict('young'))
    await clock.advance(100_000)
    answers.over(connection)
    expect(topicsSaid()).toHaveLength(1)
    expect(said[0]?.body).toContain('young')
    expect(said[0]?.properties?.expiresInS).toBe(200)
  })

  test('a hundred are held, the latest', () => {
    const { answers, connection, noncesSaid, answered } = bench()
    for (let n = 0; n < 250; n++) answers.to({})(verdict(`n${n}`))
    answers.over(connection)
    for (let n = 0; n < 250; n++) answered[n]?.('acknowledged')
    expect(noncesSaid()).toEqual(Array.from({ length: 100 }, (_, n) => `n${150 + n}`))
  })

  test('what was lost is said again before what came later, and only over the next', () => {
    const { answers, connection, noncesSaid, answered } = bench()
    answers.over(connection)
    for (const nonce of ['a', 'b']) answers.to({})(verdict(nonce))
    answered[0]?.('lost')
    answers.to({})(verdict('c'))
    answered[1]?.('lost')
    expect(noncesSaid()).toEqual(['a', 'b'])
    answers.over(undefined)
    answers.over(connection)
    expect(noncesSaid()).toEqual(['a', 'b', 'a', 'b', 'c'])
  })

  test('what the broker refuses is told, and not said again', () => {
    const { answers, connection, topicsSaid, answered, refused } = bench()
    answers.over(connection)
    answers.to({})(verdict('a'))
    answered[0]?.({ reason: 135, code: 'BROKER_NOT_AUTHORISED', where: 'x', detail: 'y' })
    answers.over(undefined)
    answers.over(connection)
    expect(topicsSaid()).toHaveLength(1)
    expect(refused).toMatchObject([{ code: 'BROKER_NOT_AUTHORISED', where: 'x' }])
  })
})

test('a stop waits until all is answered, or the connection gone', async () => {
  const { answers, connection, answered } = bench()
  await answers.settled()
  answers.over(connection)
  for (let n = 0; n < 10; n++) answers.to({})(verdict(`n${n}`))
  let settled = 0
  void answers.settled().then(() => settled++)
  for (let n = 0; n < 9; n++) answered[n]?.('acknowledged')
  await Promise.resolve()
  expect(settled).toBe(0)
  answered[9]?.('acknowledged')
  await Promise.resolve()
  await Promise.resolve()
  expect(settled).toBe(1)
  answers.to({})(verdict('last'))
  const waiting = answers.settled()
  answered[10]?.('lost')
  await waiting
})
