/** What the machine says of its clock: whether a time server keeps it, what set it at boot, and which boot this is. */
import { execFile } from 'node:child_process'
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../drivers/clock.ts'

export interface Witness extends AsyncDisposable {
  /** as last heard; asking takes time, and nobody waits for it */
  readonly synchronised: boolean
  /** a hardware clock set the time at boot */
  readonly rtc: boolean
  /** differs from boot to boot; empty: this machine does not say */
  readonly bootId: string
  /** since boot, also over a gateway's restart */
  uptimeMs(): number
}

/** Where the answers are; tests have their own. */
export interface Machine {
  /** touched by systemd-timesyncd at each synchronisation (systemd-timesyncd.service(8)) */
  readonly timesync: string
  /** is there where systemd runs (sd_booted(3)) */
  readonly systemd: string
  readonly rtcs: string
  readonly bootId: string
  readonly timedatectl: string
  readonly chronyc: string
}

const linux: Machine = {
  timesync: '/run/systemd/timesync/synchronized',
  systemd: '/run/systemd/system',
  rtcs: '/sys/class/rtc',
  bootId: '/proc/sys/kernel/random/boot_id',
  timedatectl: 'timedatectl',
  chronyc: 'chronyc',
}

/** A clock that has just been set is to be known as that soon; looking at a file costs nothing. */
const lookMs = 5_000
/** Programs cost some ten milliseconds of CPU. */
const askMs = 60_000
const answerMs = 2_000
/** timesyncd asks its server at least every 34 minutes (PollIntervalMaxSec=): it may miss some answers. */
const freshMs = 2 * 3_600_000

/** Asks once before it resolves, for 2 s at most, and never rejects: a machine that says nothing has no synchronised clock. */
export async function openWitness(clock: Clock, machine: Machine = linux): Promise<Witness> {
  const stop = new AbortController()
  const daemon = new Timesyncd(machine.timesync)
  let synchronised = false
  let askedMs = -Infinity
  const look = async () => {
    const nowMs = clock.monotonicMs()
    if (await daemon.isFresh(nowMs)) {
      synchronised = true
      askedMs = -Infinity
    } else if (nowMs - askedMs >= askMs) {
      askedMs = nowMs
      synchronised = await asked(machine, stop.signal)
    }
  }
  const [rtc, bootId] = await Promise.all([hasSetTime(machine.rtcs), firstLine(machine.bootId), look()])
  const looking = (async () => {
    const over = () => stop.signal.aborted
    while (!over()) {
      await clock.sleep(lookMs, stop.signal).catch(() => undefined) // cut short only at the end
      if (!over()) await look()
    }
  })()
  return {
    get synchronised() {
      return synchronised
    },
    rtc,
    bootId,
    uptimeMs: () => uptime() * 1_000,
    [Symbol.asyncDispose]: () => {
      stop.abort()
      return looking
    },
  }
}

/** The file stays when its server is gone, and wall times cannot be relied on here: what counts is that it is touched again. */
class Timesyncd {
  readonly #path: string
  #touched: number | undefined
  #seenMs = -Infinity

  constructor(path: string) {
    this.#path = path
  }

  async isFresh(nowMs: number): Promise<boolean> {
    const touched = await stat(this.#path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (touched === undefined) return false
    if (touched !== this.#touched) this.#seenMs = nowMs
    this.#touched = touched
    return nowMs - this.#seenMs <= freshMs
  }
}

/** The kernel's own word, over systemd, for whichever daemon keeps the time; or chrony's. */
async function asked({ systemd, timedatectl, chronyc }: Machine, signal: AbortSignal): Promise<boolean> {
  const answers = await Promise.all([
    (await isThere(systemd))
      ? answerOf(timedatectl, ['show', '--property=NTPSynchronized', '--value'], signal)
      : Promise.resolve(undefined),
    answerOf(chronyc, ['-c', 'tracking'], signal),
  ])
  // The last field is the leap status (chronyc(1), tracking): Normal, Insert second, Delete second, Not synchronised.
  const leap = answers[1]?.split(',').at(-1)
  return answers[0] === 'yes' || leap === 'Normal' || leap === 'Insert second' || leap === 'Delete second'
}

/** What it prints, without the line's end; undefined: it is not there, fails, or takes too long. */
function answerOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: answerMs, signal, env: { ...process.env, LC_ALL: 'C' } }
    execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout.trim() : undefined))
  })
}

async function hasSetTime(folder: string): Promise<boolean> {
  const clocks = await readdir(folder).catch(() => [])
  const answers = await Promise.all(clocks.map((name) => firstLine(join(folder, name, 'hctosys'))))
  return answers.includes('1')
}

async function firstLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n')[0] ?? ''
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
