// Linux calls that Glibc's Swift module does not show, for it is built without _GNU_SOURCE. Each is the call of its
// name, returns what it returns, and leaves errno as it does.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)
int linux_punch_hole(int file, int64_t offset, int64_t length);
/// fallocate(FALLOC_FL_KEEP_SIZE)
int linux_preallocate(int file, int64_t offset, int64_t length);
/// renameat2(RENAME_NOREPLACE)
int linux_rename_without_replacing(int directory, const char *from, const char *to);
/// fcntl(F_OFD_SETLK): takes a shared or an exclusive lock on the bytes, or releases it; never waits.
int linux_lock(int file, int64_t start, int64_t length, int kind);
enum { linux_lock_none = 0, linux_lock_shared = 1, linux_lock_exclusive = 2 };
/// fcntl(F_OFD_GETLK) with an exclusive lock: 1 if another open file holds any lock there, 0 if none does.
int linux_is_locked(int file, int64_t start, int64_t length);
/// memfd_create(MFD_CLOEXEC | MFD_ALLOW_SEALING)
int linux_memory_file(const char *name);
/// Gives back what such a file takes behind its first `keep` bytes, if it takes more than `most`.
void linux_trim(int file, int64_t keep, int64_t most);
/// From now on writes behind its end fail with EPERM, whoever holds it.
void linux_close_for_growth(int file);

/// ioctl(FICLONE): makes the destination hold what the source holds, by sharing its blocks.
int linux_clone(int destination, int source);
struct linux_extent {
  uint64_t logical, physical, length;
  /// Its bytes cannot be told by their place on the disk.
  int is_vague;
  int is_unwritten;
};
/// ioctl(FS_IOC_FIEMAP), after writing back what is dirty: the extents from `start` on, at most `most` of them; their
/// number, or -1.
int linux_extents(int file, uint64_t start, struct linux_extent *extents, unsigned most);

/// Starts a program in a session of its own, with standard input from /dev/null and the two given files as output. It
/// is killed when the calling thread ends. Returns its process id, or -1.
pid_t linux_spawn(char *const arguments[], char *const environment[], int output, int errors, int dies_with_parent);
/// Whether the file system can share blocks of the two files: shares none (FICLONERANGE of nothing).
int linux_can_clone(int source, int destination);
/// Words that two processes share, in sequential order.
uint64_t linux_load(const uint64_t *word);
void linux_store(uint64_t *word, uint64_t value);
/// mmap(MAP_SHARED) for reading and writing, from the start of the file; NULL if it fails.
uint64_t *linux_map(int file, size_t length);
void linux_unmap(uint64_t *words, size_t length);
/// mallopt(M_ARENA_MAX, 1): what one thread has given back is of use to all.
void linux_use_one_heap(void);
/// malloc_trim(0): gives what is free of the heap back to the system.
void linux_trim_heap(void);
