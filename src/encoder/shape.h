/* The shape of an encoder: the sizes and the choices by which the families of
 * encoders differ. Memory, forward and backward read it, and nothing else. */
#ifndef ENCODER_SHAPE_H
#define ENCODER_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum activation { ACTIVATION_GELU, ACTIVATION_GELU_NEW, ACTIVATION_RELU };

struct family;

struct encoder_shape {
	const struct family *family;
	size_t hidden, layers, heads, intermediate; /* heads divides hidden */
	size_t embedding;                    /* width of the embeddings; where not `hidden`, they are projected */
	bool projected;                      /* they are, whatever the width */
	size_t vocabulary, positions, types; /* rows of the embeddings; types may be 0: there are none */
	size_t first_position;               /* row of the first piece's position; where it is not 0, padding is known
						by its id, first_position − 1, which is its row, too */
	size_t buckets, farthest;   /* of the bias by distance that all layers share; buckets 0: there is none */
	bool shared;                /* one layer's weights, used in every layer */
	bool drops_out, drops_down; /* dropout of the attention's output, and of the feed-forward's */
	enum activation activation;
	double layer_norm_eps;
	double hidden_dropout, attention_dropout;
	double head_dropout; /* before a classifier */
	double initializer_range;
	int pad_id;
};

/* The most pieces that a sentence may have. */
static inline size_t shape_longest(const struct encoder_shape *s)
{
	return s->positions - s->first_position;
}

static inline bool shape_is_projected(const struct encoder_shape *s)
{
	return s->projected || s->embedding != s->hidden;
}

/* Layers that have weights of their own. */
static inline size_t shape_own_layers(const struct encoder_shape *s)
{
	return s->shared ? 1 : s->layers;
}

#endif
