#define XXH_INLINE_ALL
#include <xxhash.h>

#include "cxxhash.h"

uint64_t proofback_xxh3(const void *bytes, size_t length, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, length, seed);
}
