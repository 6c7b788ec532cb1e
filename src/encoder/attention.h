/* Attention within the sentences of a group, a head at a time:
 *   p = softmax(q kᵀ/√d),  context = dropout(p) v. */
#ifndef ENCODER_ATTENTION_H
#define ENCODER_ATTENTION_H

#include "encoder/encoder_state.h"
#include "num/matrix.h"

/* s->qkv → s->prob, s->context. */
void attention_forward(const struct group_view *v, size_t layer, const struct layer_state *s,
		       struct encoder_scratch *w);

/* s->qkv becomes its gradient; d_context (rows of the group, hidden). */
void attention_backward(const struct group_view *v, const struct layer_state *s, struct matrix d_context,
			struct encoder_scratch *w);

#endif
