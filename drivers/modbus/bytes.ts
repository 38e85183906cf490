/** Two bytes as Modbus has them, the high one first. `Buffer` can do so, too, and makes garbage each time that it checks where. */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
