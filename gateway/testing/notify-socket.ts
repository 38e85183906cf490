/** What systemd listens on for the word of a unit, as a program that prints it. Linux; needs gcc. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Program } from './programs.ts'

/**
 * Prints each datagram as a line, and closes the descriptors that come with it: systemd-notify waits for that (BARRIER=1 of
 * sd_notify(3)), which socat would keep it from.
 */
const source = `
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  int heard = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (bind(heard, (struct sockaddr *)&address, sizeof address) != 0) return 1;
  puts("listening");
  for (;;) {
    fflush(stdout);
    char text[4096];
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    struct iovec body = { text, sizeof text - 1 };
    struct msghdr message = { .msg_iov = &body, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    ssize_t bytes = recvmsg(heard, &message, 0);
    if (bytes < 0) return 1;
    text[bytes] = 0;
    puts(text);
    struct cmsghdr *sent = CMSG_FIRSTHDR(&message);
    if (sent != NULL && sent->cmsg_type == SCM_RIGHTS) close(*(int *)CMSG_DATA(sent));
  }
}
`

/** Listens at `socket`; the program is compiled into `folder`. */
export async function notifySocket(folder: string, socket: string): Promise<Program> {
  const program = join(folder, 'notify-socket')
  writeFileSync(`${program}.c`, source)
  execFileSync('gcc', ['-O1', '-o', program, `${program}.c`])
  const listener = new Program(program, [socket])
  await listener.said(/^listening$/)
  return listener
}
