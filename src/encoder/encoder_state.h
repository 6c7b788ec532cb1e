/* What the encoder works on: a group of a batch, its activations, and a thread's
 * workspace. */
#ifndef ENCODER_ENCODER_STATE_H
#define ENCODER_ENCODER_STATE_H

#include "encoder/model.h"
#include "encoder/pack.h"
#include "encoder/packing.h"
#include "encoder/relative.h"
#include "encoder/rotary.h"

#include <stddef.h>
#include <stdint.h>

/* Activations of one layer for all rows of a batch. Masks may be NULL. */
struct layer_state {
	float *input;                              /* (rows, hidden), the output of the layer below */
	float *qkv;                                /* (rows, 3 hidden) */
	float *prob;                               /* (heads, length, length) a sentence, rows sum to 1 */
	float *context;                            /* (rows, hidden) */
	float *hat1;                               /* (rows, hidden), before the first norm's gain */
	float *inverse1;                           /* (rows) */
	float *normed;                             /* (rows, hidden), the first norm's output where it comes first */
	float *middle;                             /* (rows, hidden), what the feed-forward reads */
	float *pre;                                /* (rows, intermediate), twice as wide where it is gated */
	float *act;                                /* (rows, intermediate) */
	float *hat2;                               /* (rows, hidden) */
	float *inverse2;                           /* (rows) */
	float *top_hat, *top_inverse;              /* of the final norm; as hat1, inverse1 */
	float *output;                             /* (rows, hidden) */
	float *d_out, *d_down;                     /* (rows, hidden): where backward leaves the gradients of the
						      products by out and down */
	uint8_t *prob_mask, *out_mask, *down_mask; /* as prob, output, output */
	uint8_t *gate_mask;                        /* as act */
};

struct embedding_state {
	float *hat;       /* (rows, embedding) */
	float *inverse;   /* (rows) */
	float *normed;    /* (rows, embedding), after dropout; where they are not projected, `output` */
	float *output;    /* (rows, hidden) */
	float *d_project; /* (rows, hidden): its gradient, where they are projected; may be NULL */
	uint8_t *mask;    /* as normed; may be NULL */
};

/* Which dropout to draw. */
struct dropout_key {
	double hidden, attention, head; /* probabilities; 0: none */
	uint64_t seed;
	uint32_t update;
};

/* Sites of dropout, by layer from 0; the head's is behind the last layer's. */
enum { SITE_EMBEDDINGS, SITE_ATTENTION, SITE_OUT, SITE_DOWN, SITES_PER_LAYER = 3 };
static inline uint32_t dropout_site(uint32_t site, size_t layer)
{
	return site + (uint32_t)layer * SITES_PER_LAYER;
}

/* One thread's workspace, for groups of up to `rows` rows and sentences of up
 * to `longest` pieces. */
struct encoder_scratch {
	float *score;  /* (2, longest, longest) */
	float *head;   /* (longest, 3 d) */
	float *grad;   /* (rows, hidden): gradient of the current layer's output */
	float *wide;   /* (rows, intermediate) */
	float *narrow; /* (rows, hidden or embedding, the wider) */
	float *distance; /* (2, 2 longest − 1): a head's bias by distance, and its gradient; where there are buckets */
	float *far;      /* (2, longest, rows of the table of distances): a head's scores of places */
	struct rotary rotary;
	size_t rows, longest;
	float *block; /* holds all of the above */
	size_t block_size;
};
int encoder_scratch_reserve(struct encoder_scratch *s, const struct encoder_shape *c, size_t rows, size_t longest,
			    struct error *err);
void encoder_scratch_release(struct encoder_scratch *s);

/* A group of a batch, as the functions below take it. `base` is subtracted from
 * the pack's rows and score offsets: 0 where the state holds the whole batch,
 * the group's own where it holds one group. */
struct group_view {
	const struct encoder_model *model;
	const struct pack *pack;
	const struct group *group;
	const struct packing *packing;
	size_t row_base, score_base;
	const struct dropout_key *dropout; /* NULL: none */
	const struct relative *relative;   /* where the shape has such positions */
};

#endif
