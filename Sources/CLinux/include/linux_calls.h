// Calls of Linux that Swift's Glibc module leaves out (they need _GNU_SOURCE) .
#ifndef PROOFBACK_LINUX_CALLS_H
#define PROOFBACK_LINUX_CALLS_H

#include <stddef.h>
#include <sys/types.h>

/// pipe2(2) with O_CLOEXEC and, best effort, F_SETPIPE_SZ. 0, or -1 and errno.
int proofback_pipe(int ends[2], int capacity);

/// tee(2) without flags.
ssize_t proofback_tee(int from, int to, size_t count);

/// splice(2) between pipes or from a file, without flags that change blocking. `from` and `to` at their own positions.
ssize_t proofback_splice(int from, int to, size_t count);

/// 1 when the descriptor is a pipe or FIFO.
int proofback_is_pipe(int descriptor);

/// Mounts a tmpfs of at most `megabytes`, mode 0700, nosuid, nodev, noexec. 0, or -1 and errno.
int proofback_mount_tmpfs(const char *folder, int megabytes);

/// PR_SET_DUMPABLE 0: no core file, no ptrace by others of the same user.
int proofback_forbid_core(void);

/// RLIMIT_NOFILE's soft limit raised to the hard one.
int proofback_raise_open_files(void);

#endif
