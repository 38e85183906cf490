import { expect, test } from 'vitest'
import type { Defect } from '../../drivers/driver.ts'
import { fakeDriver } from '../control/testing/fake-driver.ts'
import { defectsTold } from './defects.ts'

const defects: Defect[] = [
  { kind: 'point', register: 'input/96', count: 2, points: ['voltage_l2'], exception: 2 },
  { kind: 'hole', register: 'holding/20', count: 4, points: ['a', 'b'], exception: 2 },
  { kind: 'hole', register: 'holding/40', count: 1, points: [], exception: 3 },
  { kind: 'seam', register: 'input/96', count: 0, points: ['a', 'b'], exception: 2 },
  { kind: 'length', register: 'coil', count: 30, points: [], exception: 3 },
]
const withDefects = (some: readonly Defect[]) => ({ ...fakeDriver(), defects: () => some })
const told = (some: readonly Defect[]) => defectsTold(new Map([['meter', withDefects(some)]])).get('meter')

test('each kind is told in the notation of profiles', () => {
  expect(defects.map((defect) => told([defect]))).toEqual([
    'input/96 (voltage_l2)',
    'holding/20-23',
    'holding/40',
    'input/95|96',
    'coil ≤ 30',
  ])
})

test('of many the first, and how many more there are; of none nothing', () => {
  expect(told(defects)).toBe('input/96 (voltage_l2), holding/20-23, holding/40, input/95|96, +1')
  expect(told([])).toBeUndefined()
})
