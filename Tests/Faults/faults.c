// Put in front of the C library by .ci/faults (LD_PRELOAD): makes one call fail, fall short, or lie, the n-th of its kind
// counted over all threads from the creation of the cutover's journal on. strace can inject as well, but counts by thread,
// and a cutover has a thread for each step; and what it says to have been transferred in part has not been.
//
//   FAULT_CALL=pwrite FAULT_AT=3 FAULT_KIND=5|short|zero|lie|kill  FAULT_LOG=file
//
// Whom it kills dies before the call. The log gets a line for each call, and for each turn of the journal with the step
// that it begins.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Declared here for its flags alone: <sys/ioctl.h> and the C library differ about the second parameter's type.
int ioctl(int file, unsigned long request, ...);

static atomic_int begun, count;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void note(const char *word, const char *more, size_t length) {
  const char *path = getenv("FAULT_LOG");
  if (!path) return;
  int file = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  char line[256];
  int size = snprintf(line, sizeof line, "%s%.*s\n", word, (int)length, more);
  if (write(file, line, size) != size) abort();
  REAL(close)(file);
}

enum { as_usual, fails, falls_short, is_zero, lies };

static int fault(const char *call) {
  if (!begun) return as_usual;
  note(call, "", 0);
  const char *wanted = getenv("FAULT_CALL");
  if (!wanted || strcmp(wanted, call)) return as_usual;
  if (++count != atoi(getenv("FAULT_AT"))) return as_usual;
  note("HIT", "", 0);
  const char *kind = getenv("FAULT_KIND");
  if (!strcmp(kind, "kill")) kill(getpid(), SIGKILL);
  if (!strcmp(kind, "short")) return falls_short;
  if (!strcmp(kind, "zero")) return is_zero;
  if (!strcmp(kind, "lie")) return lies;
  errno = atoi(kind);
  return fails;
}

static void step(const void *buffer, size_t size) {
  if (size < 4 || memcmp(buffer, "FSJ1", 4)) return;
  static const char key[] = "\"step\":{";
  const char *at = memmem(buffer, size, key, sizeof key - 1);
  at = at ? memmem(at, size - (at - (const char *)buffer), "\"action\":{\"", 11) : 0;
  if (at) note("STEP ", at + 11, strcspn(at + 11, "\""));
}

ssize_t pwrite(int file, const void *buffer, size_t size, off_t offset) {
  step(buffer, size);
  switch (fault("pwrite")) {
  case fails: return -1;
  case falls_short: return REAL(pwrite)(file, buffer, (size + 1) / 2, offset);
  case is_zero: return 0;
  case lies: return size;
  }
  return REAL(pwrite)(file, buffer, size, offset);
}

ssize_t pread(int file, void *buffer, size_t size, off_t offset) {
  switch (fault("pread")) {
  case fails: return -1;
  case falls_short: return REAL(pread)(file, buffer, size > 4096 ? size / 8192 * 4096 : (size + 1) / 2, offset);
  case is_zero: return 0;
  case lies: memset(buffer, 0xEE, size); return size;
  }
  return REAL(pread)(file, buffer, size, offset);
}

#define SIMPLE(name, declaration, arguments)                                                                           \
  int name declaration {                                                                                               \
    switch (fault(#name)) {                                                                                            \
    case fails: return -1;                                                                                             \
    case lies: return 0;                                                                                               \
    }                                                                                                                  \
    return REAL(name) arguments;                                                                                       \
  }

SIMPLE(fdatasync, (int file), (file))
SIMPLE(fsync, (int file), (file))
SIMPLE(ftruncate, (int file, off_t size), (file, size))
SIMPLE(fallocate, (int file, int mode, off_t offset, off_t size), (file, mode, offset, size))
SIMPLE(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
SIMPLE(unlinkat, (int directory, const char *name, int flags), (directory, name, flags))
SIMPLE(fchmod, (int file, mode_t mode), (file, mode))
SIMPLE(fstat, (int file, struct stat *status), (file, status))
SIMPLE(sync_file_range, (int file, off64_t offset, off64_t size, unsigned flags), (file, offset, size, flags))

off_t lseek(int file, off_t offset, int whence) {
  return (whence == SEEK_DATA || whence == SEEK_HOLE) && fault("lseek") == fails ? -1
                                                                                 : REAL(lseek)(file, offset, whence);
}

int openat(int directory, const char *name, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  if (strstr(name, "fleetshift-journal")) begun = 1;
  return fault("openat") == fails ? -1 : REAL(openat)(directory, name, flags, mode);
}

SIMPLE(fchown, (int file, uid_t user, gid_t group), (file, user, group))
SIMPLE(fstatat, (int directory, const char *name, struct stat *status, int flags), (directory, name, status, flags))

// Closed it is in any case: that is what Linux does, whatever it says.
int close(int file) {
  int wanted = fault("close"), error = errno, result = REAL(close)(file);
  if (wanted != fails) return result;
  errno = error;
  return -1;
}

int fcntl(int file, int order, ...) {
  va_list list;
  va_start(list, order);
  void *more = va_arg(list, void *);
  va_end(list);
  return fault("fcntl") == fails ? -1 : REAL(fcntl)(file, order, more);
}

int ioctl(int file, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *more = va_arg(list, void *);
  va_end(list);
  return fault("ioctl") == fails ? -1 : REAL(ioctl)(file, request, more);
}

pid_t waitpid(pid_t child, int *status, int flags) {
  return fault("waitpid") == fails ? -1 : REAL(waitpid)(child, status, flags);
}

pid_t fork(void) { return fault("fork") == fails ? -1 : REAL(fork)(); }

// What goes through the ring would pass us by.
int io_uring_queue_init(unsigned entries, void *ring, unsigned flags) { return -ENOSYS; }
