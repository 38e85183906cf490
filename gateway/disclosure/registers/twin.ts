/**
 * What the public page says, for machines. The page, the registers and the catalogue are made from this and from nothing
 * else, so that none of them can say what another does not.
 */
import { z } from 'zod'
import { sensitivities } from '../../../drivers/quantities.ts'
import { encodings, lawfulBases, purposes } from '../../releases.ts'
import { categories } from './dtpr.ts'

const text = z.strictObject({ en: z.string(), fr: z.string() })
const texts = z.strictObject({ en: z.array(z.string()), fr: z.array(z.string()) })
const moment = z.iso.datetime({ offset: true })
const sensitivity = z.enum(sensitivities)

const field = z.strictObject({
  quantity: z.string(),
  label: text,
  /** absent: it has none */
  unit: z.string().optional(),
  sensitivity,
  /** how many points of the cabinet are measured so */
  points: z.int().min(1),
  /** their names; absent where the release hides them behind pseudonyms */
  names: z.array(z.string()).optional(),
})

const release = z.strictObject({
  name: z.string(),
  fields: z.array(field),
  /** which alarms, as patterns of their codes */
  alarms: z.array(z.string()),
  purpose: z.strictObject({ id: z.enum(purposes), label: text }),
  basis: z.discriminatedUnion('personal', [
    z.strictObject({ personal: z.literal(true), id: z.enum(lawfulBases), label: text }),
    /** in the words of whoever declared it */
    z.strictObject({ personal: z.literal(false), because: text }),
  ]),
  recipient: z.strictObject({
    name: z.string(),
    role: z.enum(['controller', 'joint-controller', 'processor', 'third-party']),
    label: text,
  }),
  granularity: texts,
  /** how often it tells, at least: ISO 8601; absent: as it happens */
  period: z.string().optional(),
  /** degrees of latitude and longitude to which it tells the place */
  place_degrees: z.number().optional(),
  delivery: z.enum(['durable', 'best-effort']),
  retention: z.strictObject({ id: z.string(), label: text }),
  licence: z.strictObject({ id: z.string(), url: z.string().optional() }).optional(),
  expires: z.iso.date().optional(),
  encodings: z.array(z.enum(encodings)),
  /** the last message as it was sent; `cut`: its first characters only */
  sample: z.strictObject({ topic: z.string(), payload: z.string(), cut: z.literal(true).optional() }).optional(),
})

export const publicTwin = z.strictObject({
  v: z.literal(1),
  made: moment,
  cabinet: z.strictObject({
    id: z.string(),
    tenant: z.string(),
    title: z.string(),
    /** no finer than `degrees` */
    place: z.strictObject({ latitude: z.number(), longitude: z.number(), degrees: z.number() }).optional(),
  }),
  responsible: z
    .strictObject({
      name: z.string(),
      address: z.string().optional(),
      contact: z.string(),
      dpo: z.string().optional(),
      page: z.string().optional(),
    })
    .optional(),
  enforced: z.strictObject({ policy: z.string(), since: moment }).optional(),
  /** whether what leaves is encrypted on its way */
  transport: z.enum(['tls', 'plain']),
  /** of classes that tell of people: whether anything is measured here, and whether it leaves */
  people: z.array(
    z.strictObject({
      sensitivity: z.enum(['presence', 'identifier', 'usage']),
      answer: z.enum(['not-measured', 'stays', 'leaves']),
      releases: z.array(z.string()),
    }),
  ),
  chain: z.array(
    z.strictObject({
      category: z.enum(categories),
      label: text,
      elements: z.array(z.strictObject({ id: z.string(), label: text })),
    }),
  ),
  releases: z.array(release),
  /** what is measured here and leaves in no release: never more than that it is, and how long it is kept here */
  stays: z.array(
    z.strictObject({
      quantity: z.string(),
      label: text,
      sensitivity,
      points: z.int().min(1),
      kept_days: z.int().min(0),
    }),
  ),
  /** of names and structure: the taxonomy that they are taken from */
  taxonomy: z.strictObject({ name: z.string(), url: z.string(), licence: z.string(), changed: z.string() }),
})

export type PublicTwin = z.output<typeof publicTwin>
export type ReleaseTwin = PublicTwin['releases'][number]
