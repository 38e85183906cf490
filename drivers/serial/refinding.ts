/** Finds the adapter of a port again after it was pulled, whatever number it comes back under; and nobody else's. */
import { join } from 'node:path'
import { adapterOf, isPassing, isSame, markOf, pluggedIn, withoutSharedNumber, type Adapter } from './adapter.ts'
import type { DeviceFiles } from './device-files.ts'
import type { Mark } from './mark.ts'

/** `taken`: another adapter has its name, and it is nowhere else. */
export type Place = { readonly path: string } | 'gone' | 'taken'

/**
 * What one port has had open. A name that somebody made to stay (by-id, by-path, udev's of one's own) is believed; a number
 * such as ttyUSB0 only as long as what lies under it is what was open before. The first to be open is whatever has the path.
 */
export class Refinding {
  readonly #path: string
  readonly #files: DeviceFiles
  #known: Adapter | undefined

  constructor(path: string, files: DeviceFiles) {
    this.#path = path
    this.#files = files
  }

  /** Where to open it now. */
  async look(): Promise<Place> {
    const known = this.#known
    if (known === undefined || !isPassing(this.#path) || markOf(known) === 'nothing') return { path: this.#path }
    const number = await this.#files.numberOf(this.#path)
    if (number !== undefined && isSame(known, await adapterOf(number, this.#files))) return { path: this.#path }
    const elsewhere = await this.#elsewhere(known)
    return elsewhere === undefined ? (number === undefined ? 'gone' : 'taken') : { path: elsewhere }
  }

  async #elsewhere(known: Adapter): Promise<string | undefined> {
    if (markOf(known) === 'name') {
      const path = join(this.#files.dev, 'serial', known.names[0] ?? '')
      return (await this.#files.numberOf(path)) === undefined ? undefined : path
    }
    const same = (await pluggedIn(this.#files)).filter(({ adapter }) => isSame(known, adapter))
    return same.length === 1 ? same[0]?.path : same.find(({ adapter }) => adapter.usb?.place === known.usb?.place)?.path
  }

  /**
   * Of what is open now, before anything is sent: the adapter, which is kept in mind; undefined: it is not the one that
   * was open, for it was exchanged between look and opening.
   */
  async recognise(fd: number): Promise<Adapter | undefined> {
    const number = await this.#files.numberOf(fd)
    const found = number === undefined ? unknown : await adapterOf(number, this.#files)
    if (this.#known !== undefined && this.#isBound(this.#known) && !isSame(this.#known, found)) return undefined
    this.#known = found.usb === undefined ? found : withoutSharedNumber(found, await pluggedIn(this.#files))
    return found
  }

  /** A name by id that udev has not moved yet may lead to another; one by place is meant for whatever is there. */
  #isBound(known: Adapter): boolean {
    return isPassing(this.#path) || (this.#path.includes('/by-id/') && markOf(known) === 'serial-number')
  }

  /** By what it would be known again. */
  get mark(): Mark {
    return isPassing(this.#path) ? markOf(this.#known ?? unknown) : 'name'
  }
}

const unknown: Adapter = { driver: undefined, usb: undefined, names: [], latencyTimer: undefined }
