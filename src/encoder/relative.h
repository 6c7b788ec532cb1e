/* Disentangled positions (He et al. 2021; 2023): a table of embeddings of distances, which
 * all layers project by their own queries' and keys' weights.
 *
 *   R = norm(table),  bucket r of the distance i − j
 *   s = (qᵢ·kⱼ + qᵢ·K(R_r) + kⱼ·Q(R_r)) / √(3 d)
 *
 * Only the rows are made that the longest sentence can need. */
#ifndef ENCODER_RELATIVE_H
#define ENCODER_RELATIVE_H

#include "base/error.h"
#include "base/pool.h"
#include "encoder/model.h"
#include "encoder/packing.h"

#include <stddef.h>
#include <stdint.h>

struct dropout_key;

struct relative {
	size_t longest;       /* sentence */
	size_t first, rows;   /* of the table: those that are made */
	size_t groups;        /* that gradients are kept for */
	uint32_t *buckets;    /* (2 longest − 1): of the distances from 1 − longest on, less `first` */
	float *hat, *inverse; /* (rows, hidden), (rows): of the norm; backward leaves the table's gradient in hat */
	float *normed;        /* (rows, hidden): R */
	float *input;         /* (layers, rows, hidden): R after dropout; without, R itself */
	float *qkv;           /* (layers, rows, 3 hidden); backward leaves its gradient here, 0 of the values */
	uint8_t *mask;        /* as input */
	float *d_input;       /* as input */
	float *gradients;     /* (groups, layers, rows, 2 hidden): of the queries and keys, from each group */
	float *block;
	size_t room; /* floats in the block */
};

/* Room for sentences of up to `longest` pieces, for `groups` groups backward (0: forward
 * alone), with masks if `dropout`. To be zeroed before the first call; nothing is done
 * where the model has no such positions. */
int relative_reserve(struct relative *r, const struct encoder_model *m, size_t longest, size_t groups, bool dropout,
		     struct error *err);
void relative_release(struct relative *r);

/* R and its projections, from the weights as they are now. `dropout` may be NULL. */
void relative_forward(struct relative *r, const struct encoder_model *m, const struct packing *packing,
		      const struct dropout_key *dropout, struct pool *pool);

/* From the groups' gradients to those of the projections, from layer `lowest` on (1 … L),
 * and with 0 to that of the table. What belongs to biases and norms is added to `vectors`,
 * as in encoder_layer_backward. */
void relative_backward(struct relative *r, const struct encoder_model *m, const struct packing *packing,
		       const struct dropout_key *dropout, int lowest, struct pool *pool, float *vectors);

/* The projected queries or keys of one head, in the rows that sentences of `length`
 * pieces need; *start is the first of them. */
enum relative_part { RELATIVE_QUERIES, RELATIVE_KEYS };
struct matrix relative_rows(const struct relative *r, const struct encoder_shape *shape, size_t layer,
			    enum relative_part part, size_t head, size_t length, size_t *start);

/* The same rows of a group's gradients. */
struct matrix relative_gradient(const struct relative *r, const struct encoder_shape *shape, size_t group,
				size_t layer, enum relative_part part, size_t head, size_t length);

/* Zeroes a group's gradients of a layer. */
void relative_clear(const struct relative *r, const struct encoder_shape *shape, size_t group, size_t layer);

/* The product by which the table adds to the gradient of a layer's qkv weight: see
 * struct weight_product. */
float *relative_input(const struct relative *r, const struct encoder_shape *shape, size_t layer);
float *relative_qkv(const struct relative *r, const struct encoder_shape *shape, size_t layer);

/* The row of the table for the distance query − key. */
size_t relative_bucket(const struct encoder_shape *s, long distance);

#endif
