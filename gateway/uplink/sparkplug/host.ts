/** What hosts say to an edge node: that they are there (STATE), and that they want it to be born again (NCMD). */
import { z } from 'zod'
import { decodePayload, typedValue } from './decode.ts'

/** Sparkplug B 3.0, 6.4.26: `{"online":true,"timestamp":1668114759262}`. */
const stateSchema = z.object({ online: z.boolean(), timestamp: z.number().nonnegative() })

export const mostStateBytes = 1_024

export function parseHostState(payload: Uint8Array): { online: boolean; atMs: number } | undefined {
  if (payload.length > mostStateBytes) return undefined
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    return undefined
  }
  const state = stateSchema.safeParse(json)
  return state.success ? { online: state.data.online, atMs: state.data.timestamp } : undefined
}

export interface NodeCommand {
  readonly rebirth: boolean
  /** what else was to be written, by name or alias: nothing is, from here */
  readonly refused: readonly string[]
}

/** A host need not say the data type of what our birth has told it (tck-id-payloads-metric-datatype-not-req). */
const booleanType = 11

export function parseNodeCommand(payload: Uint8Array): NodeCommand | undefined {
  const heard = decodePayload(payload)
  if (heard === undefined) return undefined
  let rebirth = false
  const refused: string[] = []
  for (const { name, alias, datatype, isNull, raw } of heard.metrics) {
    if (name !== 'Node Control/Rebirth') refused.push(shown(name ?? `alias ${alias ?? '?'}`))
    else if (typedValue(datatype ?? booleanType, isNull, raw)?.value === true) rebirth = true
  }
  return { rebirth, refused }
}

/** A stranger's word, fit for a line of a log and for a terminal. */
function shown(name: string): string {
  return name.slice(0, 80).replaceAll(/\p{C}/gu, '?')
}
