/** CRC-16 as Modbus RTU uses it: polynomial 0xA001 (reflected), from 0xFFFF (Modbus over Serial Line V1.02, 6.2.2). */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff
  // The index is within the buffer and the table, and the compiler cannot know.
  for (let at = from; at < to; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return crc
}

/** Writes the CRC of all before `at`, low byte first. */
export function putCrc(bytes: Uint8Array, at: number): void {
  const crc = crc16(bytes, 0, at)
  bytes[at] = crc & 0xff
  bytes[at + 1] = crc >>> 8
}

/** Whether `length` bytes from `at` end with the CRC of those before: then the CRC of all is 0. */
export function crcHolds(bytes: Uint8Array, at: number, length: number): boolean {
  return crc16(bytes, at, at + length) === 0
}
