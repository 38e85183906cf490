/** What is wrong with a gateway now, and since when: read off its state, never off what was told of it. */

export const alarmCodes = [
  /** the gravest first: the order in which they are shown */
  'time-unknown',
  'line-down',
  'line-foreign-master',
  'line-echo',
  'device-dead',
  'device-doubt',
  'write-trouble',
  'unarmed',
  /** the gateway runs the last revision that was whole, since the site file is not */
  'site-refused',
  'outbox-trouble',
  'keeping-trouble',
  'history-trouble',
  'uplink-down',
  'release-refused',
  'profile-defect',
  'line-noise',
  'time-holdover',
  /** nothing is wrong, but should not be forgotten */
  'unlocked',
] as const
export type AlarmCode = (typeof alarmCodes)[number]

export interface Wrong {
  readonly code: AlarmCode
  /** of what: a line, a device, a segment, a release; empty: of the gateway */
  readonly of: string
  /** fill the sentence of the catalogue */
  readonly words: Readonly<Record<string, string>>
}

export interface Alarm extends Wrong {
  readonly since: Temporal.Instant
}

export interface State {
  readonly lines: Readonly<
    Record<
      string,
      {
        readonly url: string
        readonly code?: string | undefined
        readonly disturbance?: { readonly kind: 'noise' | 'foreign-master' | 'echo' } | undefined
      }
    >
  >
  readonly devices: Readonly<
    Record<string, { readonly health: string; readonly profile: string; readonly doubt?: string | undefined }>
  >
  readonly segments: Readonly<
    Record<string, { readonly title: string; readonly state: string; readonly because?: string | undefined }>
  >
  /** device → why it does not do by itself what it shall when it hears nothing any more */
  readonly unarmed: ReadonlyMap<string, string>
  /** device → what it refuses of what its profile has, in the notation of profiles */
  readonly refused: ReadonlyMap<string, string>
  /** of a site that controls light; another does not ask */
  readonly trust: { readonly trust: string; readonly reason: string } | undefined
  /** lines that tools may write to, and who answers for it */
  readonly unlocked: ReadonlyMap<string, { readonly who: string; readonly reason: string }>
  /** why the site file is not what runs */
  readonly siteRefused: string | undefined
  readonly outbox: string | undefined
  readonly keeping: string | undefined
  readonly history: string | undefined
  readonly uplink: {
    readonly trouble?: Words | undefined
    readonly refusing: Readonly<Record<string, Words>>
  }
}

type Words = { readonly code: string; readonly where: string; readonly detail: string }

export function wrongNow(state: State): Wrong[] {
  const { trust, siteRefused, outbox, keeping, history, uplink } = state
  const coded = (code: AlarmCode, what: string | undefined): Wrong[] =>
    what === undefined ? [] : [{ code, of: '', words: { code: what } }]
  const wrong: Wrong[] = [
    ...(trust === undefined || trust.trust === 'synced'
      ? []
      : [wrongOf(trust.trust === 'unknown' ? 'time-unknown' : 'time-holdover', '', { reason: trust.reason })]),
    ...Object.entries(state.lines).flatMap(([line, { code, url, disturbance }]) => [
      ...(code === undefined ? [] : [wrongOf('line-down', line, { code, url })]),
      ...(disturbance === undefined ? [] : [wrongOf(`line-${disturbance.kind}`, line)]),
    ]),
    ...Object.entries(state.devices).flatMap(([device, { health, doubt, profile }]) => [
      ...(health === 'dead' ? [wrongOf('device-dead', device)] : []),
      ...(doubt === undefined ? [] : [wrongOf('device-doubt', device, { because: doubt, profile })]),
    ]),
    ...Object.entries(state.segments).flatMap(([segment, { title, state: how, because = '' }]) =>
      (how === 'unconfirmed' && because !== 'not-asked') || how === 'rejected'
        ? [wrongOf('write-trouble', segment, { title, because })]
        : [],
    ),
    ...[...state.refused].map(([device, registers]) =>
      wrongOf('profile-defect', device, { registers, profile: state.devices[device]?.profile ?? '' }),
    ),
    ...[...state.unarmed].map(([device, because]) => wrongOf('unarmed', device, { because })),
    ...[...state.unlocked].map(([line, { who, reason }]) => wrongOf('unlocked', line, { who, reason })),
    ...coded('site-refused', siteRefused),
    ...coded('outbox-trouble', outbox),
    ...coded('keeping-trouble', keeping),
    ...coded('history-trouble', history),
    ...(uplink.trouble === undefined ? [] : [wrongOf('uplink-down', '', { ...uplink.trouble })]),
    ...Object.entries(uplink.refusing).map(([release, fault]) => wrongOf('release-refused', release, { ...fault })),
  ]
  return wrong.sort((a, b) => alarmCodes.indexOf(a.code) - alarmCodes.indexOf(b.code))
}

function wrongOf(code: AlarmCode, of: string, words: Readonly<Record<string, string>> = {}): Wrong {
  return { code, of, words }
}

/** What is wrong now, each with the moment since which it has been without a break. */
export function alarmsOf(wrong: readonly Wrong[], before: readonly Alarm[], now: Temporal.Instant): Alarm[] {
  return wrong.map((one) => {
    const known = before.find(({ code, of }) => code === one.code && of === one.of)
    return { ...one, since: known?.since ?? now }
  })
}

/** One that began or ended. */
export interface AlarmChange extends Pick<Wrong, 'code' | 'of'> {
  readonly state: 'raised' | 'cleared'
  readonly at: Temporal.Instant
}

/** Those that began first: who goes from one trouble to another is never told to have none. */
export function changesOf(before: readonly Alarm[], after: readonly Alarm[], at: Temporal.Instant): AlarmChange[] {
  const missing = (from: readonly Alarm[], others: readonly Alarm[], state: AlarmChange['state']) =>
    from
      .filter((one) => !others.some(({ code, of }) => code === one.code && of === one.of))
      .map(({ code, of }): AlarmChange => ({ code, of, state, at }))
  return [...missing(after, before, 'raised'), ...missing(before, after, 'cleared')]
}
