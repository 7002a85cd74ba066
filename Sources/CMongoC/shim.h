#include <mongoc/mongoc.h>

/* Both types are aligned to 128 bytes, which Swift does not import: it sees them as opaque, and is told their sizes. */
enum {
  PROOFBACK_BSON_SIZE = sizeof(bson_t),
  PROOFBACK_BSON_ITER_SIZE = sizeof(bson_iter_t),
  PROOFBACK_BSON_ALIGNMENT = 128
};
