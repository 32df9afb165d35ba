// zlib: inflates the clusters that qcow2 compresses.
#pragma once
#include <zlib.h>
