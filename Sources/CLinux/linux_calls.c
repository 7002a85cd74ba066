#define _GNU_SOURCE
#include "linux_calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
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
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  // noswap is known from Linux 6.4 on.
  snprintf(options, sizeof options, "mode=0700,size=%dm,noswap", megabytes);
  if (mount("tmpfs", folder, "tmpfs", flags, options) == 0) return 0;
  snprintf(options, sizeof options, "mode=0700,size=%dm", megabytes);
  return mount("tmpfs", folder, "tmpfs", flags, options);
}

long long proofback_file_system_magic(const char *folder) {
  struct statfs status;
  return statfs(folder, &status) == 0 ? (long long)(unsigned)status.f_type : -1;
}

int proofback_device(const char *folder, unsigned *major_number, unsigned *minor_number) {
  struct stat status;
  if (stat(folder, &status) != 0) return -1;
  *major_number = major(status.st_dev);
  *minor_number = minor(status.st_dev);
  return 0;
}

int proofback_is_tmpfs(const char *folder) {
  struct statfs status;
  // TMPFS_MAGIC of linux/magic.h
  return statfs(folder, &status) == 0 && status.f_type == 0x01021994;
}

int proofback_forbid_core(void) {
  // A limit of 0 does not hold where core_pattern is a pipe to a program; 1 does (core(5), fs/coredump.c).
  struct rlimit limit = {1, 1};
  if (setrlimit(RLIMIT_CORE, &limit) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0);
}

int proofback_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

// 1 is KEYCTL_JOIN_SESSION_KEYRING of linux/keyctl.h; without a name the keyring is a new one.
int proofback_new_keyring(void) { return syscall(SYS_keyctl, 1, (char *)0) < 0 ? -1 : 0; }

enum { deepest_folder = 64 };

static int folder_usage(int parent, const char *name, int depth, proofback_usage *usage) {
  if (depth > deepest_folder) {
    usage->too_deep = 1;
    return 0;
  }
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  int folder = openat(parent, name, flags);
  if (folder < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0) folder = openat(parent, name, flags);
  if (folder < 0) return depth == 0 ? -1 : 0;
  DIR *stream = fdopendir(folder);
  if (!stream) {
    close(folder);
    return -1;
  }
  struct dirent *entry;
  while ((entry = readdir(stream))) {
    struct stat status;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    usage->entries++;
    usage->bytes += (unsigned long long)status.st_blocks * 512;
    if (S_ISREG(status.st_mode) && (unsigned long long)status.st_size > usage->largest) usage->largest = status.st_size;
    if (S_ISDIR(status.st_mode)) folder_usage(folder, entry->d_name, depth + 1, usage);
  }
  closedir(stream);
  return 0;
}

int proofback_folder_usage(const char *folder, proofback_usage *usage) {
  return folder_usage(AT_FDCWD, folder, 0, usage);
}

int proofback_memory_file(const void *bytes, size_t count) {
  int file = memfd_create("proofback", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  const char *rest = bytes;
  // ssh-keygen takes no key that others might read.
  if (fchmod(file, S_IRUSR | S_IWUSR) != 0) goto failed;
  while (count > 0) {
    ssize_t written = write(file, rest, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) goto failed;
    rest += written;
    count -= (size_t)written;
  }
  if (fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0) return file;
failed:;
  int why = errno;
  close(file);
  errno = why;
  return -1;
}
