#ifndef PROOFBACK_CXXHASH_H
#define PROOFBACK_CXXHASH_H

#include <stddef.h>
#include <stdint.h>

/* XXH3, 64 bits, of `length` bytes under `seed` (xxHash, doc/xxhash_spec.md). */
uint64_t proofback_xxh3(const void *bytes, size_t length, uint64_t seed);

#endif
