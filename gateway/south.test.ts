import { expect, test } from 'vitest'
import { defaultBackOff } from './acquisition/health.ts'
import { siteSchema } from './site.ts'
import { backOffOf } from './south.ts'

const line = siteSchema.shape.lines.valueType

test('how long a dead unit is left alone is the site’s to say', () => {
  const of = (back_off?: object) => backOffOf(line.parse({ protocol: 'modbus-tcp', host: 'h', back_off }))
  expect(of()).toBe(defaultBackOff)
  expect(of({ cap: '2m' })).toEqual({ ...defaultBackOff, capMs: 120_000 })
  expect(() => of({ cap: '9s' })).toThrow('duration-outside')
  expect(() => of({ cap: '6m' })).toThrow('duration-outside')
})
