// As much of liburing as the copy engine uses, without its types: their definitions clash with those that
// swift-system brings along.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleetshift_ring;

// Of so many transfers at once. NULL where the kernel has no io_uring, or forbids it, or there are no file descriptors left.
struct fleetshift_ring *fleetshift_ring_open(unsigned depth);
// Nothing may be under way.
void fleetshift_ring_close(struct fleetshift_ring *ring);

// Prepare a request; false if the ring is full.
bool fleetshift_ring_read(struct fleetshift_ring *ring, int file, void *memory, unsigned count, uint64_t offset,
                          uint64_t tag);
bool fleetshift_ring_write(struct fleetshift_ring *ring, int file, const void *memory, unsigned count,
                           uint64_t offset, uint64_t tag);
bool fleetshift_ring_datasync(struct fleetshift_ring *ring, int file, uint64_t tag);

// What to hand to fleetshift_ring_wake, on whatever thread, to end the wait for a completion: the one that is going on, or
// the next. Only while the ring is open.
int fleetshift_ring_event(const struct fleetshift_ring *ring);
void fleetshift_ring_wake(int event);

// Submits what is prepared and waits for a completion or to be woken; zero or more, or a negative errno.
int fleetshift_ring_wait(struct fleetshift_ring *ring, int64_t nanoseconds);
// Takes a completion, if there is one.
bool fleetshift_ring_take(struct fleetshift_ring *ring, uint64_t *tag, int *result);
