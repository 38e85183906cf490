/*
 * A Modbus TCP server by libmodbus, for any number of clients: `tcp-server PORT`. It says `ready`; at SIGUSR1 it tells in
 * JSON how many requests it has answered over each connection that is open, in the order in which they came. The register at address A of a unit holds (A * 7 + unit * 1000) mod 65536.
 */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { UNITS = 248, REGISTERS = 1200 };

static volatile sig_atomic_t asked_to_tell;

static void tell(int number) {
  (void)number;
  asked_to_tell = 1;
}

static struct {
  long requests, order;
} seen[FD_SETSIZE];

static void tell_all(const fd_set *open, int door, int top) {
  const char *comma = "";
  printf("{\"requests\":[");
  for (long last = 0, order; ; last = order) {
    int next = -1;
    for (int fd = 0; fd <= top; fd++)
      if (fd != door && FD_ISSET(fd, open) && seen[fd].order > last && (next < 0 || seen[fd].order < seen[next].order))
        next = fd;
    if (next < 0) break;
    order = seen[next].order;
    printf("%s%ld", comma, seen[next].requests);
    comma = ",";
  }
  puts("]}");
  fflush(stdout);
}

static modbus_mapping_t *tables_of(int unit) {
  static modbus_mapping_t *all[UNITS];
  if (all[unit] != NULL) return all[unit];
  modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
  for (int at = 0; at < REGISTERS; at++)
    map->tab_registers[at] = map->tab_input_registers[at] = at * 7 + unit * 1000;
  return all[unit] = map;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  modbus_t *modbus = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  int door = modbus_tcp_listen(modbus, 64);
  if (door < 0) {
    perror("listen");
    return 1;
  }
  struct sigaction on_tell = {.sa_handler = tell};
  sigaction(SIGUSR1, &on_tell, NULL);
  puts("ready");
  fflush(stdout);
  long connections = 0;
  fd_set all;
  FD_ZERO(&all);
  FD_SET(door, &all);
  for (int top = door;;) {
    fd_set now = all;
    int some = select(top + 1, &now, NULL, NULL, NULL);
    if (asked_to_tell) {
      asked_to_tell = 0;
      tell_all(&all, door, top);
    }
    for (int fd = 0; some > 0 && fd <= top; fd++) {
      if (!FD_ISSET(fd, &now)) continue;
      if (fd == door) {
        int client = accept(door, NULL, NULL), on = 1;
        if (client < 0) continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        FD_SET(client, &all);
        seen[client].requests = 0;
        seen[client].order = ++connections;
        if (client > top) top = client;
        continue;
      }
      uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      modbus_set_socket(modbus, fd);
      int length = modbus_receive(modbus, query);
      if (length > 0) {
        seen[fd].requests++;
        modbus_reply(modbus, query, length, tables_of(query[6] % UNITS));
      } else if (length < 0) {
        close(fd);
        FD_CLR(fd, &all);
      }
    }
  }
}
