/* Built without libbrotlidec: br is not offered, and not undone if it comes all the same. */
#include "daemon/fetcher/decode.h"

const char *const decode_offer = "gzip, deflate, zstd";

const struct decode_coding decode_br = { NULL, NULL, NULL, NULL, NULL, NULL };
