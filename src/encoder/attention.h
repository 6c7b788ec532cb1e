/* Attention within the sentences of a group, a head at a time:
 *   p = softmax(q kᵀ/√d + b),  context = dropout(p) v,
 * with b[i, j] the head's bias for the bucket of j − i (Raffel et al. 2020), which
 * all layers share, where the shape has buckets; or with what relative.h adds. A local layer's p is 0 farther away than
 * the shape's window. */
#ifndef ENCODER_ATTENTION_H
#define ENCODER_ATTENTION_H

#include "encoder/encoder_state.h"
#include "num/matrix.h"

/* s->qkv → s->prob, s->context. */
void attention_forward(const struct group_view *v, size_t layer, const struct layer_state *s,
		       struct encoder_scratch *w);

/* s->qkv becomes its gradient; d_context (rows of the group, hidden). The gradient
 * of the bias is added to `vectors`, as in encoder_layer_backward. */
void attention_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			struct matrix d_context, struct encoder_scratch *w, float *vectors);

/* The bucket of the distance key − query: half of them for keys behind, half for
 * those before; exact up to a quarter of the buckets, then by logarithms up to
 * `farthest`, as MPNet has it. */
size_t attention_bucket(const struct encoder_shape *s, long distance);

#endif
