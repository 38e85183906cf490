/** Debian in a folder, for tests of what is shipped: bootstrapped once, unpacked for each, booted when asked to. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { eventually } from '../../../gateway/testing/surroundings.ts'
import { run } from '../run.ts'
import { Walled } from './walled.ts'
import type { Architecture } from '../root.ts'

const suite = 'bookworm'
/** What Debian's own slim images leave out. */
const slim = ['doc', 'man', 'locale', 'info', 'lintian'].map((each) => `--dpkgopt=path-exclude=/usr/share/${each}/*`)
/** Nothing here has to survive a power cut. */
const hasty = '--dpkgopt=force-unsafe-io'
/** `/bin` is `/usr/bin` from the start: what would make it so later brings all of Perl. */
const merged = ['--include=usr-is-merged', '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr']

/** An archive of the smallest Debian that has apt, as the base images have it. */
export async function bootstrap(tar: string): Promise<void> {
  await run('mmdebstrap', ['--variant=minbase', hasty, ...merged, ...slim, suite, tar, 'http://deb.debian.org/debian'])
}

/** `$0` is the root. */
const chrooted = 'mount -t proc proc "$0/proc"; exec chroot "$0" "$@"'

export class DebianRoot implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fanal-root-'))
  #systemd: { readonly pid: number; readonly end: () => Promise<void> } | undefined

  /** Another one like this, which is not booted. */
  async copy(): Promise<DebianRoot> {
    const root = new DebianRoot()
    await run('cp', ['-a', '--reflink=auto', `${this.path}/.`, root.path])
    return root
  }

  static async unpack(tar: string): Promise<DebianRoot> {
    const root = new DebianRoot()
    await run('tar', ['-C', root.path, '-xf', tar])
    copyFileSync('/etc/resolv.conf', join(root.path, 'etc/resolv.conf'))
    return root
  }

  /** Of another architecture: these packages unpacked, and nothing run. */
  static async extracted(architecture: Architecture, packages: readonly string[]): Promise<DebianRoot> {
    const root = new DebianRoot()
    const options = ['--variant=extract', `--architectures=${architecture}`, `--include=${packages.join(',')}`]
    await run('mmdebstrap', [...options, '--format=directory', suite, root.path, 'http://deb.debian.org/debian'])
    mkdirSync(root.file('proc'), { recursive: true })
    return root
  }

  file(path: string): string {
    return join(this.path, path)
  }

  /** Runs a program of the root: within its systemd once that is booted, in a chroot before. What it printed. */
  run(program: string, ...args: string[]): Promise<string> {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      HOME: '/root',
      DEBIAN_FRONTEND: 'noninteractive',
    }
    if (this.#systemd === undefined)
      return run('unshare', ['--fork', '--pid', '--mount', 'sh', '-ec', chrooted, this.path, program, ...args], { env })
    const inside = [
      `--target=${this.#systemd.pid}`,
      '--mount',
      '--pid',
      '--uts',
      '--ipc',
      '--cgroup',
      '--root',
      '--wd=/',
    ]
    return run('nsenter', [...inside, program, ...args], { env })
  }

  /** The same, heard while it runs; not within systemd. */
  start(program: string, ...args: string[]): Walled {
    return new Walled(chrooted, [this.path, program, ...args])
  }

  /** Installs a package file with all that it depends on. */
  async install(deb: string): Promise<void> {
    copyFileSync(deb, this.file(basename(deb)))
    await this.run('apt-get', 'update', '-qq')
    await this.run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', `/${basename(deb)}`)
    rmSync(this.file(basename(deb)))
  }

  /** Resolves when its systemd takes orders. */
  async boot(): Promise<void> {
    const cgroup = basename(this.path)
    const script = join(import.meta.dirname, 'boot')
    const namespaces = ['--fork', '--kill-child', '--pid', '--mount', '--uts', '--ipc']
    const child = spawn('unshare', [...namespaces, script, this.path, cgroup], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    const end = async () => {
      child.kill('SIGKILL')
      await ended
      await removeCgroup(cgroup)
    }
    try {
      const pid = await eventually(() => {
        const [first] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ')
        if (first === undefined || !/systemd/.test(readFileSync(`/proc/${first}/comm`, 'utf8')))
          throw new Error('not yet')
        return Number(first)
      })
      this.#systemd = { pid, end }
      await eventually(() => this.run('systemctl', 'is-active', 'basic.target'))
    } catch (error) {
      await end()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#systemd?.end()
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** systemd's groups outlive it, but nothing is in them any more. */
async function removeCgroup(name: string): Promise<void> {
  const mounted = mkdtempSync(join(tmpdir(), 'fanal-cgroup-'))
  await run('mount', ['-t', 'cgroup2', 'cgroup2', mounted])
  try {
    await eventually(async () => {
      await run('find', [join(mounted, name), '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']).catch(
        () => undefined,
      )
      if (existsSync(join(mounted, name))) throw new Error(`the control group ${name} is still there`)
    })
  } finally {
    await run('umount', [mounted])
    rmdirSync(mounted)
  }
}
