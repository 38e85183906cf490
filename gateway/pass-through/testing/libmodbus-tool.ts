/** A technician's tool by libmodbus. Needs gcc, pkg-config and libmodbus' headers. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileC } from '../../../drivers/testing/compile-c.ts'

const source = `
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static int said(int done) {
  if (done < 0) printf("error %s\\n", modbus_strerror(errno));
  return done < 0;
}

/* As fast as it can, for so many seconds. */
static int hammer(modbus_t *tool, double seconds) {
  uint16_t values[100];
  int answers = 0, busy = 0, others = 0;
  for (double end = now() + seconds; now() < end;) {
    if (modbus_read_registers(tool, 0, 100, values) == 100) answers++;
    else if (errno == EMBXSBUSY) busy++;
    else {
      others++;
      fprintf(stderr, "%s\\n", modbus_strerror(errno));
      modbus_flush(tool);
    }
  }
  printf("{\\"answers\\":%d,\\"busy\\":%d,\\"others\\":%d}\\n", answers, busy, others);
  return others > 0;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  modbus_t *tool = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_set_slave(tool, atoi(argv[2]));
  modbus_set_response_timeout(tool, 2, 0);
  if (modbus_connect(tool) < 0) return said(-1);
  int address = atoi(argv[4]), failed = 0;
  if (!strcmp(argv[3], "hammer")) failed = hammer(tool, atof(argv[4]));
  else if (!strcmp(argv[3], "register")) failed = said(modbus_write_register(tool, address, atoi(argv[5])));
  else if (!strcmp(argv[3], "coil")) failed = said(modbus_write_bit(tool, address, atoi(argv[5])));
  else if (!strcmp(argv[3], "registers")) {
    uint16_t values[123];
    for (int at = 5; at < argc; at++) values[at - 5] = atoi(argv[at]);
    failed = said(modbus_write_registers(tool, address, argc - 5, values));
  } else if (!strcmp(argv[3], "coils")) {
    uint8_t values[123];
    for (int at = 5; at < argc; at++) values[at - 5] = atoi(argv[at]);
    failed = said(modbus_write_bits(tool, address, argc - 5, values));
  } else if (!strcmp(argv[3], "who")) {
    uint8_t told[MODBUS_TCP_MAX_ADU_LENGTH];
    failed = said(modbus_report_slave_id(tool, sizeof told, told));
  }
  if (!failed) puts("done");
  modbus_close(tool);
  modbus_free(tool);
  return failed;
}
`

/** Compiles it into `folder`; run it as `tool PORT UNIT register|coil|registers|coils ADDRESS VALUE…`, or `… hammer SECONDS`. */
export function compileTool(folder: string): string {
  const code = join(folder, 'tool.c')
  writeFileSync(code, source)
  return compileC(folder, code, { packages: ['libmodbus'] })
}
