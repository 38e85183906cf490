/**
 * Waits that are shorter than a timer can be. Node's timers count whole milliseconds and are late by up to two, which a
 * line at 115200 baud would lose with every request: a twentieth of all its time.
 */

/** Blocks the thread for so long, without using the processor. */
export type Doze = (ms: number) => void

/** No doze is longer, so that lines hold up one another, and all else, only so long. */
export const longestDozeMs = 1.3

const cell = new Int32Array(new SharedArrayBuffer(4))

export const doze: Doze = (ms) => {
  Atomics.wait(cell, 0, 0, ms)
}
