/*
 * Reads 100 registers again and again over Modbus TCP by libmodbus, as tcp-client.ts does, and tells what the last COUNT of
 * WARM + COUNT reads took: `tcp-client PORT WARM COUNT`
 */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { REGISTERS = 100, UNIT = 1 };

static double wall_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e3 + at.tv_nsec / 1e6;
}

static double ms(struct timeval at) { return at.tv_sec * 1e3 + at.tv_usec / 1e3; }

static double cpu_ms(struct rusage *used) {
  getrusage(RUSAGE_SELF, used);
  return ms(used->ru_utime) + ms(used->ru_stime);
}

static int read_at(modbus_t *modbus, long index) {
  uint16_t values[REGISTERS];
  int address = index * 13 % 1000;
  if (modbus_read_registers(modbus, address, REGISTERS, values) != REGISTERS) return 0;
  uint16_t first = address * 7 + UNIT * 1000, last = (address + REGISTERS - 1) * 7 + UNIT * 1000;
  return values[0] == first && values[REGISTERS - 1] == last;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  long warm = atol(argv[2]), count = atol(argv[3]), errors = 0;
  modbus_t *modbus = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_set_slave(modbus, UNIT);
  if (modbus_connect(modbus) < 0) {
    perror("connect");
    return 1;
  }
  for (long index = 0; index < warm; index++) read_at(modbus, index);
  struct rusage used;
  double wall_before = wall_ms(), cpu_before = cpu_ms(&used);
  for (long index = 0; index < count; index++) errors += !read_at(modbus, warm + index);
  double cpu = cpu_ms(&used) - cpu_before, wall = wall_ms() - wall_before;
  printf("{\"transactions\":%ld,\"errors\":%ld,\"wallMs\":%.3f,\"cpuMs\":%.3f,\"rssMb\":%.3f}\n", count, errors, wall, cpu,
         used.ru_maxrss / 1e3);
  return 0;
}
