/**
 * Who may come in: accounts, their passwords and sessions, the code of the first start, the link of the demo. Shared by
 * both doors, since whoever has the socket may set a password that was forgotten.
 */
import { join } from 'node:path'
import type { Clock } from '../../drivers/clock.ts'
import { readAccounts, writeAccounts, type Account } from './accounts-file.ts'
import { isCode, isSame, makeCode, makeToken } from './codes.ts'
import { LockOut, peerKey } from './lock-out.ts'
import { Passwords, type Secrets } from './passwords.ts'
import { Refused } from './refused.ts'
import { allowed, type AccountTold, type Deed, type Role } from './session.ts'
import { Sessions, type Moment, type Session } from './sessions.ts'

/** For the audit. Never holds what was tried; a name only if an account has it, since a password typed there is one too. */
export type AccessEntry =
  | {
      readonly kind: 'login'
      readonly outcome: 'success' | 'failure' | 'locked-out' | 'logout'
      readonly with?: 'password' | 'link' | 'code'
      readonly name?: string
      readonly from: string
      /** of a lock-out: for how long */
      readonly seconds?: number
    }
  | {
      readonly kind: 'account'
      readonly change: 'made' | 'role' | 'password' | 'removed'
      readonly name: string
      readonly role?: Role
      readonly by: string
    }

/** What the doors say to whoever looks after the gateway. Never a code, token or password. */
export interface DoorLog {
  warn(what: object, text: string): void
  error(what: object, text: string): void
}

export interface AccessOptions {
  /** the gateway's own */
  readonly folder: string
  readonly clock: Clock
  readonly moment: () => Moment
  readonly secrets: Secrets
  readonly audit: (entry: AccessEntry) => void
  readonly log: DoorLog
  /** log2 of scrypt's N; tests have no time */
  readonly cost?: number
}

/** Somebody who is logged in. */
export interface Known {
  readonly account: Account
  readonly session: Session
}

export interface Entered extends Known {
  /** for the cookie, and nothing else */
  readonly token: string
}

/** A session's last use is written so often: whoever comes after a restart may be out so much too early. */
const writeAgainMs = 900_000
const mostAccounts = 50
const mostCounted = 1_000

