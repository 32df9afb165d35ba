// The practical limit of a sparse copy on this machine: as little code as will do, no checks beyond the calls' own.
//   copy_limit ring N SRC DST      io_uring at depth N, O_DIRECT both ways
//   copy_limit threads N SRC DST   N threads of pread and pwrite, O_DIRECT both ways
//   copy_limit back N SRC DST      as ring, and each piece is read back from DST as soon as it is written
//   copy_limit read N SRC -        only reads, at depth N
// Extents by SEEK_DATA and SEEK_HOLE in pieces of up to 1 MiB; fsync at the end. The memory is in huge pages, so that a
// piece is one request to the disk; SMALLPAGES=1 takes that from it.
// Build: cc -O2 -o copy_limit copy_limit.c -luring -lpthread
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((off_t)(getenv("PIECE") ? atol(getenv("PIECE")) : 1 << 20))
#define PAGE 4096

static int in, out;
static off_t size, place, end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int only_read, reads_back, no_direct_write;
static off_t piece;

static void check(long result, const char *what) {
  if (result < 0) { errno = -result > 0 && result < -1 ? -result : errno; perror(what); exit(1); }
}

// The next piece of data; 0 when there is none.
static int next(off_t *offset, size_t *length) {
  if (place >= end) {
    off_t data = lseek(in, place, SEEK_DATA);
    if (data < 0) return 0;
    place = data / PAGE * PAGE;
    end = lseek(in, data, SEEK_HOLE);
  }
  off_t stop = (place / piece + 1) * piece;
  if (stop > end) stop = end;
  *offset = place;
  *length = stop - place;
  place = stop;
  return 1;
}

static size_t aligned(size_t length) { return (length + PAGE - 1) / PAGE * PAGE; }

// Room for so many pieces, from a huge page's border on.
static char *pieces(int count) {
  size_t huge = 2 << 20, length = (size_t)count * piece;
  char *memory = mmap(0, length + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) { perror("mmap"); exit(1); }
  memory += (huge - (size_t)memory % huge) % huge;
  madvise(memory, length, getenv("SMALLPAGES") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
  return memory;
}

enum step { READING, WRITING, READING_BACK };
struct slot { off_t offset; size_t length; enum step step; char *buffer; };

static void ring_copy(int depth) {
  struct io_uring ring;
  check(io_uring_queue_init(depth, &ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN), "io_uring_queue_init");
  struct slot *slots = calloc(depth, sizeof *slots);
  struct slot **idle = calloc(depth, sizeof *idle);
  int spare = depth, busy = 0, more = 1;
  // Bounded memory: pieces in flight together hold at most 64 MiB.
  size_t held = 0, most = 64 << 20;
  char *memory = pieces(depth);
  // The first is taken first: what is never under way at once is never touched.
  for (int i = 0; i < depth; i++) {
    slots[i].buffer = memory + (size_t)i * piece;
    idle[depth - 1 - i] = &slots[i];
  }
  off_t offset; size_t length;
  int pending = 0;
  while (1) {
    while (more && spare > 0) {
      if (!pending) { if (!next(&offset, &length)) { more = 0; break; } pending = 1; }
      if (held + aligned(length) > most) break;
      pending = 0;
      struct slot *slot = idle[--spare];
      slot->offset = offset; slot->length = length; slot->step = READING;
      held += aligned(length);
      struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
      io_uring_prep_read(sqe, in, slot->buffer, aligned(length), offset);
      io_uring_sqe_set_data(sqe, slot);
      busy++;
    }
    if (!busy) break;
    check(io_uring_submit_and_wait(&ring, 1), "submit");
    struct io_uring_cqe *cqe;
    unsigned head, seen = 0;
    io_uring_for_each_cqe(&ring, head, cqe) {
      seen++;
      struct slot *slot = io_uring_cqe_get_data(cqe);
      if (cqe->res < (long)slot->length) { fprintf(stderr, "short or failed: %d\n", cqe->res); exit(1); }
      if (slot->step < (only_read ? READING : reads_back ? READING_BACK : WRITING)) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        if (!sqe) { io_uring_submit(&ring); sqe = io_uring_get_sqe(&ring); }
        if (++slot->step == WRITING) io_uring_prep_write(sqe, out, slot->buffer, aligned(slot->length), slot->offset);
        else io_uring_prep_read(sqe, out, slot->buffer, aligned(slot->length), slot->offset);
        io_uring_sqe_set_data(sqe, slot);
      } else {
        held -= aligned(slot->length);
        idle[spare++] = slot;
        busy--;
      }
    }
    io_uring_cq_advance(&ring, seen);
  }
}

static void *thread_copy(void *memory) {
  char *buffer = memory;
  while (1) {
    off_t offset; size_t length;
    pthread_mutex_lock(&lock);
    int found = next(&offset, &length);
    pthread_mutex_unlock(&lock);
    if (!found) return 0;
    check(pread(in, buffer, aligned(length), offset), "pread");
    if (!only_read) check(pwrite(out, buffer, aligned(length), offset), "pwrite");
  }
}

int main(int count, char **words) {
  if (count != 5) { fprintf(stderr, "usage: copy_limit ring|back|threads|read N SRC DST\n"); return 64; }
  piece = PIECE;
  int depth = atoi(words[2]);
  only_read = !strcmp(words[1], "read");
  reads_back = !strcmp(words[1], "back");
  check(in = open(words[3], O_RDONLY | O_DIRECT), words[3]);
  struct stat status;
  check(fstat(in, &status), "fstat");
  size = status.st_size;
  if (!only_read) {
    no_direct_write = getenv("BUFFERED") != 0;
    check(out = open(words[4], O_RDWR | O_CREAT | O_TRUNC | (no_direct_write ? 0 : O_DIRECT), 0600), words[4]);
    check(ftruncate(out, size), "ftruncate");
  }
  if (!strcmp(words[1], "threads")) {
    pthread_t threads[depth];
    char *memory = pieces(depth);
    for (int i = 0; i < depth; i++) pthread_create(&threads[i], 0, thread_copy, memory + (size_t)i * piece);
    for (int i = 0; i < depth; i++) pthread_join(threads[i], 0);
  } else {
    ring_copy(depth);
  }
  if (!only_read) { check(ftruncate(out, size), "ftruncate"); check(fsync(out), "fsync"); }
  return 0;
}
