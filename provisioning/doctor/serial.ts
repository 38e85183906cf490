/** The serial devices of the site's lines: there, ours, alone, and quick. */
import type { AdapterTold } from '../../gateway/local/answers.ts'
import type { Facts, SerialFacts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

/** FTDI's default of 16 ms is as long as a short answer at 9600 baud. */
const longestLatencyMs = 4

export function serial({ serial, user, status, running, folder }: Facts): Finding[] {
  // One that does not answer does not say either which process it is.
  const isMute = status === undefined && running.includes(folder.path)
  return serial.flatMap((device) => {
    const wrong = [
      ...wrongWith(device, user, (pid) => isMute || pid === status?.pid),
      ...namedWrongly(device),
      // Where none runs it has been told nothing yet: whoever opens the line sets it.
      ...(status === undefined && !isMute ? [] : slow(device, status?.lines[device.line]?.adapter)),
    ]
    return wrong.length > 0 ? wrong : [finding('serial-ok', { line: device.line, path: device.path })]
  })
}

function wrongWith({ line, path, found }: SerialFacts, user: string, isGateway: (pid: number) => boolean): Finding[] {
  if (found === undefined) return [finding('serial-missing', { line, path })]
  return [
    ...(found.isAllowed ? [] : [finding('serial-not-allowed', { line, path, group: found.group, user })]),
    ...found.heldBy
      .filter(({ pid }) => !isGateway(pid))
      .map(({ pid, program }) =>
        program === 'ModemManager'
          ? finding('serial-modem-manager', { line, path })
          : finding('serial-held', { line, path, pid, program }),
      ),
  ]
}

function namedWrongly({ line, path, elsewhere, found }: SerialFacts): Finding[] {
  if (found === undefined) return []
  const { isPassing, stableName, hasTwin } = found
  const stable = stableName ?? '/dev/serial/by-id/…'
  if (elsewhere !== undefined) return [finding('serial-moved', { line, path, now: elsewhere, stable })]
  if (hasTwin) return [finding('serial-twin', { line, path, stable })]
  if (!isPassing) return []
  return [
    stableName === undefined
      ? finding('serial-unnamed', { line, path })
      : finding('serial-passing-name', { line, path, stable }),
  ]
}

/** `told`: by the gateway that has it open. */
function slow({ line, found }: SerialFacts, told: AdapterTold | undefined): Finding[] {
  const ms = told?.latency_ms ?? found?.latencyMs
  if (found === undefined || ms === undefined || ms <= longestLatencyMs) return []
  return [finding('serial-slow', { line, ms, tty: found.tty })]
}
