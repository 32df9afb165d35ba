#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int linux_punch_hole(int file, int64_t offset, int64_t length) {
  return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

int linux_preallocate(int file, int64_t offset, int64_t length) {
  return fallocate(file, FALLOC_FL_KEEP_SIZE, offset, length);
}

int linux_rename_without_replacing(int directory, const char *from, const char *to) {
  return renameat2(directory, from, directory, to, RENAME_NOREPLACE);
}

static struct flock lock_of(int64_t start, int64_t length, short type) {
  // l_pid must be zero for locks of open file descriptions.
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length, .l_pid = 0};
  return lock;
}

int linux_lock(int file, int64_t start, int64_t length, int kind) {
  static const short types[] = {F_UNLCK, F_RDLCK, F_WRLCK};
  struct flock lock = lock_of(start, length, types[kind]);
  return fcntl(file, F_OFD_SETLK, &lock);
}

int linux_is_locked(int file, int64_t start, int64_t length) {
  struct flock lock = lock_of(start, length, F_WRLCK);
  if (fcntl(file, F_OFD_GETLK, &lock) < 0) return -1;
  return lock.l_type != F_UNLCK;
}

int linux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

void linux_trim(int file, int64_t keep, int64_t most) {
  struct stat status;
  if (fstat(file, &status) < 0 || status.st_blocks * 512 <= most) return;
  fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, keep, status.st_size - keep);
}

void linux_close_for_growth(int file) { fcntl(file, F_ADD_SEALS, F_SEAL_GROW); }

// Between fork and exec only calls that are safe in a signal handler: the process has other threads.
static void become(char *const arguments[], char *const environment[], int output, int errors, int dies, pid_t parent) {
  setsid();
  if (dies) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  // An ignored signal would stay ignored.
  for (int number = 1; number < 32; number++)
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(127);
  // What our own caller left open is not for those who outlive us: it would wait for them to close it.
  close_range(3, ~0U, 0);
  execve(arguments[0], arguments, environment);
  int reason = errno;
  const char *text = strerrordesc_np(reason);
  if (text) (void)!write(2, text, strlen(text));
  _exit(reason == ENOENT ? 127 : 126);
}

pid_t linux_spawn(char *const arguments[], char *const environment[], int output, int errors, int dies_with_parent) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) become(arguments, environment, output, errors, dies_with_parent, parent);
  return child;
}

int linux_can_clone(int source, int destination) {
  // A range that begins and ends nowhere sensible is refused as such only by who could clone at all.
  struct file_clone_range range = {.src_fd = source, .src_offset = 1, .src_length = 1, .dest_offset = 1};
  if (ioctl(destination, FICLONERANGE, &range) == 0) return 1;
  return errno == EINVAL;
}

uint64_t linux_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

void linux_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_SEQ_CST); }

uint64_t *linux_map(int file, size_t length) {
  void *words = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return words == MAP_FAILED ? 0 : words;
}

void linux_unmap(uint64_t *words, size_t length) { munmap(words, length); }

void linux_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

void linux_trim_heap(void) { malloc_trim(0); }
