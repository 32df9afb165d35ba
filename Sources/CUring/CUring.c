#define _GNU_SOURCE
#include "CUring.h"

#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct fleetshift_ring {
  struct io_uring ring;
  // Written to by whoever wants to wake the waiting thread.
  int event;
  // Whether the ring is watching it.
  bool is_watched;
};

// No transfer has it: theirs are places in a list. UINT64_MAX is liburing's own (LIBURING_UDATA_TIMEOUT).
static const uint64_t woken = UINT64_MAX - 1;

struct fleetshift_ring *fleetshift_ring_open(unsigned depth) {
  // SINGLE_ISSUER and DEFER_TASKRUN (Linux 6.1) spare interrupts; kernels without them refuse the flags.
  static const unsigned flags[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0};
  struct fleetshift_ring *ring = calloc(1, sizeof *ring);
  if (!ring) return NULL;
  ring->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  for (size_t i = 0; ring->event >= 0 && i < sizeof flags / sizeof *flags; i++)
    if (io_uring_queue_init(depth + 1, &ring->ring, flags[i]) == 0) return ring;
  if (ring->event >= 0) close(ring->event);
  free(ring);
  return NULL;
}

void fleetshift_ring_close(struct fleetshift_ring *ring) {
  io_uring_queue_exit(&ring->ring);
  close(ring->event);
  free(ring);
}

static struct io_uring_sqe *entry(struct fleetshift_ring *ring) {
  struct io_uring_sqe *entry = io_uring_get_sqe(&ring->ring);
  if (entry) return entry;
  io_uring_submit(&ring->ring);
  return io_uring_get_sqe(&ring->ring);
}

bool fleetshift_ring_read(struct fleetshift_ring *ring, int file, void *memory, unsigned count, uint64_t offset,
                          uint64_t tag) {
  struct io_uring_sqe *sqe = entry(ring);
  if (!sqe) return false;
  io_uring_prep_read(sqe, file, memory, count, offset);
  io_uring_sqe_set_data64(sqe, tag);
  return true;
}

bool fleetshift_ring_write(struct fleetshift_ring *ring, int file, const void *memory, unsigned count,
                           uint64_t offset, uint64_t tag) {
  struct io_uring_sqe *sqe = entry(ring);
  if (!sqe) return false;
  io_uring_prep_write(sqe, file, memory, count, offset);
  io_uring_sqe_set_data64(sqe, tag);
  return true;
}

bool fleetshift_ring_datasync(struct fleetshift_ring *ring, int file, uint64_t tag) {
  struct io_uring_sqe *sqe = entry(ring);
  if (!sqe) return false;
  io_uring_prep_fsync(sqe, file, IORING_FSYNC_DATASYNC);
  io_uring_sqe_set_data64(sqe, tag);
  return true;
}

int fleetshift_ring_event(const struct fleetshift_ring *ring) { return ring->event; }

void fleetshift_ring_wake(int event) { eventfd_write(event, 1); }

int fleetshift_ring_wait(struct fleetshift_ring *ring, int64_t nanoseconds) {
  struct io_uring_sqe *sqe = ring->is_watched ? NULL : entry(ring);
  if (sqe) {
    io_uring_prep_poll_add(sqe, ring->event, POLLIN);
    io_uring_sqe_set_data64(sqe, woken);
    ring->is_watched = true;
  }
  struct __kernel_timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  struct io_uring_cqe *first;
  return io_uring_submit_and_wait_timeout(&ring->ring, &first, 1, &time, NULL);
}

bool fleetshift_ring_take(struct fleetshift_ring *ring, uint64_t *tag, int *result) {
  struct io_uring_cqe *completion;
  if (io_uring_peek_cqe(&ring->ring, &completion) != 0) return false;
  while (io_uring_cqe_get_data64(completion) == woken) {
    // Emptied before it is watched again, and before what it was written for is looked at: none gets lost. Where it cannot
    // be watched, trying again would keep us busy; every wait has an end of its own.
    eventfd_t count;
    eventfd_read(ring->event, &count);
    if (completion->res >= 0) ring->is_watched = false;
    io_uring_cqe_seen(&ring->ring, completion);
    if (io_uring_peek_cqe(&ring->ring, &completion) != 0) return false;
  }
  *tag = io_uring_cqe_get_data64(completion);
  *result = completion->res;
  io_uring_cqe_seen(&ring->ring, completion);
  return true;
}
