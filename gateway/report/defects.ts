/** What devices refuse of what their profiles have, in the notation of profiles: the same in every language. */
import type { Defect, Driver } from '../../drivers/driver.ts'

/** The rest is on the device’s page. */
const most = 4

/** By device; one that is as its profile says is not among them. */
export function defectsTold(drivers: ReadonlyMap<string, Driver>): Map<string, string> {
  const told = new Map<string, string>()
  for (const [device, driver] of drivers) {
    const defects = driver.defects()
    if (defects.length > 0) told.set(device, defectsText(defects))
  }
  return told
}

function defectsText(defects: readonly Defect[]): string {
  const texts = defects.slice(0, most).map(defectText)
  return [...texts, ...(defects.length > most ? [`+${defects.length - most}`] : [])].join(', ')
}

/** `input/96 (voltage_l2)`; a hole as a profile’s `unreadable` has it; a seam `input/95|96`; a length `input ≤ 30`. */
function defectText({ kind, register, count, points }: Defect): string {
  const [table = '', address = ''] = register.split('/')
  switch (kind) {
    case 'point':
      return points.length === 0 ? register : `${register} (${points.join(', ')})`
    case 'hole':
      return count === 1 ? register : `${register}-${Number(address) + count - 1}`
    case 'seam':
      return `${table}/${Number(address) - 1}|${address}`
    case 'length':
      return `${table} ≤ ${count}`
  }
}
