/** `fanal password`: sets the password of an account of the console, for whoever is at the cabinet and has its socket. */
import { z } from 'zod'
import { ask, NotDone, NotUnderstood, tell } from '../gateway/local/client.ts'
import { accountAsked, accountTold, longestPassword, shortestPassword } from '../gateway/local/session.ts'
import { exits, fail, outJson, type Context, type Exit } from './context.ts'
import { findGateway } from './running.ts'
import { readSecret, type Keyboard } from './secret.ts'

interface Options {
  readonly role?: string
  readonly state?: string
}

export async function password(
  context: Context,
  asked: string | undefined,
  { role, state }: Options,
  keyboard: Keyboard = process.stdin,
): Promise<Exit> {
  const { say, signal } = context
  const found = await findGateway(state)
  if ('code' in found) return fail(context, found.code, found.words)
  try {
    const accounts = z.array(accountTold).parse(await ask(found.socket, '/api/accounts', signal))
    const [only, another] = accounts
    const name = asked ?? (another === undefined ? only?.name : undefined)
    if (name === undefined)
      return invalid(context, 'WHOSE_PASSWORD', { known: accounts.map((account) => account.name).join(', ') || '—' })
    if (!accountAsked.shape.name.safeParse(name).success) return invalid(context, 'NOT_A_NAME', { name })

    const typed = await readSecret(
      keyboard,
      {
        first: say('password.first', { name }),
        again: say('password.again'),
        prompt: (text) => void process.stderr.write(text),
      },
      signal,
    )
    if ('failed' in typed) return typed.failed === 'differ' ? invalid(context, 'PASSWORDS_DIFFER') : exits.interrupted
    if (typed.secret.length < shortestPassword || typed.secret.length > longestPassword)
      return invalid(context, 'PASSWORD_LENGTH', {
        shortest: String(shortestPassword),
        longest: String(longestPassword),
      })

    const body = { name, password: typed.secret, ...(role === undefined ? {} : { role }) }
    const account = accountTold.parse(await tell(found.socket, '/api/accounts/password', body, signal))
    if (context.json) outJson(context, account)
    else context.err(say('password.set', { name: account.name, role: say(`role.${account.role}`) }))
    return exits.ok
  } catch (error) {
    if (error instanceof NotDone) return fail(context, error.refusal.error)
    if (error instanceof NotUnderstood) return fail(context, error.code, { detail: error.message })
    throw error
  }
}

function invalid(context: Context, code: string, words: Record<string, string> = {}): Exit {
  fail(context, code, words)
  return exits.invalid
}
