#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

int linux_clone(int destination, int source) { return ioctl(destination, FICLONE, source); }

int linux_extents(int file, uint64_t start, struct linux_extent *extents, unsigned most) {
  size_t size = sizeof(struct fiemap) + most * sizeof(struct fiemap_extent);
  struct fiemap *map = calloc(1, size);
  if (!map) return -1;
  map->fm_start = start;
  map->fm_length = FIEMAP_MAX_OFFSET - start;
  map->fm_flags = FIEMAP_FLAG_SYNC;
  map->fm_extent_count = most;
  int result = ioctl(file, FS_IOC_FIEMAP, map);
  if (result == 0) {
    // What is compressed, inline, encrypted or nowhere yet has no bytes of its own on the disk.
    const uint32_t vague = FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |
                           FIEMAP_EXTENT_DATA_ENCRYPTED | FIEMAP_EXTENT_NOT_ALIGNED | FIEMAP_EXTENT_DATA_INLINE |
                           FIEMAP_EXTENT_DATA_TAIL;
    result = (int)map->fm_mapped_extents;
    for (int i = 0; i < result; i++) {
      const struct fiemap_extent *found = &map->fm_extents[i];
      extents[i].logical = found->fe_logical;
      extents[i].physical = found->fe_physical;
      extents[i].length = found->fe_length;
      extents[i].is_vague = (found->fe_flags & vague) != 0;
      extents[i].is_unwritten = (found->fe_flags & FIEMAP_EXTENT_UNWRITTEN) != 0;
    }
  }
  free(map);
  return result;
}
