/** A gateway whose folder is of no use at its start: the street is lit all the same, it is said, and what is mended is taken up. */
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Cabinet, north, output, type RunningGateway } from './faults/testing/cabinet.ts'
import { ask } from './local/client.ts'
import { formatVersion } from './outbox/books.ts'
import { LoopDisk } from './outbox/testing/loop-disk.ts'
import { statePaths } from './state.ts'
import { openRelay, type Relay } from './testing/relay.ts'
import { eventually, Folder } from './testing/surroundings.ts'

let folder: Folder
let relay: Relay
let ends: AsyncDisposableStack

beforeEach(async () => {
  ends = new AsyncDisposableStack()
  folder = ends.use(new Folder())
  relay = ends.use(await openRelay())
})
afterEach(() => ends.disposeAsync())

const start = async (state: string): Promise<RunningGateway> =>
  ends.use(await new Cabinet({ folder: folder.path, state, relay }).start())

const codesOf = (told: readonly { readonly code?: string | undefined }[]) => told.map(({ code = 'back' }) => code)

describe('an outbox that cannot be opened', () => {
  /** Each makes the outbox useless, and gives back how it is mended. */
  const unfit: readonly (readonly [string, (file: string) => () => void])[] = [
    [
      'OUTBOX_OPEN',
      (file) => {
        mkdirSync(file)
        return () => rmdirSync(file)
      },
    ],
    [
      'OUTBOX_NEWER',
      (file) => {
        const db = new DatabaseSync(file)
        db.exec(
          `PRAGMA application_id = 0x46414e4c; PRAGMA user_version = ${formatVersion + 1}; CREATE TABLE later (n)`,
        )
        db.close()
        return () => rmSync(file)
      },
    ],
    [
      'OUTBOX_BUSY',
      (file) => {
        const db = new DatabaseSync(file)
        db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
        return () => db.close()
      },
    ],
  ]

  test.each(unfit)('%s', async (code, spoil) => {
    const state = folder.file('state')
    mkdirSync(state)
    const mend = spoil(statePaths(state).outbox)
    const gateway = await start(state)
    await output(relay, north, true)
    await eventually(async () => expect((await gateway.status()).held).toBeGreaterThan(1))
    expect((await gateway.status()).alarms).toContainEqual(
      expect.objectContaining({ code: 'outbox-trouble', words: { code } }),
    )
    expect(codesOf(gateway.told('outbox'))).toEqual([code])
    mend()
    await gateway.reaches(3)
    expect(codesOf(gateway.told('outbox'))).toEqual([code, 'back'])
    await eventually(async () =>
      expect((await gateway.status()).alarms.map((alarm) => alarm.code)).not.toContain('outbox-trouble'),
    )
  })
})

describe('a disk', () => {
  test('that has turned read-only', async () => {
    using disk = new LoopDisk(folder.path, 8)
    const state = `${disk.mount}/state`
    mkdirSync(state, { mode: 0o700 })
    disk.settle()
    disk.turnReadOnly()
    const gateway = await start(state)
    await output(relay, north, true)
    // The light comes before the first words are read.
    await eventually(() => {
      expect(gateway.told('socket')).toMatchObject([{ code: 'SOCKET_FAILED', detail: 'EROFS' }])
      expect(codesOf(gateway.told('console'))).toEqual(['back'])
      expect(codesOf(gateway.told('keeping'))).toEqual(['KEEP_READ_ONLY'])
    })
    expect(gateway.told('outbox')).toHaveLength(1)
    disk.exchange()
    await eventually(() => expect(codesOf(gateway.told('socket'))).toEqual(['SOCKET_FAILED', 'back']))
    await gateway.reaches(3)
    await gateway.end()
  })

  test('that is full to the last inode', async () => {
    using disk = new LoopDisk(folder.path, 8, 64)
    const state = `${disk.mount}/state`
    mkdirSync(state, { mode: 0o700 })
    const ballast: string[] = []
    for (let n = 0; n < 100; n++)
      try {
        writeFileSync(`${disk.mount}/${n}`, '')
        ballast.push(`${disk.mount}/${n}`)
      } catch {
        break
      }
    const gateway = await start(state)
    await output(relay, north, true)
    await eventually(() => {
      expect(gateway.told('socket')).toMatchObject([{ code: 'SOCKET_FAILED', detail: 'ENOSPC' }])
      expect(codesOf(gateway.told('outbox'))).toEqual(['OUTBOX_FULL'])
    })
    for (const path of ballast) rmSync(path)
    await eventually(() => expect(codesOf(gateway.told('socket'))).toEqual(['SOCKET_FAILED', 'back']))
    await gateway.reaches(3)
    await expect(ask(statePaths(state).socket, '/api/status')).resolves.toBeDefined()
    await gateway.end()
  })
})
