/** A worn SD card for a child process: its fsync and fdatasync take long while a flag is up. Linux with glibc; needs gcc. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *flag, *tally;
static long delay_ms;

__attribute__((constructor)) static void begin(void) {
  flag = getenv("SLOW_FSYNC_FLAG");
  tally = getenv("SLOW_FSYNC_TALLY");
  delay_ms = atol(getenv("SLOW_FSYNC_MS"));
}

static int slowly(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (access(flag, F_OK) == 0) {
    struct timespec delay = { delay_ms / 1000, delay_ms % 1000 * 1000000 };
    nanosleep(&delay, NULL);
    int file = open(tally, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (write(file, gettid() == getpid() ? "m" : "w", 1) < 1) abort();
    close(file);
  }
  return real(fd);
}

int fsync(int fd) { return slowly("fsync", fd); }
int fdatasync(int fd) { return slowly("fdatasync", fd); }
`

export interface SlowFsync {
  /** for the child's environment */
  readonly env: Readonly<Record<string, string>>
  /** From now on each fsync begins with the delay. */
  stall(): void
  relent(): void
  /** how many delays are over, on the child's main thread and on its others */
  stalls(): { main: number; workers: number }
}

/** Compiles the shim into `folder`, which must outlive the child. */
export function slowFsync(folder: string, delayMs: number): SlowFsync {
  const code = join(folder, 'slow-fsync.c')
  const library = join(folder, 'slow-fsync.so')
  const flag = join(folder, 'slow-fsync.flag')
  const tally = join(folder, 'slow-fsync.tally')
  writeFileSync(code, source)
  writeFileSync(tally, '')
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, code, '-ldl'])
  return {
    env: { LD_PRELOAD: library, SLOW_FSYNC_FLAG: flag, SLOW_FSYNC_TALLY: tally, SLOW_FSYNC_MS: String(delayMs) },
    stall: () => writeFileSync(flag, ''),
    relent: () => rmSync(flag, { force: true }),
    stalls: () => {
      const threads = readFileSync(tally)
      const main = threads.filter((thread) => thread === 'm'.charCodeAt(0)).length
      return { main, workers: threads.length - main }
    },
  }
}
