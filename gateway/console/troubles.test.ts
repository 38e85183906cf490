import { expect, test } from 'vitest'
import { alarmText } from './troubles.ts'

test.each(['en', 'fr'] as const)('an alarm is one sentence after another, each with one end (%s)', (language) => {
  for (const code of ['LINE_REFUSED', 'LINE_UNREACHABLE']) {
    const text = alarmText(
      { code: 'line-down', of: 'feeder', words: { code, url: 'modbus-tcp://10.0.0.7:502' } },
      language,
    )
    expect(text).toContain('feeder')
    expect(text).toMatch(/[^?!.][?!.]$/)
  }
})
