/** A 32-bit value whose two registers came in the other order: a slip of the device, or of its new firmware. Pure. */
import type { InstancePoint } from '../../../drivers/instance.ts'

/** What the value would be with its registers exchanged; undefined: its encoding has no two registers that could be. */
export function otherOrder({ as, multiplier, divisor }: InstancePoint, value: number): number | undefined {
  if (as !== 'u32' && as !== 'i32' && as !== 'f32') return undefined
  const bytes = new DataView(new ArrayBuffer(4))
  const raw = (value * divisor) / multiplier
  if (as === 'f32') bytes.setFloat32(0, raw)
  else bytes.setUint32(0, Math.round(raw)) // of a negative number the same bits
  const high = bytes.getUint16(0)
  bytes.setUint16(0, bytes.getUint16(2))
  bytes.setUint16(2, high)
  const exchanged = as === 'f32' ? bytes.getFloat32(0) : as === 'i32' ? bytes.getInt32(0) : bytes.getUint32(0)
  return (exchanged * multiplier) / divisor
}
