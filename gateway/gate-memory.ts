/** What the gate keeps over a restart, in files for its owner alone: budgets and what waits; and the key of its pseudonyms. */
import * as fileSystem from 'node:fs/promises'
import { systemSecrets } from './clock.ts'
import { gateKept, type GateFound, type GateKept } from './disclosure/kept.ts'
import { readIfThere, replace, type Disk } from './flash.ts'

export interface GateMemory extends AsyncDisposable {
  /** as it was when this was opened */
  readonly kept: GateFound
  /** At once, the latest wins. */
  keep(kept: GateKept): void
  /** the disk has taken all that was to be kept; not yet, before anything was, and not while it is under way */
  readonly holds: boolean
}

interface MemoryOptions {
  /** what the disk does not take; it is tried again with the next change, and at the end */
  readonly fault: (error: unknown) => void
  readonly disk?: Disk
}

/** Never rejects. A damaged file is told, and stays until something else is to be kept: a start that is cut short finds it again. */
export async function openGateMemory(path: string, { fault, disk = fileSystem }: MemoryOptions): Promise<GateMemory> {
  const kept = await found(disk, path, fault)
  let due: GateKept | undefined
  let isTaken = false
  let working: Promise<void> | undefined
  const write = async () => {
    while (due !== undefined) {
      const taken = due
      due = undefined
      try {
        await replace(disk, path, `${JSON.stringify(taken)}\n`)
        isTaken = true
      } catch (error) {
        isTaken = false
        due ??= taken
        fault(error)
        break
      }
    }
    working = undefined
  }
  return {
    kept,
    get holds() {
      return isTaken && due === undefined && working === undefined
    },
    keep: (latest) => {
      due = latest
      working ??= write()
    },
    [Symbol.asyncDispose]: async () => {
      await working
      await write()
    },
  }
}

async function found(disk: Disk, path: string, fault: (error: unknown) => void): Promise<GateFound> {
  try {
    const bytes = await readIfThere(disk, path)
    return bytes === undefined ? undefined : gateKept.parse(JSON.parse(String(bytes)))
  } catch (error) {
    fault(error)
    return 'damaged'
  }
}

const keyBytes = 32

/**
 * Made at the first start. Where the disk does not take it, one for this run: nobody is told by it whose a record is, and after a
 * restart all pseudonyms are others.
 */
export async function pseudonymKey(
  path: string,
  { fault, disk = fileSystem, random = systemSecrets }: MemoryOptions & { random?: (count: number) => Uint8Array },
): Promise<Uint8Array> {
  try {
    const text = await readIfThere(disk, path)
    const known = Buffer.from(String(text ?? '').trim(), 'hex')
    if (known.length === keyBytes) return known
  } catch (error) {
    fault(error)
  }
  const key = Buffer.from(random(keyBytes))
  await replace(disk, path, `${key.toString('hex')}\n`).catch(fault)
  return key
}
