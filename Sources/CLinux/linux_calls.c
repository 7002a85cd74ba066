#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int proofback_pipe(int ends[2], int capacity) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  (void)fcntl(ends[1], F_SETPIPE_SZ, capacity);
  return 0;
}

ssize_t proofback_tee(int from, int to, size_t count) { return tee(from, to, count, 0); }

ssize_t proofback_splice(int from, int to, size_t count) {
  return splice(from, NULL, to, NULL, count, SPLICE_F_MOVE);
}

int proofback_is_pipe(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
}

int proofback_mount_tmpfs(const char *folder, int megabytes) {
  char options[64];
  snprintf(options, sizeof options, "mode=0700,size=%dm", megabytes);
  return mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options);
}

int proofback_forbid_core(void) { return prctl(PR_SET_DUMPABLE, 0); }

int proofback_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit);
}
