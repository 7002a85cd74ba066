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

/// Mounts a tmpfs of at most `megabytes`, mode 0700, nosuid, nodev, noexec, and never
/// swapped out where the kernel can promise that. 0, or -1 and errno.
int proofback_mount_tmpfs(const char *folder, int megabytes);

/// 1 when `folder` lies on a tmpfs.
int proofback_is_tmpfs(const char *folder);

/// What statfs(2) calls the file system that `folder` lies on; -1 and errno when it can't be asked.
long long proofback_file_system_magic(const char *folder);

/// The device that `folder` lies on, as mountinfo numbers it. 0, or -1 and errno.
int proofback_device(const char *folder, unsigned *major_number, unsigned *minor_number);

/// No core of this process or its children, to a file or to the system's collector; no ptrace by others of the same
/// user. 0, or -1 and errno.
int proofback_forbid_core(void);

/// RLIMIT_NOFILE's soft limit raised to the hard one.
int proofback_raise_open_files(void);

/// Leaves the session keyring that we were started with, whose keys our children could use. 0, or -1 and errno.
int proofback_new_keyring(void);

/// What a folder holds. Files that are linked twice count twice.
typedef struct {
  unsigned long long bytes;
  unsigned long long entries;
  /// The longest file, holes included.
  unsigned long long largest;
  /// 1 when folders are nested deeper than is looked at (64).
  int too_deep;
} proofback_usage;

/// Adds what lies below `folder` to `usage`, following no link. A folder of ours that is closed to ourselves is opened
/// (mode 0700) on the way, so that nothing hides in it. 0, or -1 and errno when `folder` itself can't be read.
int proofback_folder_usage(const char *folder, proofback_usage *usage);

/// A file in memory alone that holds `count` bytes and can't be changed (memfd_create(2), sealed), closed in children.
/// Its descriptor, or -1 and errno.
int proofback_memory_file(const void *bytes, size_t count);

#endif
