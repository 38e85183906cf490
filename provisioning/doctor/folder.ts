/** The gateway's folder, and the disk that it is on. */
import { quoted } from './wording.ts'
import type { Facts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

/** Of free bytes. The gateway's own files need some ten megabytes; its system's logs and updates the rest. */
const fullBytes = 50_000_000
const lowBytes = 500_000_000
const fewestInodes = 0.02
/** What is on these is gone when the machine is switched off. */
const fleeting: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'overlay'])

export function folder({ folder: { path, found }, user }: Facts): Finding[] {
  const folder = quoted(path)
  if (found === undefined) return [finding('folder-none', { folder })]
  const { freeBytes, freeInodes, kind, setAside } = found
  const free = freeBytes
  const wrong = [
    ...(found.isReadOnly
      ? [finding('folder-read-only', { folder })]
      : !found.isWritable
        ? [finding('folder-unwritable', { folder, user })]
        : !found.isOurs
          ? [finding('folder-foreign', { folder })]
          : []),
    ...((found.mode & 0o077) === 0 ? [] : [finding('folder-open', { folder })]),
    ...(fleeting.has(kind) ? [finding('folder-fleeting', { folder, kind })] : []),
    ...(freeBytes < fullBytes
      ? [finding('disk-full', { folder, free })]
      : freeBytes < lowBytes
        ? [finding('disk-low', { folder, free })]
        : []),
    ...(freeInodes !== undefined && freeInodes < fewestInodes ? [finding('inodes-low', { folder })] : []),
    ...(setAside.length === 0 ? [] : [finding('files-set-aside', { folder, files: setAside.join(', ') })]),
  ]
  return wrong.length > 0 ? wrong : [finding('folder-ok', { folder, free })]
}
