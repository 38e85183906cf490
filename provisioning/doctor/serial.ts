/** The serial devices of the site's lines: there, ours, alone, and quick. */
import type { Facts, SerialFacts } from './facts.ts'
import { finding, type Finding } from './finding.ts'

/** FTDI's default of 16 ms is as long as a short answer at 9600 baud. */
const longestLatencyMs = 4

export function serial({ serial, user, status, running, folder }: Facts): Finding[] {
  // One that does not answer does not say either which process it is.
  const isMute = status === undefined && running.includes(folder.path)
  return serial.flatMap((device) => {
    const wrong = wrongWith(device, user, (pid) => isMute || pid === status?.pid)
    return wrong.length > 0 ? wrong : [finding('serial-ok', { line: device.line, path: device.path })]
  })
}

function wrongWith({ line, path, found }: SerialFacts, user: string, isGateway: (pid: number) => boolean): Finding[] {
  if (found === undefined) return [finding('serial-missing', { line, path })]
  const { group, stableName, latencyMs, tty } = found
  return [
    ...(found.isAllowed ? [] : [finding('serial-not-allowed', { line, path, group, user })]),
    ...found.heldBy
      .filter(({ pid }) => !isGateway(pid))
      .map(({ pid, program }) =>
        program === 'ModemManager'
          ? finding('serial-modem-manager', { line, path })
          : finding('serial-held', { line, path, pid, program }),
      ),
    ...(stableName === undefined ? [] : [finding('serial-passing-name', { line, path, stable: stableName })]),
    ...(latencyMs === undefined || latencyMs <= longestLatencyMs
      ? []
      : [finding('serial-slow', { line, ms: latencyMs, tty })]),
  ]
}
