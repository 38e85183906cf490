/** A 32-bit value whose two registers came in the other order: a slip of the device, or of its new firmware. Pure. */
import type { InstancePoint } from '../../../drivers/instance.ts'

const bytes = new DataView(new ArrayBuffer(4))

/** What the value would be with its registers exchanged; undefined: its encoding has no two registers that could be. */
export function otherOrder({ as, multiplier, divisor }: InstancePoint, value: number): number | undefined {
  const raw = (value * divisor) / multiplier
  switch (as) {
    case 'u32':
      bytes.setUint32(0, Math.round(raw))
      break
    case 'i32':
      bytes.setInt32(0, Math.round(raw))
      break
    case 'f32':
      bytes.setFloat32(0, raw)
      break
    default:
      return undefined
  }
  bytes.setUint32(0, ((bytes.getUint16(2) << 16) | bytes.getUint16(0)) >>> 0)
  const exchanged = as === 'u32' ? bytes.getUint32(0) : as === 'i32' ? bytes.getInt32(0) : bytes.getFloat32(0)
  return (exchanged * multiplier) / divisor
}
