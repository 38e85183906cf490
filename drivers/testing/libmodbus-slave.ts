/** A Modbus server by libmodbus, whose values tell their place. Needs gcc, pkg-config and libmodbus' headers. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadFunction } from '../modbus/request.ts'
import { compileC } from './compile-c.ts'

/** So many of each table, from address 0; unit 1. */
export const slaveSize = 3_000
export const slaveUnit = 1

/** From this address on, both tables of registers hold these as float32, the high word first. */
export const firstFloat = 100
export const slaveFloats = [230.125, -17.5, 49.98, 0, 123_456, 6.25e-3]

const floatWords = Buffer.alloc(4 * slaveFloats.length)
slaveFloats.forEach((value, index) => floatWords.writeFloatBE(value, 4 * index))

/** What stands at an address. */
export function slaveValue(fn: ReadFunction, address: number): number {
  const word = address - firstFloat
  if (fn >= 3 && word >= 0 && word < 2 * slaveFloats.length) return floatWords.readUInt16BE(2 * word)
  switch (fn) {
    case 1:
      return ((address * 7) % 11) % 2
    case 2:
      return ((address * 5) % 13) % 2
    case 3:
      return 39_000 + address * 8
    case 4:
      return 30_000 + address * 11
  }
}

const source = `
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static const float floats[] = { ${slaveFloats.join(', ')} };

static modbus_mapping_t *tables(void) {
  modbus_mapping_t *map = modbus_mapping_new(${slaveSize}, ${slaveSize}, ${slaveSize}, ${slaveSize});
  for (int at = 0; at < ${slaveSize}; at++) {
    map->tab_bits[at] = at * 7 % 11 % 2;
    map->tab_input_bits[at] = at * 5 % 13 % 2;
    map->tab_registers[at] = 39000 + at * 8;
    map->tab_input_registers[at] = 30000 + at * 11;
  }
  for (int n = 0; n < ${slaveFloats.length}; n++) {
    int at = ${firstFloat} + 2 * n;
    uint32_t bits;
    memcpy(&bits, &floats[n], sizeof bits);
    map->tab_registers[at] = map->tab_input_registers[at] = bits >> 16;
    map->tab_registers[at + 1] = map->tab_input_registers[at + 1] = bits & 0xffff;
  }
  return map;
}

static int answer(modbus_t *modbus, modbus_mapping_t *map) {
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  int length = modbus_receive(modbus, query);
  return length > 0 ? modbus_reply(modbus, query, length, map) : length;
}

static void ready(void) {
  puts("ready");
  fflush(stdout);
}

static void serve_rtu(modbus_t *modbus, modbus_mapping_t *map) {
  if (modbus_connect(modbus) < 0) return;
  ready();
  while (answer(modbus, map) >= 0 || errno == EMBBADCRC || errno == ETIMEDOUT) {}
}

static void serve_tcp(modbus_t *modbus, modbus_mapping_t *map) {
  int door = modbus_tcp_listen(modbus, 16);
  if (door < 0) return;
  ready();
  fd_set all;
  FD_ZERO(&all);
  FD_SET(door, &all);
  for (int top = door;;) {
    fd_set now = all;
    if (select(top + 1, &now, NULL, NULL, NULL) < 0) return;
    for (int fd = 0; fd <= top; fd++) {
      if (!FD_ISSET(fd, &now)) continue;
      if (fd == door) {
        int client = modbus_tcp_accept(modbus, &door);
        if (client < 0) return;
        FD_SET(client, &all);
        if (client > top) top = client;
      } else {
        modbus_set_socket(modbus, fd);
        if (answer(modbus, map) >= 0) continue;
        close(fd);
        FD_CLR(fd, &all);
      }
    }
  }
}

int main(int argc, char **argv) {
  int tcp = argc == 3 && strcmp(argv[1], "tcp") == 0;
  modbus_t *modbus = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2])) : modbus_new_rtu(argv[2], 19200, 'E', 8, 1);
  modbus_mapping_t *map = tables();
  modbus_set_slave(modbus, ${slaveUnit});
  if (tcp) serve_tcp(modbus, map);
  else serve_rtu(modbus, map);
  perror("slave");
  return 1;
}
`

/** Compiles it into `folder`; run it as `slave tcp PORT` or `slave rtu DEVICE` (19200 8E1). It says `ready` when it is. */
export function compileSlave(folder: string): string {
  const code = join(folder, 'slave.c')
  writeFileSync(code, source)
  return compileC(folder, code, { packages: ['libmodbus'] })
}
