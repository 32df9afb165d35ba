// What this build was made of. Told at build time by FLEETSHIFT_COMMIT in the environment (the Makefile sets it); C,
// because a change of it then compiles one small file and no Swift module.
#pragma once

/// The commit, as `git describe` names it; empty if nobody told.
const char *fleetshift_commit(void);
