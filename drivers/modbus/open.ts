/** Which framing goes over which port: the three kinds of Modbus line. */
import type { Clock, Random } from '../clock.ts'
import { lineUrl, type Line, type LineSettings } from '../line.ts'
import type { DeviceFiles } from '../serial/device-files.ts'
import { ModbusLine } from './client.ts'
import { Debts } from './debts.ts'
import { doze } from './doze.ts'
import { MbapFraming } from './mbap.ts'
import { RtuFraming } from './rtu.ts'
import { SerialPort } from './serial-port.ts'
import { TcpPort } from './tcp-port.ts'
import { timingOf } from './timing.ts'

/** `files`: another machine's serial devices. Opens nothing yet: the first request does, so that a missing device stops nothing else. */
export function openLine(
  name: string,
  settings: LineSettings,
  { clock, random, files }: { clock: Clock; random: Random; files?: DeviceFiles },
): Line {
  const url = lineUrl(settings)
  const common = { name, url, clock, random, timing: timingOf(settings) }
  switch (settings.protocol) {
    case 'modbus-tcp':
      return new ModbusLine({
        ...common,
        port: new TcpPort(url, settings.host, settings.port, clock),
        framing: new MbapFraming(),
      })
    case 'modbus-rtu-over-tcp':
      return new ModbusLine({
        ...common,
        port: new TcpPort(url, settings.host, settings.port, clock),
        framing: new RtuFraming(),
        debts: new Debts(),
      })
    case 'modbus-rtu':
      return new ModbusLine({
        ...common,
        port: new SerialPort(url, settings.device, settings.serial, clock, {
          doze,
          ...(files === undefined ? {} : { files }),
        }),
        framing: new RtuFraming(),
        debts: new Debts(),
      })
  }
}
