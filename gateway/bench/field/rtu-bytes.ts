/** Bytes on a serial line of a read of registers (Modbus over Serial Line V1.02, 2.5.1). */

/** unit, function, address, count, CRC */
export const requestBytes = 8

/** unit, function, byte count, values, CRC */
export function answerBytes(registers: number): number {
  return 5 + 2 * registers
}

/** What the paced unit holds at an address. */
export function pacedValue(unit: number, address: number): number {
  return (address * 7 + unit * 1_000) & 0xffff
}
