/** What comes from the broker, by its topic: receipts, requests to send again, commands, and the gateway's own words. */
import type { Range } from '../outbox/outbox.ts'
import type { Listener, RequestProperties } from './connection.ts'
import { largestRequestBytes, parseReceipt, parseReplay } from './requests.ts'
import { parseTopic } from './topics.ts'

/** A command as it came: nobody here knows what it means. */
export interface RawCommand {
  readonly segment: string
  /** empty, if it was longer than any request may be */
  readonly payload: Uint8Array
  /** the broker keeps it, and gives it again at each connection */
  readonly retained: boolean
  /** what the transport left it when it came (MQTT 5) */
  readonly expiresInMs?: number
}

export interface Heard {
  self(payload: Uint8Array): void
  receipt(release: string, outbox: string, upto: number): void
  replay(release: string, outbox: string, ranges: readonly Range[]): void
  command(command: RawCommand, request: RequestProperties): void
}

/** For garbage nobody is called: anyone whom the broker lets in may have written it. */
export function intake(heard: Heard): Listener {
  return (topic, payload, retained, request) => {
    const parsed = parseTopic(topic)
    if (parsed?.kind === 'self') heard.self(payload)
    else if (parsed?.kind === 'command') {
      const { expiresInMs } = request
      // A broker that empties a retained topic says so with an empty message: that commands nothing.
      if (retained && payload.length === 0) return
      const bounded = payload.length > largestRequestBytes ? new Uint8Array() : payload
      const expires = expiresInMs === undefined ? {} : { expiresInMs }
      heard.command({ segment: parsed.segment, payload: bounded, retained, ...expires }, request)
    } else if (parsed?.kind === 'receipt') {
      const receipt = parseReceipt(payload)
      if (receipt !== undefined) heard.receipt(parsed.release, receipt.outbox, receipt.upto)
    } else if (parsed?.kind === 'replay' && !retained) {
      // A retained request would be obeyed again at each connection.
      const replay = parseReplay(payload)
      if (replay !== undefined) heard.replay(parsed.release, replay.outbox, replay.ranges)
    }
  }
}