/** Never rejects: where the accounts cannot be read, nobody comes in, and nothing is written over them. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const path = join(options.folder, 'accounts.json')
  const { found, damaged, unreadable } = await readAccounts(path)
  if (unreadable !== undefined) options.log.error({ err: unreadable }, 'the accounts cannot be read: nobody comes in')
  if (damaged !== undefined) options.log.error({ damaged }, 'the accounts could not be read, and were set aside')
  const sessions = new Sessions(options.clock, options.secrets)
  if (found !== undefined) sessions.restore(found, options.moment())
  const id = found?.id ?? options.secrets(4).toString('hex')
  return new Access(options, path, { id, accounts: found?.accounts ?? [], sessions, unreadable })
}

export class Access {
  /** differs from gateway to gateway */
  readonly id: string
  readonly #options: AccessOptions
  readonly #path: string
  readonly #passwords: Passwords
  readonly #sessions: Sessions
  readonly #names = { known: new LockOut(mostAccounts), others: new LockOut(mostCounted) }
  readonly #peers = new LockOut(mostCounted)
  /** why the accounts that there may be are not known */
  readonly #unreadable: unknown
  #accounts: readonly Account[]
  #code: string | undefined
  #link: { readonly token: string; readonly name: string } | undefined
  #writing: Promise<void> = Promise.resolve()
  #writtenMs: number

  constructor(
    options: AccessOptions,
    path: string,
    kept: { id: string; accounts: readonly Account[]; sessions: Sessions; unreadable: unknown },
  ) {
    this.id = kept.id
    this.#options = options
    this.#path = path
    this.#accounts = kept.accounts
    this.#sessions = kept.sessions
    this.#unreadable = kept.unreadable
    this.#passwords = new Passwords(options.secrets, options.cost)
    this.#writtenMs = options.clock.monotonicMs()
  }

  get accounts(): AccountTold[] {
    return this.#accounts.map(({ name, role }) => ({ name, role }))
  }

  /** Shown where the gateway was started, to whoever makes the first account; undefined: there is one. */
  setupCode(): string | undefined {
    if (this.#accounts.length > 0 || this.#unreadable !== undefined) return undefined
    return (this.#code ??= makeCode(this.#options.secrets))
  }

  /** Lets in once, as this account; the one before no longer does. undefined: there is no such account. */
  loginLink(name: string): string | undefined {
    const account = this.#find(name)
    if (account === undefined) return undefined
    const token = makeToken(this.#options.secrets)
    this.#link = { token, name: account.name }
    return token
  }

  /** The first account; whoever shows the code is let in with it. */
  async setUp(asked: { code: string; name: string; password: string }, peer: string): Promise<Entered> {
    const attempt = this.#attempt(undefined, peer)
    const code = this.setupCode()
    if (code === undefined || !isCode(asked.code, code)) {
      this.#failed(attempt, 'code', peer)
      throw new Refused('WRONG_CODE')
    }
    const password = await this.#passwords.hash(asked.password)
    await this.#change((accounts) => {
      if (accounts.length > 0) throw new Refused('WRONG_CODE')
      return [{ name: asked.name, role: 'administrator', password }]
    })
    this.#code = undefined
    this.#options.audit({ kind: 'account', change: 'made', name: asked.name, role: 'administrator', by: asked.name })
    return this.#enter(this.#existing(asked.name), attempt, 'code', peer)
  }

  async logIn(asked: { name: string; password: string }, peer: string): Promise<Entered> {
    const attempt = this.#attempt(asked.name, peer)
    const account = this.#find(asked.name)
    const fits = await this.#tried(attempt, asked.password, account)
    // Meanwhile it may have been deleted, or have another password.
    if (account === undefined || !fits || this.#find(asked.name)?.password !== account.password) {
      this.#failed(attempt, 'password', peer, account?.name)
      throw new Refused('WRONG_CREDENTIALS')
    }
    return this.#enter(account, attempt, 'password', peer)
  }

  logInBy(link: string, peer: string): Entered {
    const attempt = this.#attempt(undefined, peer)
    const account = this.#link !== undefined && isSame(link, this.#link.token) ? this.#find(this.#link.name) : undefined
    if (account === undefined) {
      this.#failed(attempt, 'link', peer)
      throw new Refused('WRONG_CREDENTIALS')
    }
    this.#link = undefined
    return this.#enter(account, attempt, 'link', peer)
  }

  /** Whoever shows this token, who is here now; undefined: nobody, or no longer. */
  known(token: string): Known | undefined {
    const session = this.#sessions.use(token)
    const account = session && this.#find(session.name)
    if (session === undefined || account === undefined) return undefined
    if (this.#options.clock.monotonicMs() - this.#writtenMs >= writeAgainMs) this.#keepSessions()
    return { account, session }
  }

  goesOn(session: Session): boolean {
    return this.#sessions.goesOn(session) && this.#find(session.name) !== undefined
  }

  logOut({ account, session }: Known, peer: string): void {
    this.#sessions.end(session)
    this.#keepSessions()
    this.#options.audit({ kind: 'login', outcome: 'logout', name: account.name, from: peer })
  }

  /** Ends all sessions of the account, and begins another. */
  async changePassword({ account }: Known, asked: { old: string; new: string }, peer: string): Promise<Entered> {
    const { name } = account
    const attempt = this.#attempt(name, peer)
    if (!(await this.#tried(attempt, asked.old, account))) {
      this.#failed(attempt, 'password', peer, name)
      throw new Refused('WRONG_CREDENTIALS')
    }
    await this.#setPassword(name, asked.new, { by: name })
    return this.#enter(this.#existing(name), attempt, 'password', peer)
  }

  /** A new account wants a password; of one that is there, the role is changed, and the password is its owner's. */
  async setAccount(
    { name, role, password }: { name: string; role: Role; password?: string | undefined },
    by: string,
  ): Promise<AccountTold> {
    const known = this.#find(name)
    if (known !== undefined && password !== undefined) throw new Refused('ACCOUNT_EXISTS')
    if (known === undefined && password === undefined) throw new Refused('MALFORMED')
    if (password === undefined) {
      await this.#change((accounts) =>
        accounts.map((account) => (isNamed(account, name) ? { ...account, role } : account)),
      )
      this.#options.audit({ kind: 'account', change: 'role', name: this.#existing(name).name, role, by })
    } else await this.#make({ name, role, password }, by)
    return toldOf(this.#existing(name))
  }

  async remove(name: string, by: string): Promise<void> {
    const { name: known } = this.#existing(name)
    await this.#change((accounts) => accounts.filter((account) => !isNamed(account, name)), {
      ending: known,
    })
    this.#options.audit({ kind: 'account', change: 'removed', name: known, by })
  }

  /** For whoever has the socket: sets the password, whatever it was, and lifts every lock-out that is in the way. */
  async recover(
    { name, password, role }: { name: string; password: string; role?: Role | undefined },
    by: string,
  ): Promise<AccountTold> {
    if (this.#find(name) === undefined) {
      const isFirst = !this.#accounts.some((account) => account.role === 'administrator')
      await this.#make({ name, password, role: role ?? (isFirst ? 'administrator' : 'viewer') }, by)
    } else await this.#setPassword(name, password, { by, ...(role === undefined ? {} : { role }) })
    for (const counts of [this.#names.known, this.#names.others, this.#peers]) counts.clear()
    return toldOf(this.#existing(name))
  }

  /** Once everything that was to be written has been tried. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#keepSessions()
    await this.#writing
  }

  #find(name: string): Account | undefined {
    return this.#accounts.find((account) => isNamed(account, name))
  }

  #existing(name: string): Account {
    const account = this.#find(name)
    if (account === undefined) throw new Refused('NOT_FOUND')
    return account
  }

  async #make(made: { name: string; role: Role; password: string }, by: string): Promise<void> {
    const password = await this.#passwords.hash(made.password)
    await this.#change((accounts) => {
      if (accounts.some((account) => isNamed(account, made.name))) throw new Refused('ACCOUNT_EXISTS')
      return [...accounts, { ...made, password }]
    })
    this.#options.audit({ kind: 'account', change: 'made', name: made.name, role: made.role, by })
  }

  async #setPassword(name: string, plain: string, { by, role }: { by: string; role?: Role }): Promise<void> {
    const password = await this.#passwords.hash(plain)
    const { name: known } = this.#existing(name)
    await this.#change(
      (accounts) =>
        accounts.map((account) =>
          isNamed(account, name) ? { ...account, password, ...(role === undefined ? {} : { role }) } : account,
        ),
      { ending: known },
    )
    this.#options.audit({ kind: 'account', change: 'password', name: known, ...(role && { role }), by })
  }

  /** Counts as a failure until it is none: what comes at once is not let through at once. */
  #attempt(name: string | undefined, peer: string): Attempt {
    const nowMs = this.#options.clock.monotonicMs()
    const key = name === undefined ? undefined : keyOf(name)
    const names = name !== undefined && this.#find(name) !== undefined ? this.#names.known : this.#names.others
    const from = peerKey(peer)
    const waitMs = Math.max(key === undefined ? 0 : names.waitMs(key, nowMs), this.#peers.waitMs(from, nowMs))
    if (waitMs > 0) throw new Refused('LOCKED_OUT', { seconds: Math.ceil(waitMs / 1_000) })
    return {
      ...(key === undefined ? {} : { key }),
      names,
      peer: from,
      lockedMs: Math.max(key === undefined ? 0 : names.fail(key, nowMs), this.#peers.fail(from, nowMs)),
    }
  }

  /** What is not even tried, since too many are at it, is no failure. */
  async #tried(attempt: Attempt, password: string, account: Account | undefined): Promise<boolean> {
    try {
      return await this.#passwords.fits(password, account?.password)
    } catch (error) {
      if (attempt.key !== undefined) attempt.names.forgive(attempt.key, 1)
      this.#peers.forgive(attempt.peer, 1)
      throw error
    }
  }

  #failed({ lockedMs }: Attempt, how: 'password' | 'link' | 'code', peer: string, name?: string): void {
    const about = { kind: 'login', with: how, from: peer, ...(name === undefined ? {} : { name }) } as const
    this.#options.audit({ ...about, outcome: 'failure' })
    if (lockedMs > 0) this.#options.audit({ ...about, outcome: 'locked-out', seconds: Math.round(lockedMs / 1_000) })
  }

  /** Whoever is let in is forgiven what was laid to this name; of others' names, the peer goes on to be suspected. */
  #enter(account: Account, attempt: Attempt, how: 'password' | 'link' | 'code', peer: string): Entered {
    this.#peers.forgive(attempt.peer, attempt.key === undefined ? 1 : attempt.names.failuresOf(attempt.key))
    if (attempt.key !== undefined) attempt.names.forgive(attempt.key, Infinity)
    const begun = this.#sessions.begin(account.name)
    this.#keepSessions()
    this.#options.audit({ kind: 'login', outcome: 'success', with: how, name: account.name, from: peer })
    return { account, ...begun }
  }

  /** One after the other; what cannot be written is not so. */
  #change(
    next: (accounts: readonly Account[]) => readonly Account[],
    { ending }: { ending?: string } = {},
  ): Promise<void> {
    const change = async () => {
      if (this.#unreadable !== undefined) throw new Error('the accounts were not read', { cause: this.#unreadable })
      const accounts = next(this.#accounts)
      if (accounts.length > mostAccounts) throw new Refused('NOT_ALLOWED')
      if (!accounts.some(({ role }) => role === 'administrator')) throw new Refused('LAST_ADMINISTRATOR')
      await this.#write(accounts, ending)
      this.#accounts = accounts
      if (ending !== undefined) this.#sessions.endAllOf(ending)
    }
    const changed = this.#writing.then(change)
    this.#writing = changed.catch(() => undefined) // whoever asked hears of it
    return changed
  }

  /** As far as the disk takes them: otherwise they go on until the gateway restarts. */
  #keepSessions(): void {
    this.#writtenMs = this.#options.clock.monotonicMs()
    this.#writing = this.#writing.then(async () => {
      if (this.#accounts.length === 0) return
      try {
        await this.#write(this.#accounts)
      } catch (error) {
        this.#options.log.warn({ err: error }, 'sessions are not kept: a restart logs everybody out')
      }
    })
  }

  async #write(accounts: readonly Account[], ending?: string): Promise<void> {
    const { wall, trusted, bootId, uptimeMs } = this.#options.moment()
    const sessions = this.#sessions.kept().filter(({ name }) => name !== ending)
    await writeAccounts(this.#path, {
      v: 1,
      id: this.id,
      accounts: [...accounts],
      sessions,
      wall: wall.toString(),
      trusted,
      bootId,
      uptimeMs,
    })
  }
}

interface Attempt {
  /** of the name; absent: there was none */
  readonly key?: string
  readonly names: LockOut
  readonly peer: string
  /** how long to wait after it, if it fails */
  readonly lockedMs: number
}

/** Whether an account may do this. */
export function may({ role }: Pick<Account, 'role'>, deed: Deed): boolean {
  return allowed[role].includes(deed)
}

function toldOf({ name, role }: Account): AccountTold {
  return { name, role }
}

function isNamed(account: Account, name: string): boolean {
  return keyOf(account.name) === keyOf(name)
}

/** Nobody is to be taken for somebody else whose name is written a little differently. */
function keyOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}
