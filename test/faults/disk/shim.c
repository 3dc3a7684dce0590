/*
 * A disk that fails when a test says so. Preloaded into the server, it stands in front of the system
 * calls with which the database writes and syncs its files, and asks the file named by DISK_CONTROL
 * what to do:
 *
 *   write ERRNO   writes fail with this number (28 is ENOSPC, 5 is EIO)
 *   sync ERRNO    syncs fail with it
 *   sync hold     syncs wait until the file says something else; DISK_CONTROL.held appears meanwhile
 *
 * Anything else, or no file: the disk works.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* 0: go on. -1: hold. Otherwise the errno to fail with. */
static int fault(int fd, const char *call) {
  char link[64], path[4096], kind[16], what[16];
  const char *control = getenv("DISK_CONTROL");
  if (!control) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, "/chat.db")) return 0;
  FILE *file = fopen(control, "re");
  if (!file) return 0;
  int parts = fscanf(file, "%15s %15s", kind, what);
  fclose(file);
  if (parts != 2 || strcmp(kind, call) != 0) return 0;
  return strcmp(what, "hold") == 0 ? -1 : atoi(what);
}

static int sync_fault(int fd) {
  int found;
  while ((found = fault(fd, "sync")) == -1) {
    char held[4096];
    snprintf(held, sizeof held, "%s.held", getenv("DISK_CONTROL"));
    int marker = open(held, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (marker >= 0) close(marker);
    usleep(2000);
  }
  return found;
}

#define REAL(type, name, ...)                         \
  static type (*real)(__VA_ARGS__);                   \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

int fsync(int fd) {
  REAL(int, "fsync", int);
  int found = sync_fault(fd);
  if (!found) return real(fd);
  errno = found;
  return -1;
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  int found = sync_fault(fd);
  if (!found) return real(fd);
  errno = found;
  return -1;
}

ssize_t pwrite64(int fd, const void *buffer, size_t count, off64_t offset) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  int found = fault(fd, "write");
  if (!found) return real(fd, buffer, count, offset);
  errno = found;
  return -1;
}

ssize_t write(int fd, const void *buffer, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  int found = fault(fd, "write");
  if (!found) return real(fd, buffer, count);
  errno = found;
  return -1;
}
