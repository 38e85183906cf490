/** The log: JSON lines on standard error, where systemd or the caller's redirection takes them. Never holds values. */
import pino, { type Logger } from 'pino'

export type Log = Logger

export function createLog(level = 'info'): Log {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: false }))
}
