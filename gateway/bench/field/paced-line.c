/*
 * A strict Modbus RTU unit at the far end of a serial line that takes its time: a pseudo-terminal whose bytes come as
 * the baud rate would bring them.
 *
 *   paced-line BAUD BITS_PER_CHAR TURN_AROUND_US CHUNK strict|lenient
 *
 * CHUNK bytes of an answer become readable at once: 1 is a UART without a FIFO, 8 one that interrupts at 8.
 * It says `ready PATH`; on SIGTERM it tells in JSON what it has counted. It answers reads of registers (functions 3 and
 * 4) of every unit; the register at address A holds (A * 7 + unit * 1000) mod 65536.
 *
 * A request is on the wire for as long as its characters last, from the arrival of its first byte on. The unit takes it to
 * be whole t3.5 later, thinks for the turn-around, and answers. A request that begins less than t3.5 after the last byte
 * on the wire is counted as early; a strict unit does not hear it, a lenient one answers all the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 8, LONGEST = 256 };

static volatile sig_atomic_t ended;

static void end(int number) {
  (void)number;
  ended = 1;
}

static int64_t now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void sleep_until(int64_t ns) {
  struct timespec at = {ns / 1000000000LL, ns % 1000000000LL};
  while (!ended && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {}
}

static uint16_t crc_of(const uint8_t *bytes, int count) {
  uint16_t crc = 0xffff;
  for (int at = 0; at < count; at++) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

static int close_frame(uint8_t *frame, int length) {
  uint16_t crc = crc_of(frame, length);
  frame[length] = crc & 0xff;
  frame[length + 1] = crc >> 8;
  return length + 2;
}

static int answer(const uint8_t *asked, uint8_t *frame) {
  int address = asked[2] << 8 | asked[3], count = asked[4] << 8 | asked[5];
  frame[0] = asked[0];
  if ((asked[1] != 3 && asked[1] != 4) || count < 1 || count > 125) {
    frame[1] = asked[1] | 0x80;
    frame[2] = 1;
    return close_frame(frame, 3);
  }
  frame[1] = asked[1];
  frame[2] = 2 * count;
  for (int at = 0; at < count; at++) {
    uint16_t value = (address + at) * 7 + asked[0] * 1000;
    frame[3 + 2 * at] = value >> 8;
    frame[4 + 2 * at] = value & 0xff;
  }
  return close_frame(frame, 3 + 2 * count);
}

static struct {
  long requests, answered, early, dropped, damaged, gaps;
  double gap_us, least_gap_us, late_us;
} seen = {.least_gap_us = -1};

/* Brings `length` bytes to the other end as the line would from `from_ns` on; tells when the last one went there: it is seen
   during the write, and a machine that stops this one between write and clock would make the other's next request early. */
static int64_t send_paced(int wire, const uint8_t *frame, int length, int64_t from_ns, double char_ns, int chunk) {
  int64_t due = from_ns, there = from_ns;
  for (int sent = 0; sent < length && !ended;) {
    int part = length - sent < chunk ? length - sent : chunk;
    due = from_ns + (int64_t)((sent + part) * char_ns);
    sleep_until(due);
    there = now_ns();
    ssize_t written = write(wire, frame + sent, part);
    if (written < 0 && errno != EAGAIN && errno != EINTR) break;
    if (written > 0) sent += written;
  }
  seen.late_us += (there - due) / 1e3;
  return there;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  double baud = atof(argv[1]), char_ns = atof(argv[2]) * 1e9 / baud;
  int64_t turn_around_ns = atoll(argv[3]) * 1000, t35_ns = baud > 19200 ? 1750000 : (int64_t)(3.5 * char_ns);
  int chunk = atoi(argv[4]), is_strict = strcmp(argv[5], "strict") == 0;

  /* It stands for hardware, which is never late: where it may, nothing else runs before it. */
  struct sched_param first = {.sched_priority = 50};
  int ahead = sched_setscheduler(0, SCHED_FIFO, &first) == 0;
  prctl(PR_SET_TIMERSLACK, 1);

  int wire, held;
  char path[128];
  if (openpty(&wire, &held, path, NULL, NULL) < 0) {
    perror("openpty");
    return 1;
  }
  /* `held` stays open: without a reader the terminal would hang up between two clients. */
  struct termios raw;
  tcgetattr(held, &raw);
  cfmakeraw(&raw);
  tcsetattr(held, TCSANOW, &raw);
  fcntl(wire, F_SETFL, O_NONBLOCK);
  struct sigaction on_end = {.sa_handler = end};
  sigaction(SIGTERM, &on_end, NULL);
  sigaction(SIGINT, &on_end, NULL);
  printf("ready %s\n", path);
  fflush(stdout);

  uint8_t asked[LONGEST], frame[LONGEST];
  int length = 0;
  int64_t began_ns = 0, silent_since_ns = 0;
  while (!ended) {
    struct pollfd door = {wire, POLLIN, 0};
    if (poll(&door, 1, length > 0 ? 50 : 1000) <= 0) {
      if (length > 0) seen.damaged++;
      length = 0;
      continue;
    }
    int64_t at_ns = now_ns();
    ssize_t got = read(wire, asked + length, sizeof asked - length);
    if (got <= 0) continue;
    if (length == 0) began_ns = at_ns;
    length += got;
    if (length < REQUEST) continue;
    int whole = length == REQUEST && crc_of(asked, REQUEST - 2) == (asked[REQUEST - 2] | asked[REQUEST - 1] << 8);
    length = 0;
    if (!whole) {
      seen.damaged++;
      continue;
    }
    seen.requests++;
    int64_t asked_ns = began_ns + (int64_t)(REQUEST * char_ns);
    if (silent_since_ns > 0) {
      double gap_us = (began_ns - silent_since_ns) / 1e3;
      if (gap_us < 1e6) {
        seen.gap_us += gap_us;
        seen.gaps++;
        if (seen.least_gap_us < 0 || gap_us < seen.least_gap_us) seen.least_gap_us = gap_us;
      }
      if (began_ns - silent_since_ns < t35_ns) {
        seen.early++;
        if (is_strict) {
          seen.dropped++;
          silent_since_ns = asked_ns;
          continue;
        }
      }
    }
    int size = answer(asked, frame);
    silent_since_ns = send_paced(wire, frame, size, asked_ns + t35_ns + turn_around_ns, char_ns, chunk);
    seen.answered++;
  }
  printf("{\"requests\":%ld,\"answered\":%ld,\"early\":%ld,\"dropped\":%ld,\"damaged\":%ld,\"gapUs\":%.1f,"
         "\"leastGapUs\":%.1f,\"lateUs\":%.1f,\"ahead\":%s}\n",
         seen.requests, seen.answered, seen.early, seen.dropped, seen.damaged,
         seen.gaps > 0 ? seen.gap_us / seen.gaps : 0, seen.least_gap_us,
         seen.answered > 0 ? seen.late_us / seen.answered : 0, ahead ? "true" : "false");
  return 0;
}
