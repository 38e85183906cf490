/**
 * The register of processing activities (GDPR, article 30(1)), one activity for each release that is personal data, with what
 * the CNIL's sheet asks besides. What the site file cannot know is left open and says so: a register that guesses is none.
 */
import { z } from 'zod'
import { inBoth, said, type Text } from '../text.ts'
import { sensitivityWords } from '../words.ts'
import type { PublicTwin, ReleaseTwin } from './twin.ts'

const text = z.strictObject({ en: z.string(), fr: z.string() })
const recipientKind = z.enum(['internal', 'external', 'processor'])

const activity = z.strictObject({
  name: z.string(),
  /** since when the rules that it goes by are enforced */
  updated: z.string().optional(),
  /** (a), where another than the site's responsible is one */
  joint_controller: z.string().optional(),
  /** (b), as DTPR calls it, and what is told for it */
  purpose: text,
  basis: text,
  /** (c) */
  subjects: z.array(text),
  data: z.array(text),
  granularity: z.strictObject({ en: z.array(z.string()), fr: z.array(z.string()) }),
  /** of article 9 or 10 */
  sensitive: z.literal(false),
  /** (d) */
  recipients: z.array(z.strictObject({ name: z.string(), kind: recipientKind, role: text })),
  /** (e) */
  transfers: text,
  /** (f) */
  erasure: text,
  /** (g) */
  security: z.array(text),
})

export const article30 = z.strictObject({
  v: z.literal(1),
  made: z.string(),
  cabinet: z.strictObject({ id: z.string(), title: z.string() }),
  policy: z.string().optional(),
  /** (a); absent: the site file names nobody */
  controller: z
    .strictObject({ name: z.string(), address: z.string().optional(), contact: z.string(), dpo: z.string().optional() })
    .optional(),
  activities: z.array(activity),
  /** releases that are declared not to be personal data, and why: no activities of this register */
  not_personal: z.array(z.strictObject({ name: z.string(), purpose: text, recipient: z.string(), because: text })),
})
export type Article30 = z.output<typeof article30>
export type Activity = Article30['activities'][number]

export function article30Of(twin: PublicTwin): Article30 {
  const { made, cabinet, responsible, enforced, releases } = twin
  return {
    v: 1,
    made,
    cabinet: { id: cabinet.id, title: cabinet.title },
    ...(enforced === undefined ? {} : { policy: enforced.policy }),
    ...(responsible === undefined ? {} : { controller: controllerOf(responsible) }),
    activities: releases.flatMap((release) =>
      release.basis.personal ? [activityOf(release, release.basis.label, twin)] : [],
    ),
    not_personal: releases.flatMap(({ name, purpose, recipient, basis }) =>
      basis.personal ? [] : [{ name, purpose: purpose.label, recipient: recipient.name, because: basis.because }],
    ),
  }
}

function controllerOf({
  name,
  address,
  contact,
  dpo,
}: NonNullable<PublicTwin['responsible']>): Article30['controller'] {
  return {
    name,
    ...(address === undefined ? {} : { address }),
    contact,
    ...(dpo === undefined ? {} : { dpo }),
  }
}

function activityOf(release: ReleaseTwin, basis: Activity['basis'], { enforced, transport }: PublicTwin): Activity {
  const { name, purpose, recipient, retention, fields, granularity } = release
  return {
    name,
    ...(enforced === undefined ? {} : { updated: enforced.since }),
    ...(recipient.role === 'joint-controller' ? { joint_controller: recipient.name } : {}),
    purpose: purpose.label,
    basis,
    subjects: subjectsOf(release),
    data: [
      ...fields.map(({ label, unit, sensitivity }) =>
        inBoth((l) =>
          said(dataTold, l, {
            what: unit === undefined ? label[l] : `${label[l]} (${unit})`,
            tells: said(sensitivityWords[sensitivity], l),
          }),
        ),
      ),
      ...(release.alarms.length === 0 ? [] : [inBoth((l) => said(alarms, l))]),
    ],
    granularity,
    // None of the quantities of a cabinet is of these kinds: what would be has no place in `drivers/quantities.ts`.
    sensitive: false,
    recipients: [{ name: recipient.name, kind: kindOf(recipient.role), role: recipient.label }],
    transfers: inBoth((l) => said(transfersOpen, l)),
    erasure: retention.label,
    security: securityOf(release, transport),
  }
}

const dataTold: Text = { en: '{what}: tells {tells}', fr: '{what} : dit {tells}' }
const alarms: Text = { en: 'Alarms of the installation', fr: 'Alarmes de l’installation' }
const transfersOpen: Text = {
  en: 'Not declared in the site file: to be completed by the controller, by where the recipient keeps the data.',
  fr: 'Non déclaré dans le fichier de site : à compléter par le responsable, selon le lieu où le destinataire garde les données.',
}

const subjects = {
  presence: { en: 'people who pass by', fr: 'personnes qui passent' },
  identifier: {
    en: 'holders of the meters, containers or vehicles',
    fr: 'titulaires des compteurs, bacs ou véhicules',
  },
  usage: {
    en: 'people who live or work in the premises that are supplied',
    fr: 'personnes qui vivent ou travaillent dans les locaux desservis',
  },
  other: { en: 'people whom the installation serves', fr: 'usagers de l’installation' },
} as const satisfies Record<string, Text>

function subjectsOf({ fields }: ReleaseTwin): Activity['subjects'] {
  const found = (['presence', 'identifier', 'usage'] as const).filter((one) =>
    fields.some(({ sensitivity }) => sensitivity === one),
  )
  return (found.length === 0 ? (['other'] as const) : found).map((one) => inBoth((l) => said(subjects[one], l)))
}

function kindOf(role: ReleaseTwin['recipient']['role']): Activity['recipients'][number]['kind'] {
  if (role === 'controller') return 'internal'
  return role === 'processor' ? 'processor' : 'external'
}

const measures = {
  declared: {
    en: 'Only what is declared leaves: the program that sends is given nothing else.',
    fr: 'Seul ce qui est déclaré sort : le programme qui envoie ne reçoit rien d’autre.',
  },
  tls: {
    en: 'Encrypted on its way, the broker’s certificate checked (TLS).',
    fr: 'Chiffré en chemin, certificat du courtier vérifié (TLS).',
  },
  plain: {
    en: 'Not encrypted on its way by the gateway: see what protects the network.',
    fr: 'Non chiffré en chemin par la passerelle : voir ce qui protège le réseau.',
  },
  ledger: {
    en: 'A ledger says what left, by day; orders and logins on site are audited.',
    fr: 'Un registre dit ce qui est sorti, par jour ; ordres et connexions sur place sont tracés.',
  },
  access: {
    en: 'On site, accounts with roles; the state’s folder is the service’s alone.',
    fr: 'Sur place, des comptes avec des rôles ; le dossier d’état n’est qu’au service.',
  },
  erased: {
    en: 'Kept on the cabinet until the recipient’s receipt, then deleted.',
    fr: 'Gardé dans l’armoire jusqu’à l’accusé de réception du destinataire, puis effacé.',
  },
} as const satisfies Record<string, Text>

function securityOf({ delivery }: ReleaseTwin, transport: PublicTwin['transport']): Activity['security'] {
  const held = [
    'declared',
    transport,
    'ledger',
    'access',
    ...(delivery === 'durable' ? (['erased'] as const) : []),
  ] as const
  return held.map((one) => inBoth((l) => said(measures[one], l)))
}
