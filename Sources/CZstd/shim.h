// Zstandard: the other way in which qcow2 compresses clusters.
#pragma once
#include <zstd.h>
