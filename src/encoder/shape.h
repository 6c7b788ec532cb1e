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
	size_t vocabulary, positions, types; /* rows of the embeddings; types may be 0: there are none; positions
						are the most that there can be, with or without embeddings */
	size_t first_position;               /* row of the first piece's position; where it is not 0, padding is known
						by its id, first_position − 1, which is its row, too */
	size_t buckets, farthest; /* of the bias by distance that all layers share; buckets 0: there is none */
	size_t relative;  /* buckets to either side of disentangled positions, up to `farthest`; 0: there are none */
	double rotary[2]; /* bases of the angles by which rotary positions turn queries and keys where attention
				is global, and where it is local; 0: positions have embeddings */
	size_t window;    /* local attention reaches so many pieces to either side; 0: all is global */
	size_t global_every; /* where it is local: a layer is global whose number, from 0, is a multiple */
	bool norm_first;     /* norms before attention and feed-forward, but before the first attention, and one
				behind the last layer; else behind each of the two */
	bool unbiased;       /* neither linear layers nor norms have a bias */
	bool gated;          /* the feed-forward is f(a) ∘ b */
	bool head_dense;     /* a classifier stands on a dense layer, its activation and a norm */
	bool shared;         /* one layer's weights, used in every layer */
	bool drops_out, drops_down, drops_gate; /* dropout of the attention's output, of the feed-forward's, and of
						   what is gated */
	enum activation activation, head_activation; /* the second of a dense layer of a head */
	double layer_norm_eps;
	double hidden_dropout, attention_dropout;
	double head_dropout; /* before a classifier */
	double initializer_range;
	int pad_id;
};

static inline bool shape_has_positions(const struct encoder_shape *s)
{
	return s->rotary[0] == 0 && s->relative == 0;
}

/* Rows of the embeddings of positions. */
static inline size_t shape_position_rows(const struct encoder_shape *s)
{
	return shape_has_positions(s) ? s->positions : 0;
}

/* Of all three kinds. */
static inline size_t shape_embedding_rows(const struct encoder_shape *s)
{
	return s->vocabulary + shape_position_rows(s) + s->types;
}

/* Width of the feed-forward's first product. */
static inline size_t shape_up(const struct encoder_shape *s)
{
	return s->gated ? 2 * s->intermediate : s->intermediate;
}

static inline bool shape_is_local(const struct encoder_shape *s, size_t layer)
{
	return s->window > 0 && layer % s->global_every != 0;
}

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
