/** Images without an engine: made by buildah, run in a root folder that cannot be written. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { root as source, type Architecture } from '../root.ts'
import { run } from '../run.ts'
import { Walled } from './walled.ts'

const inspected = z.array(
  z.object({
    Docker: z.object({
      config: z.object({
        User: z.string(),
        Env: z.array(z.string()),
        Cmd: z.array(z.string()),
        Healthcheck: z.object({ Test: z.array(z.string()) }),
      }),
    }),
  }),
)

/** As the image says it is to be run. */
export type ImageConfig = z.infer<typeof inspected>[number]['Docker']['config']

/** A store of images of its own, removed with all in it. */
export class Images implements AsyncDisposable {
  readonly #store = mkdtempSync(join(tmpdir(), 'fanal-images-'))

  #buildah(...args: string[]): Promise<string> {
    const store = [
      '--root',
      join(this.#store, 'root'),
      '--runroot',
      join(this.#store, 'run'),
      '--storage-driver',
      'vfs',
    ]
    return run('buildah', [...store, ...args])
  }

  async import(tar: string, name: string): Promise<void> {
    const container = (await this.#buildah('from', 'scratch')).trim()
    await this.#buildah('add', '--quiet', container, tar, '/')
    await this.#buildah('commit', '--quiet', container, name)
    await this.#buildah('rm', container)
  }

  /** Makes the project's Dockerfile. */
  async make(name: string, base: string, architecture: Architecture): Promise<void> {
    const args = ['--build-arg', `BASE=${base}`, '--build-arg', `TARGETARCH=${architecture}`]
    await this.#buildah(
      'build',
      '--isolation',
      'chroot',
      '--format',
      'docker',
      '--layers=false',
      ...args,
      '-t',
      name,
      source,
    )
  }

  async config(name: string): Promise<ImageConfig> {
    const [image] = inspected.parse([JSON.parse(await this.#buildah('inspect', '--type', 'image', name))])
    if (image === undefined) throw new Error(`${name} is not there`)
    return image.Docker.config
  }

  /** The root folder of a container of this image. */
  async mount(name: string): Promise<string> {
    const container = (await this.#buildah('from', name)).trim()
    return (await this.#buildah('mount', container)).trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#buildah('rm', '--all')
    await this.#buildah('rmi', '--all', '--force')
    rmSync(this.#store, { recursive: true })
  }
}

/** `docker run --read-only --tmpfs /tmp -v site:/etc/fanal:ro -v state:/var/lib/fanal`, on this machine's network. */
export function runReadOnly(
  root: string,
  { User, Env, Cmd }: ImageConfig,
  folders: { site: string; state: string },
): Walled {
  const script = `
    mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"
    mount -t tmpfs tmpfs "$0/tmp" && mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev"
    mount --bind "$1" "$0/etc/fanal" && mount -o remount,bind,ro "$0/etc/fanal" && mount --bind "$2" "$0/var/lib/fanal"
    shift 2
    user=$(chroot "$0" id -u "$1") group=$(chroot "$0" id -g "$1") groups=$(chroot "$0" id -G "$1" | tr ' ' ,)
    shift
    chroot --userspec="$user:$group" --groups="$groups" "$0" env -i "$@"
    exit # the shell stays: what changes its user forgets that it is to end with its parent`
  return new Walled(script, [root, folders.site, folders.state, User, ...Env, ...Cmd])
}
