// As much of libnbd as the cutover uses. The library (libnbd0) is loaded when it is first asked for: who tracks in
// another way need not have it. The calls repeat the prototypes of libnbd 1.x, whose interface does not change.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleetshift_nbd;

/// Connects and negotiates `base:allocation` and, unless NULL, `context`. NULL on failure; then the reason, at most
/// `size` bytes of it, is in `error`. A server that says nothing for `patience` milliseconds, now or later, is given up.
struct fleetshift_nbd *fleetshift_nbd_open(const char *uri, const char *context, int patience, char *error,
                                           size_t size);
void fleetshift_nbd_close(struct fleetshift_nbd *nbd);
int64_t fleetshift_nbd_size(struct fleetshift_nbd *nbd);
/// 0, or an errno.
int fleetshift_nbd_read(struct fleetshift_nbd *nbd, void *memory, size_t count, uint64_t offset);

struct fleetshift_nbd_extent {
  uint64_t length;
  /// Of `base:allocation`: 1 a hole, 2 reads as zeros. Of a dirty bitmap: 1 dirty.
  uint32_t flags;
};
/// The extents from `offset` on, of the context or of `base:allocation`, at most `most`; their number, or a negative
/// errno.
int fleetshift_nbd_extents(struct fleetshift_nbd *nbd, bool of_context, uint64_t offset, uint64_t count,
                           struct fleetshift_nbd_extent *extents, unsigned most);
