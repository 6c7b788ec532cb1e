/* The weights of the encoder layers in the panels that products read, made anew
 * after each update: one copy serves all groups of a batch. */
#ifndef ENCODER_PACKING_H
#define ENCODER_PACKING_H

#include "base/error.h"
#include "base/pool.h"
#include "encoder/model.h"
#include "num/product.h"

#include <stdbool.h>

/* The four products of a layer: x (rows, k) · B. */
struct packed_layer {
	struct packed qkv, out, up, down;
};

struct packing {
	struct packed_layer *forward, *backward; /* (layers with weights of their own); backward NULL if not wanted */
	struct packed project[2];                /* of the embeddings, forward and backward */
	float *panels;
	size_t size; /* floats */
};

int packing_init(struct packing *out, const struct encoder_model *m, bool backward, struct error *err);
void packing_release(struct packing *p);

/* Copies the weights as they are now. */
void packing_fill(struct packing *p, const struct encoder_model *m, struct pool *pool);

/* The panels of a layer's weights. */
const struct packed_layer *packing_layer(const struct packing *p, const struct encoder_model *m, size_t layer,
					 bool backward);

#endif
