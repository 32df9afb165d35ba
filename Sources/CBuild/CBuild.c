#include "CBuild.h"

#ifndef FLEETSHIFT_COMMIT
#define FLEETSHIFT_COMMIT ""
#endif

const char *fleetshift_commit(void) { return FLEETSHIFT_COMMIT; }
