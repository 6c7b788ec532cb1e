/* One layer of the encoder, forward and backward: the two ways that norms can lie, and
 * what they have in common. */
#ifndef ENCODER_LAYER_H
#define ENCODER_LAYER_H

#include "encoder/encoder_state.h"
#include "num/matrix.h"
#include "num/vecmath.h"

/* As encoder_layer and encoder_layer_backward: norms behind attention and feed-forward,
 * or before them. */
void layer_norm_last(const struct group_view *v, size_t layer, const struct layer_state *s,
		     struct encoder_scratch *w);
void layer_norm_last_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			      struct encoder_scratch *w, float *vectors);
void layer_norm_first(const struct group_view *v, size_t layer, const struct layer_state *s,
		      struct encoder_scratch *w);
void layer_norm_first_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			       struct encoder_scratch *w, float *vectors);

/* The group's first row in an array of the batch, and its rows. */
size_t layer_row(const struct group_view *v);
struct matrix layer_rows(const struct group_view *v, float *data, size_t columns);

/* A vector of the model, and its gradient in `vectors`; NULL where there is none. */
const float *layer_vector(const struct group_view *v, size_t place);
float *layer_gradient(const struct group_view *v, float *vectors, size_t place);

struct norm layer_norm_at(const struct group_view *v, size_t gamma, size_t beta);

/* Draws the masks of the group's rows, of n elements each, at a site; or gives those
 * that were drawn. No mask where there is no dropout, or `drops` says that the network
 * has none there. */
struct dropout layer_draw(const struct group_view *v, uint8_t *mask, size_t n, bool drops, uint32_t site);
struct dropout layer_drawn(const struct group_view *v, const uint8_t *mask, size_t n, bool drops);

/* x (rows, hidden) → s->context. */
void layer_attend(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix x,
		  struct encoder_scratch *w);
/* s->d_out, the gradient of the product by out → s->qkv, and d_x (rows, hidden), which is
 * added to where `accumulate`. */
void layer_attend_backward(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix d_x,
			   bool accumulate, struct encoder_scratch *w, float *vectors);

/* s->middle → s->act, and back from d_act (rows, intermediate) to s->pre. */
void layer_feed(const struct group_view *v, size_t layer, const struct layer_state *s);
void layer_feed_backward(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix d_act,
			 float *vectors);

/* f of the feed-forward layers, of a head's dense layer. */
enum vector_activation layer_activation(enum activation activation);

#endif
