/* A digest of what decides a training's result. */
#ifndef TRAINING_DIGEST_H
#define TRAINING_DIGEST_H

#include "encoder/model.h"
#include "text/encoding.h"

#include <stddef.h>

struct sha256;

struct digest {
	struct sha256 *sha256; /* NULL if memory was short */
};

void digest_init(struct digest *d);
void digest_bytes(struct digest *d, const void *data, size_t size);
void digest_format(struct digest *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void digest_model(struct digest *d, const struct encoder_model *m);
void digest_encoding(struct digest *d, const struct encoding *e);
/* Hexadecimal; "" if memory was short, which equals no digest. */
void digest_end(struct digest *d, char hex[65]);

#endif
