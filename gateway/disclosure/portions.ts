/** Series cut into portions: a record larger than a broker or its recipient takes would block its release for ever. */
import type { Sample, Series } from './disclosed.ts'

/** Far below what brokers take: 256 KiB is a frequent limit. */
const portionBytes = 48 * 1_024

/** `"meter.voltage_l1.mean":[` … `],` */
const seriesBytes = 16

/** `[3600000,-1.2345678901234567e-100,500,"illegal-address"],` */
const sampleBytes = 64

/** A character in JSON at its longest, `\u0000`. */
const characterBytes = 6

/** In the order of the series, each portion below 48 KiB of JSON, estimated from above; a long series goes over several. */
export function portions(series: readonly Series[]): Series[][] {
  const portions: Series[][] = []
  let room = 0
  for (const { samples, ...named } of series) {
    const nameBytes = seriesBytes + named.point.length
    let portion: Sample[] | undefined
    for (const sample of samples) {
      const bytes = bytesOf(sample) + (portion === undefined ? nameBytes : 0)
      if (bytes > room) {
        portions.push([])
        room = portionBytes
        portion = undefined
      }
      if (portion === undefined) {
        portion = []
        portions.at(-1)?.push({ ...named, samples: portion })
        room -= nameBytes
      }
      portion.push(sample)
      room -= bytesOf(sample)
    }
  }
  return portions
}

function bytesOf({ value }: Sample): number {
  return sampleBytes + (typeof value === 'string' ? characterBytes * value.length : 0)
}
