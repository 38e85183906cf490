import { expect, test } from 'vitest'
import type { Outcome } from '../../gateway/uplink/connection.ts'
import { Post } from './post.ts'

test('keeps within the window, and of two words on one topic says the later', async () => {
  const said: string[] = []
  const answers: (() => void)[] = []
  const outcomes: Outcome[] = []
  const post = new Post({
    window: 2,
    publish: (topic, payload, _retain, answered) => {
      said.push(`${topic} ${payload}`)
      answers.push(() => answered('acknowledged'))
    },
  })
  const send = (topic: string, payload: string) => post.send(topic, payload, true, (outcome) => outcomes.push(outcome))
  send('a', '1')
  send('b', '1')
  send('c', '1')
  send('a', '2')
  send('c', '2')
  expect(said).toEqual(['a 1', 'b 1'])
  const settled = post.settled()
  for (let answer = answers.shift(); answer !== undefined; answer = answers.shift()) answer()
  await settled
  expect(said).toEqual(['a 1', 'b 1', 'a 2', 'c 2'])
  expect(outcomes).toHaveLength(4)
})
