import { expect, test } from 'vitest'
import { table } from './table.ts'

test('columns are as wide as their widest cell, those of numbers to the right, though a row is short', () => {
  const rows = [
    ['purpose', 'messages', 'values'],
    ['mobility', '5', '30'],
    ['besides', '2'],
    ['', '12', '131'],
  ]
  expect(table(rows, [1, 2])).toEqual([
    'purpose   messages  values',
    'mobility         5      30',
    'besides          2',
    '                12     131',
  ])
  expect(table([])).toEqual([])
})
