import { expect, test } from 'vitest'
import { addressOf, keyOf, placeOf, places, routeOf } from './route.ts'

test('each place has an address that leads to it', () => {
  for (const place of places) expect(placeOf(routeOf(addressOf(place)))).toBe(place)
  expect(places.length).toBe(6)
})

test.each(['north', 'a/b', '100 %', '"><script>', 'é'])('the name %s comes through an address', (name) => {
  expect(routeOf(addressOf('tonight', name))).toEqual({ page: 'tonight', segment: name })
  expect(routeOf(addressOf('devices', name))).toEqual({ page: 'device', name })
})

test.each(['#/nowhere', '#/lines/feeder', '#/devices/a/b', '#/javascript:alert(1)'])('%s leads nowhere', (hash) => {
  expect(routeOf(hash)).toEqual({ page: 'unknown' })
})

test('what is no name at all is taken as it stands', () => {
  expect(routeOf('#/devices/%E0%A4%A')).toEqual({ page: 'device', name: '%E0%A4%A' })
  expect(routeOf('')).toEqual({ page: 'overview' })
})

test('links bring keys along', () => {
  expect(keyOf('#login=abc-1')).toEqual({ kind: 'login', key: 'abc-1' })
  expect(keyOf('#setup=amber-otter-42')).toEqual({ kind: 'setup', key: 'amber-otter-42' })
  expect(keyOf('#login=')).toBeUndefined()
  expect(keyOf('#/login=abc')).toBeUndefined()
})
