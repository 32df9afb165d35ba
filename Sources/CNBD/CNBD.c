#include "CNBD.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct nbd_handle;
typedef struct {
  int (*callback)(void *user_data, const char *metacontext, uint64_t offset, uint32_t *entries, size_t count,
                  int *error);
  void *user_data;
  void (*free)(void *user_data);
} nbd_extent_callback;
typedef struct {
  int (*callback)(void *user_data, int *error);
  void *user_data;
  void (*free)(void *user_data);
} nbd_completion_callback;

static struct {
  struct nbd_handle *(*create)(void);
  void (*close)(struct nbd_handle *);
  int (*add_meta_context)(struct nbd_handle *, const char *);
  int (*can_meta_context)(struct nbd_handle *, const char *);
  int (*aio_connect_uri)(struct nbd_handle *, const char *);
  int (*aio_is_connecting)(struct nbd_handle *);
  int (*aio_is_ready)(struct nbd_handle *);
  int (*poll)(struct nbd_handle *, int);
  int (*aio_command_completed)(struct nbd_handle *, uint64_t);
  int64_t (*get_size)(struct nbd_handle *);
  int64_t (*aio_pread)(struct nbd_handle *, void *, size_t, uint64_t, nbd_completion_callback, uint32_t);
  int64_t (*aio_block_status)(struct nbd_handle *, uint64_t, uint64_t, nbd_extent_callback, nbd_completion_callback,
                              uint32_t);
  const char *(*get_error)(void);
  int (*get_errno)(void);
  bool is_loaded;
} library;

static void load(void) {
  void *file = dlopen("libnbd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!file) return;
#define FIND(name) (*(void **)&library.name = dlsym(file, "nbd_" #name))
  library.is_loaded = FIND(create) && FIND(close) && FIND(add_meta_context) && FIND(can_meta_context) &&
                      FIND(aio_connect_uri) && FIND(aio_is_connecting) && FIND(aio_is_ready) && FIND(poll) &&
                      FIND(aio_command_completed) && FIND(get_size) && FIND(aio_pread) &&
                      FIND(aio_block_status) && FIND(get_error) && FIND(get_errno);
}

struct fleetshift_nbd {
  // NULL once a command was given up: what is under way may still write to its memory.
  struct nbd_handle *handle;
  char *context;
  int patience;
};

// Waits for the next thing that the server says. 1: it said something; 0: nothing for too long; -1: it is gone.
static int wait_for_word(struct fleetshift_nbd *nbd) {
  int word;
  do word = library.poll(nbd->handle, nbd->patience);
  while (word < 0 && library.get_errno() == EINTR);
  return word;
}

static int error_of_last_call(void) {
  int error = library.get_errno();
  return error ? error : EIO;
}

static void give_up(struct fleetshift_nbd *nbd) {
  library.close(nbd->handle);
  nbd->handle = NULL;
}

// 0 when the command is done, or an errno.
static int finish(struct fleetshift_nbd *nbd, int64_t command) {
  if (command < 0) return error_of_last_call();
  for (;;) {
    int done = library.aio_command_completed(nbd->handle, (uint64_t)command);
    if (done != 0) return done > 0 ? 0 : error_of_last_call();
    int word = wait_for_word(nbd);
    if (word > 0) continue;
    int error = word < 0 ? error_of_last_call() : ETIMEDOUT;
    give_up(nbd);
    return error;
  }
}

struct fleetshift_nbd *fleetshift_nbd_open(const char *uri, const char *context, int patience, char *error,
                                           size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  if (!library.is_loaded) {
    snprintf(error, size, "the library libnbd is not installed (Debian: libnbd0)");
    return NULL;
  }
  struct fleetshift_nbd *nbd = calloc(1, sizeof *nbd);
  struct nbd_handle *handle = nbd ? library.create() : NULL;
  if (!handle) goto failed;
  nbd->handle = handle;
  nbd->patience = patience;
  if (context && !(nbd->context = strdup(context))) goto failed;
  if (library.add_meta_context(handle, "base:allocation") < 0) goto failed;
  if (context && library.add_meta_context(handle, context) < 0) goto failed;
  if (library.aio_connect_uri(handle, uri) < 0) goto failed;
  while (library.aio_is_connecting(handle)) {
    int word = wait_for_word(nbd);
    if (word < 0) goto failed;
    if (word == 0) {
      snprintf(error, size, "it says nothing");
      give_up(nbd);
      fleetshift_nbd_close(nbd);
      return NULL;
    }
  }
  if (!library.aio_is_ready(handle)) goto failed;
  if (context && library.can_meta_context(handle, context) != 1) {
    snprintf(error, size, "the server has no '%s'", context);
    fleetshift_nbd_close(nbd);
    return NULL;
  }
  return nbd;
failed:
  snprintf(error, size, "%s", handle && library.get_error() ? library.get_error() : "out of memory");
  if (nbd) fleetshift_nbd_close(nbd);
  return NULL;
}

void fleetshift_nbd_close(struct fleetshift_nbd *nbd) {
  // A farewell that is waited for could be waited for in vain; closing is as good.
  if (nbd->handle) library.close(nbd->handle);
  free(nbd->context);
  free(nbd);
}

int64_t fleetshift_nbd_size(struct fleetshift_nbd *nbd) { return library.get_size(nbd->handle); }

int fleetshift_nbd_read(struct fleetshift_nbd *nbd, void *memory, size_t count, uint64_t offset) {
  if (!nbd->handle) return ENOTCONN;
  nbd_completion_callback none = {NULL, NULL, NULL};
  return finish(nbd, library.aio_pread(nbd->handle, memory, count, offset, none, 0));
}

struct collection {
  const char *context;
  struct fleetshift_nbd_extent *extents;
  unsigned count, most;
};

static int collect(void *user_data, const char *context, uint64_t offset, uint32_t *entries, size_t count,
                   int *error) {
  struct collection *found = user_data;
  if (strcmp(context, found->context)) return 0;
  for (size_t i = 0; i + 1 < count && found->count < found->most; i += 2)
    found->extents[found->count++] = (struct fleetshift_nbd_extent){entries[i], entries[i + 1]};
  return 0;
}

int fleetshift_nbd_extents(struct fleetshift_nbd *nbd, bool of_context, uint64_t offset, uint64_t count,
                           struct fleetshift_nbd_extent *extents, unsigned most) {
  struct collection found = {of_context ? nbd->context : "base:allocation", extents, 0, most};
  nbd_extent_callback callback = {collect, &found, NULL};
  nbd_completion_callback none = {NULL, NULL, NULL};
  if (!nbd->handle) return -ENOTCONN;
  int error = finish(nbd, library.aio_block_status(nbd->handle, count, offset, callback, none, 0));
  return error ? -error : (int)found.count;
}
