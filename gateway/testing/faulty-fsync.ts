/**
 * A failing disk for a child process, as Linux tells of it: some fsync and fdatasync return EIO, what they should have
 * written is gone, and the next sync knows nothing of it (fsyncgate). Linux with glibc; needs gcc.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every write keeps what it overwrites; a failed sync puts that back, as a cache does that reads the disk again. */
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct write { int fd; off_t at; size_t bytes; char *before; struct write *older; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct write *writes;
static const char *flag, *tally;
static unsigned state, one_in;
static int swallows;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int), (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
  real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  flag = getenv("FAULTY_FSYNC_FLAG");
  tally = getenv("FAULTY_FSYNC_TALLY");
  state = atoi(getenv("FAULTY_FSYNC_SEED"));
  one_in = atoi(getenv("FAULTY_FSYNC_ONE_IN"));
  swallows = getenv("FAULTY_FSYNC_SWALLOWS") != NULL;
}

static int is_file(int fd) {
  struct stat about;
  return fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

static void remember(int fd, off_t at, size_t bytes) {
  struct write *one = malloc(sizeof *one);
  // Where the file is open for direct I/O, what is put back must be aligned as well.
  *one = (struct write){ fd, at, bytes, aligned_alloc(4096, (bytes + 4095) / 4096 * 4096), writes };
  memset(one->before, 0, bytes);
  if (pread(fd, one->before, bytes, at) < 0) memset(one->before, 0, bytes);
  writes = one;
}

/** What was written to this file since its last sync is of no interest any more, or is put back. */
static void forget(int fd, int undo) {
  for (struct write **link = &writes; *link != NULL;) {
    struct write *one = *link;
    if (one->fd != fd) { link = &one->older; continue; }
    if (undo && real_pwrite(fd, one->before, one->bytes, one->at) < 0) abort();
    *link = one->older;
    free(one->before);
    free(one);
  }
}

ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at) {
  pthread_mutex_lock(&lock);
  if (is_file(fd)) remember(fd, at, bytes);
  ssize_t done = real_pwrite(fd, from, bytes, at);
  pthread_mutex_unlock(&lock);
  return done;
}
ssize_t pwrite64(int fd, const void *from, size_t bytes, off_t at) { return pwrite(fd, from, bytes, at); }

ssize_t write(int fd, const void *from, size_t bytes) {
  if (!is_file(fd)) return real_write(fd, from, bytes);
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
  remember(fd, at, bytes);
  ssize_t done = real_write(fd, from, bytes);
  pthread_mutex_unlock(&lock);
  return done;
}

static int sync_with(int (*real)(int), int fd) {
  pthread_mutex_lock(&lock);
  state = state * 1664525u + 1013904223u;
  int fails = access(flag, F_OK) == 0 && is_file(fd) && (state >> 8) % one_in == 0;
  forget(fd, fails);
  if (fails) {
    int file = open(tally, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (real_write(file, "f", 1) < 1) abort();
    close(file);
  }
  pthread_mutex_unlock(&lock);
  if (!fails) return real(fd);
  if (swallows) return 0;
  errno = EIO;
  return -1;
}

int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }
`

export interface FaultyFsync {
  /** for the child's environment */
  readonly env: Readonly<Record<string, string>>
  /** From now on one sync of so many fails. */
  fail(): void
  /** how many have failed */
  readonly failures: number
}

/**
 * Compiles the shim into `folder`, which must outlive the child. `swallows`: the failure is not told, as where a second
 * sync, which succeeds, is taken for the first.
 */
export function faultyFsync(folder: string, options: { seed: number; oneIn: number; swallows: boolean }): FaultyFsync {
  const library = join(folder, 'faulty-fsync.so')
  const flag = join(folder, 'faulty-fsync.flag')
  const tally = join(folder, 'faulty-fsync.tally')
  writeFileSync(`${library}.c`, source)
  writeFileSync(tally, '')
  rmSync(flag, { force: true })
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, `${library}.c`, '-ldl'])
  return {
    env: {
      LD_PRELOAD: library,
      FAULTY_FSYNC_FLAG: flag,
      FAULTY_FSYNC_TALLY: tally,
      FAULTY_FSYNC_SEED: String(options.seed),
      FAULTY_FSYNC_ONE_IN: String(options.oneIn),
      ...(options.swallows ? { FAULTY_FSYNC_SWALLOWS: '1' } : {}),
    },
    fail: () => writeFileSync(flag, ''),
    get failures() {
      return readFileSync(tally).length
    },
  }
}
