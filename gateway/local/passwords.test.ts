import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Passwords } from './passwords.ts'

const secrets = (count: number) => randomBytes(count)
const cheap = () => new Passwords(secrets, 4)

test('fits its own, whatever way its letters are composed, and nothing else', async () => {
  const passwords = cheap()
  const kept = await passwords.hash('crème brûlée')
  expect(kept).toMatch(/^scrypt\$4\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
  expect(await passwords.fits('cre\u0300me bru\u0302le\u0301e', kept)).toBe(true)
  for (const other of ['creme brulee', 'crème brûlée ', '', 'Crème brûlée'])
    expect(await passwords.fits(other, kept)).toBe(false)
  expect(await passwords.hash('crème brûlée')).not.toBe(kept)
})

test('is kept with what it cost, so that a later release may ask for more', async () => {
  const kept = await cheap().hash('of an older release')
  expect(await new Passwords(secrets, 5).fits('of an older release', kept)).toBe(true)
})

test('nobody’s password fits nothing, nor does what is no hash', async () => {
  const passwords = cheap()
  expect(await passwords.fits('anything', undefined)).toBe(false)
  await expect(passwords.fits('anything', 'scrypt$4$8$1$$').catch(() => false)).resolves.toBe(false)
})

test('two are tried at once, eight wait, and whoever comes then may come again', async () => {
  const passwords = new Passwords(secrets, 12)
  const all = await Promise.allSettled(Array.from({ length: 30 }, () => passwords.hash('many')))
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  expect(all.at(-1)).toMatchObject({ reason: { code: 'LOCKED_OUT', words: { seconds: 1 } } })
  expect(await passwords.hash('later')).toContain('scrypt')
  const tried = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) => passwords.fits('many', n % 2 === 0 ? undefined : 'scrypt$12$8$1$aaaa$aaaa')),
  )
  expect(tried.filter(({ status }) => status === 'rejected')).toHaveLength(20)
  expect(await passwords.fits('later', undefined)).toBe(false)
})

test('a name that nobody has takes as long', async () => {
  const passwords = new Passwords(secrets, 13)
  const kept = await passwords.hash('somebody’s')
  const lasts = async (of: string | undefined) => {
    const began = process.cpuUsage()
    for (let n = 0; n < 5; n++) await passwords.fits('guess', of)
    return process.cpuUsage(began).user
  }
  const [somebody, nobody] = [await lasts(kept), await lasts(undefined)]
  expect(nobody / somebody).toBeGreaterThan(0.5)
  expect(nobody / somebody).toBeLessThan(2)
})

test('what a gateway really asks for costs a guesser 32 MiB and some time', async () => {
  const kept = await new Passwords(secrets).hash('as in the field')
  expect(kept).toMatch(/^scrypt\$15\$8\$1\$/)
})
