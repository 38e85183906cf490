/** What a gateway tells whoever started it, one JSON object a line on standard output. */
import { z } from 'zod'
import { outboxErrorCodes } from './outbox/error.ts'

export const gatewayEvent = z.discriminatedUnion('event', [
  /** always the first: everything has started; whether broker and devices answer is told after */
  z.object({
    event: z.literal('running'),
    site: z.string(),
    title: z.string(),
    broker: z.string(),
    lines: z.record(z.string(), z.string()),
    /** release → topic */
    releases: z.record(z.string(), z.string()),
    /** points that are read and leave in no release */
    home: z.number(),
    state: z.string(),
    pid: z.number(),
  }),
  /** the first good one of this run */
  z.object({ event: z.literal('reading'), point: z.string(), at: z.iso.datetime() }),
  /** nothing was started */
  z.object({ event: z.literal('refused'), code: z.string(), words: z.record(z.string(), z.string()) }),
  /** a line is in trouble (`code`), or out of it */
  z.object({ event: z.literal('line'), line: z.string(), url: z.string(), code: z.string().optional() }),
  /** what a serial line has open: told when it is another than before, or another way */
  z.object({
    event: z.literal('adapter'),
    line: z.string(),
    path: z.string(),
    /** the site's path, where the adapter was found again under another */
    instead_of: z.string().optional(),
    driver: z.string().optional(),
    /** for so long it keeps what it has heard, and whether that could be made short; `none`: it does not */
    latency_ms: z.number().optional(),
    set: z.enum(['done', 'not-allowed', 'none']),
    /** by what it is known again when it was pulled */
    known_by: z.enum(['serial-number', 'place', 'name', 'nothing']),
  }),
  /** what disturbs a line as such; without a kind: nothing does any more */
  z.object({
    event: z.literal('disturbance'),
    line: z.string(),
    kind: z.enum(['noise', 'foreign-master', 'echo']).optional(),
  }),
  z.object({ event: z.literal('device'), device: z.string(), health: z.enum(['alive', 'dead']) }),
  z.object({ event: z.literal('doubt'), device: z.string(), profile: z.string(), because: z.string() }),
  /** a counter rolled over, was reset or replaced, or counts faster than its profile says; `offset` is added to it from now on */
  z.object({
    event: z.literal('counter'),
    point: z.string(),
    what: z.enum(['rolled-over', 'reset', 'exchanged', 'faster']),
    from: z.number(),
    to: z.number(),
    offset: z.number(),
  }),
  /** values of a point are suspect, and why, and where two have changed places, those of `with`; without `because`: no longer */
  z.object({
    event: z.literal('suspect'),
    point: z.string(),
    because: z.enum(['leapt', 'fell', 'swapped', 'words-exchanged']).optional(),
    with: z.string().optional(),
  }),
  /** another rules a segment, or rules otherwise */
  z.object({
    event: z.literal('ruling'),
    segment: z.string(),
    title: z.string(),
    level: z.number(),
    priority: z.string(),
    /** of the program: `evening`, `late`, `day` … */
    ground: z.string().optional(),
    who: z.string(),
    reason: z.string(),
  }),
  /** what was written to a segment did not take effect, and why; without `because`: it does now */
  z.object({ event: z.literal('write'), segment: z.string(), title: z.string(), because: z.string().optional() }),
  /** a device does by itself what it shall when it hears nothing any more; with `because`: it does not */
  z.object({ event: z.literal('armed'), device: z.string(), because: z.string().optional() }),
  /** how far the wall time is believed, and why */
  z.object({ event: z.literal('time'), trust: z.enum(['synced', 'holdover', 'unknown']), reason: z.string() }),
  /** audit and leases cannot be kept on disk, and why; without a code: they can again */
  z.object({ event: z.literal('keeping'), code: z.string().optional() }),
  /** readings cannot be kept on disk for the history, and why; without a code: they can again */
  z.object({ event: z.literal('history'), code: z.string().optional() }),
  /** where the pages of the console are; `code`: they are not, and why */
  z.object({
    event: z.literal('console'),
    url: z.string(),
    code: z.string().optional(),
    /** with a code: address or files, and the system's word */
    where: z.string().optional(),
    detail: z.string().optional(),
    fingerprint: z.string().optional(),
  }),
  /** commands such as `fanal status` cannot ask this gateway, and why; without a code: they can */
  z.object({
    event: z.literal('socket'),
    path: z.string(),
    code: z.literal('SOCKET_FAILED').optional(),
    detail: z.string().optional(),
  }),
  /** how to get in: shown to whoever started the gateway, and to nobody else */
  z.object({
    event: z.literal('welcome'),
    /** logs in, or makes the first account: works once */
    link: z.string(),
    /** of the demo, when its account has just been made */
    name: z.string().optional(),
    password: z.string().optional(),
  }),
  /** where a technician's own tool reaches a line; with a code: it does not, and why */
  z.object({
    event: z.literal('pass-through'),
    line: z.string(),
    listen: z.string(),
    code: z.literal('PASS_THROUGH_FAILED').optional(),
    detail: z.string().optional(),
  }),
  /** tools may write to a line until then, and who answers for it */
  z.object({
    event: z.literal('unlocked'),
    line: z.string(),
    who: z.string(),
    reason: z.string(),
    until: z.iso.datetime(),
  }),
  /** they may no more: the time is `over`, somebody `said` so, who unlocked it has `left`, or the gateway is to `stop` */
  z.object({ event: z.literal('locked'), line: z.string(), because: z.enum(['over', 'said', 'left', 'stop']) }),
  /** a tool tried to write to a locked line; told at most once a minute */
  z.object({ event: z.literal('write-refused'), line: z.string(), unit: z.number(), function: z.number() }),
  /** so many lives before this one were cut short, one after the other: audit and leases are kept on disk only after `spared_ms` */
  z.object({ event: z.literal('short-lives'), times: z.number(), spared_ms: z.number() }),
  z.object({ event: z.literal('connected'), broker: z.string(), protocol: z.string() }),
  /** no connection, or a release that the broker refuses */
  z.object({ event: z.literal('uplink'), code: z.string(), where: z.string(), detail: z.string() }),
  /** the live view: its hosts know all of it; waits for its primary host; is not, and why; a host tried to write a metric */
  z.object({
    event: z.literal('sparkplug'),
    state: z.enum(['born', 'waiting', 'trouble', 'refused']),
    host: z.string().optional(),
    code: z.string().optional(),
    where: z.string().optional(),
    detail: z.string().optional(),
    metric: z.string().optional(),
  }),
  /** a release that was refused is taken again */
  z.object({ event: z.literal('accepted'), release: z.string() }),
  /** the outbox does not take records, and why; without a code: it takes them again */
  z.object({ event: z.literal('outbox'), code: z.enum(outboxErrorCodes).optional(), detail: z.string().optional() }),
  /** so many records, the oldest, that the outbox did not take, could be held in memory no longer */
  z.object({ event: z.literal('lost'), records: z.number() }),
  /** the first of each release, in this run */
  z.object({ event: z.literal('left'), release: z.string(), seq: z.number() }),
  z.object({ event: z.literal('receipt'), release: z.string(), upto: z.number() }),
  /** the outbox was damaged, and set aside; of its records so many go on in the new one, and so many could not be read (absent: nobody knows) */
  z.object({ event: z.literal('recovered'), file: z.string(), kept: z.number(), lost: z.number().optional() }),
  /** the site file is refused, and why; what ran last runs again */
  z.object({ event: z.literal('last-good'), code: z.string(), words: z.record(z.string(), z.string()) }),
  /** the recipient holds numbers that this outbox never gave: it is an old copy, and begins a new numbering */
  z.object({ event: z.literal('renumbered'), outbox: z.string() }),
  z.object({ event: z.literal('summary'), readings: z.number(), left: z.number(), waiting: z.number() }),
  z.object({ event: z.literal('stopped') }),
])
export type GatewayEvent = z.output<typeof gatewayEvent>

export type Tell = (event: GatewayEvent) => void
