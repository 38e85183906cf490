/** What this machine says of folders, disks, adapters and units. Linux's own files; what is not there is not said. */
import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  statfsSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import {
  adapterOf,
  isAlike,
  isPassing,
  pluggedIn,
  withoutSharedNumber,
  type Adapter,
  type Plugged,
} from '../../drivers/serial/adapter.ts'
import { systemFiles, type DeviceFiles } from '../../drivers/serial/device-files.ts'
import type { Status } from '../../gateway/local/answers.ts'
import type { Plan } from '../../gateway/plan.ts'
import type { FolderFacts, SerialFacts, UnitFacts } from './facts.ts'

/** What `look` says; undefined: there is no such thing, or we may not look. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

const libraries = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/arm-linux-gnueabihf',
  '/lib/x86_64-linux-gnu',
  '/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
]

export function hasLibatomic(): boolean {
  return libraries.some((folder) => existsSync(join(folder, 'libatomic.so.1')))
}

export function folderFacts(folder: string): FolderFacts {
  const path = resolve(folder)
  const stats = ifThere(() => statSync(path))
  const space = ifThere(() => statfsSync(path))
  if (stats === undefined || space === undefined) return { path }
  const mount = mountOf(path, ifThere(() => readFileSync('/proc/self/mounts', 'utf8')) ?? '')
  return {
    path,
    found: {
      isOurs: stats.uid === process.getuid?.(),
      isWritable: isAllowed(path, constants.W_OK | constants.X_OK),
      mode: stats.mode & 0o777,
      isReadOnly: mount?.isReadOnly ?? false,
      kind: mount?.kind ?? '',
      freeBytes: space.bavail * space.bsize,
      freeInodes: space.files > 0 ? space.ffree / space.files : undefined,
      setAside: (ifThere(() => readdirSync(path)) ?? []).filter((name) => /\.damaged(-|$)/.test(name)),
    },
  }
}

function isAllowed(path: string, mode: number): boolean {
  return (
    ifThere(() => {
      accessSync(path, mode)
      return true
    }) === true
  )
}

/** Of the file system that holds a path, as /proc/mounts has it (proc_mounts(5)): the last of the longest that fit. */
export function mountOf(
  path: string,
  mounts: string,
): { readonly kind: string; readonly isReadOnly: boolean } | undefined {
  let best: { length: number; kind: string; isReadOnly: boolean } | undefined
  for (const line of mounts.split('\n')) {
    const [, at = '', kind = '', options = ''] = line.split(' ')
    const folder = at.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    const holds = folder === '/' || path === folder || path.startsWith(`${folder}/`)
    if (folder === '' || !holds || folder.length < (best?.length ?? 0)) continue
    best = { length: folder.length, kind, isReadOnly: options.split(',').includes('ro') }
  }
  return best
}

/** Of a site's lines; `told`: by the gateway that has them open. */
export async function serialFacts(
  lines: Plan['site']['lines'],
  told: Status['lines'] = {},
  files: DeviceFiles = systemFiles,
): Promise<SerialFacts[]> {
  const present = await pluggedIn(files)
  const all = Object.entries(lines).map(async ([line, settings]) => {
    if (settings.protocol !== 'modbus-rtu') return []
    const path = settings.device
    const open = told[line]?.adapter?.path ?? path
    const found = await adapterFacts(open, present, files)
    return [{ line, path, ...(open === path ? {} : { elsewhere: open }), ...(found === undefined ? {} : { found }) }]
  })
  return (await Promise.all(all)).flat()
}

async function adapterFacts(
  path: string,
  present: readonly Plugged[],
  files: DeviceFiles,
): Promise<SerialFacts['found']> {
  const device = await files.real(path)
  const number = await files.numberOf(path)
  const stats = ifThere(() => statSync(path))
  if (device === undefined || stats === undefined) return undefined
  const adapter = number === undefined ? undefined : withoutSharedNumber(await adapterOf(number, files), present)
  const timer = adapter?.latencyTimer === undefined ? undefined : await files.read(adapter.latencyTimer)
  return {
    isAllowed: isAllowed(path, constants.R_OK | constants.W_OK),
    group: groupName(stats.gid),
    isPassing: isPassing(path),
    stableName: adapter === undefined ? undefined : stableNameOf(adapter, files),
    hasTwin: adapter !== undefined && path.includes('/by-id/') && hasTwin(adapter, present),
    tty: basename(device),
    latencyMs: timer === undefined ? undefined : Number(timer),
    heldBy: holdersOf(device),
  }
}

/** By id; where others have the same one, by the socket. */
function stableNameOf({ names, usb }: Adapter, { dev }: DeviceFiles): string | undefined {
  const [byId, byPath] = ['by-id/', 'by-path/'].map((folder) => names.find((name) => name.startsWith(folder)))
  const best = usb !== undefined && usb.serialNumber === undefined ? (byPath ?? byId) : (byId ?? byPath)
  return best === undefined ? undefined : join(dev, 'serial', best)
}

function hasTwin({ usb }: Adapter, present: readonly Plugged[]): boolean {
  return (
    usb !== undefined &&
    usb.serialNumber === undefined &&
    present.some(({ adapter }) => isAlike(usb, adapter.usb) && adapter.usb?.place !== usb.place)
  )
}

function groupName(gid: number): string {
  const lines = (ifThere(() => readFileSync('/etc/group', 'utf8')) ?? '').split('\n')
  return lines.map((line) => line.split(':')).find(([, , id]) => id === String(gid))?.[0] ?? String(gid)
}

/** Who has it open; of others' processes only root can tell. */
function holdersOf(device: string): { pid: number; program: string }[] {
  const processes = (ifThere(() => readdirSync('/proc')) ?? []).filter(
    (name) => /^\d+$/.test(name) && name !== String(process.pid),
  )
  return processes.flatMap((pid) => {
    const open = ifThere(() => readdirSync(`/proc/${pid}/fd`)) ?? []
    if (!open.some((fd) => ifThere(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === device)) return []
    const program = ifThere(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? ''
    return [{ pid: Number(pid), program }]
  })
}

/** Of the running gateway, or of the unit that a package installs; undefined: systemd knows none. */
export async function unitFacts(pid: number | undefined): Promise<UnitFacts | undefined> {
  if (!existsSync('/run/systemd/system')) return undefined
  const groups = pid === undefined ? '' : (ifThere(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? '')
  const name = unitIn(groups) ?? 'fanal.service'
  const told = await shown(name)
  if (told['LoadState'] !== 'loaded') return undefined
  return {
    name,
    enabled: told['UnitFileState'] ?? '',
    active: told['ActiveState'] ?? '',
    watchdog: !['', '0', 'infinity'].includes(told['WatchdogUSec'] ?? ''),
  }
}

/** The unit whose process it is; a person's session is none of ours. */
export function unitIn(groups: string): string | undefined {
  const last = /\/([^/\n]+\.service)(?:\/|\n|$)(?![^\n]*\.service)/.exec(groups)?.[1]
  return last?.startsWith('user@') === true ? undefined : last
}

function shown(unit: string): Promise<Record<string, string>> {
  const properties = 'LoadState,UnitFileState,ActiveState,WatchdogUSec'
  return new Promise((resolve) => {
    execFile('systemctl', ['show', unit, `--property=${properties}`], { timeout: 5_000 }, (error, stdout) => {
      const pairs = stdout.split('\n').map((line): [string, string] => {
        const at = line.indexOf('=')
        return [line.slice(0, at), line.slice(at + 1)]
      })
      resolve(error === null ? Object.fromEntries(pairs) : {})
    })
  })
}
