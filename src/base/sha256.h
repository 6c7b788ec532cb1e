/* SHA-256 digests, in lower-case hexadecimal. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct sha256;

struct sha256 *sha256_new(void); /* NULL if memory is short */
void sha256_add(struct sha256 *s, const void *data, size_t size);
void sha256_end(struct sha256 *s, char hex[65]); /* frees `s` */

void sha256_bytes(char hex[65], const void *data, size_t size);
int sha256_file(char hex[65], uint64_t *bytes, const char *path, struct error *err);

#endif
