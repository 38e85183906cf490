/** Node's flags as the shipped unit gives them: what is measured with them is what runs in the cabinet. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const unit = join(import.meta.dirname, '../../provisioning/image/debian/fanal.service')

export function flagsOfUnit(): string[] {
  const flags = /^Environment="NODE_FLAGS=(.*)"$/m.exec(readFileSync(unit, 'utf8'))?.[1]
  if (flags === undefined) throw new Error(`${unit} says no NODE_FLAGS`)
  return flags.split(' ')
}
