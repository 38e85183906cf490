/**
 * The latency timer of a USB adapter: FTDI's keep what they have heard for 16 ms, in case more comes, unless told otherwise,
 * and each answer waits for as long. Others have none.
 */
import type { Adapter } from './adapter.ts'
import type { DeviceFiles } from './device-files.ts'

const shortestMs = 1

export interface LatencyTimer {
  /** undefined: the adapter has none */
  readonly ms?: number
  /** `done`: it is as short as it can be */
  readonly set: 'done' | 'not-allowed' | 'none'
}

/**
 * Makes it as short as it can be. `hurry`: says so through the open device, which needs no right to write into sysfs
 * (TIOCSSERIAL's low_latency), but that older kernels do not heed.
 */
export async function shorten(
  { latencyTimer: file }: Pick<Adapter, 'latencyTimer'>,
  hurry: () => Promise<void>,
  files: DeviceFiles,
): Promise<LatencyTimer> {
  const told = async () => Number((file === undefined ? undefined : await files.read(file)) ?? NaN)
  let ms = await told()
  if (file === undefined || !Number.isFinite(ms)) return { set: 'none' }
  if (ms > shortestMs) {
    await hurry().catch(() => undefined)
    ms = await told()
  }
  if (ms > shortestMs) {
    await files.write(file, String(shortestMs))
    ms = await told()
  }
  return Number.isFinite(ms) ? { ms, set: ms > shortestMs ? 'not-allowed' : 'done' } : { set: 'none' }
}
