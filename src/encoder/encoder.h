/* The encoder forward and backward, a group of packed sentences at a time
 * (Devlin et al. 2019; Vaswani et al. 2017, layer norm after the residual).
 *
 *   e = dropout(norm(word + position + type 0))
 *   layer:  q, k, v = x Wᵀ + b
 *           p = softmax(q kᵀ/√d) within a sentence, a head at a time
 *           m = norm(x + dropout(dropout(p) v Wᵀ + b))
 *           y = norm(m + dropout(f(m Wᵀ + b) Wᵀ + b))
 *
 * Backward overwrites activations that are no longer needed with the gradients
 * of the products' results, from which the weights' gradients are made for the
 * whole batch at once:
 *   qkv → d qkv,  hat1 → d (context Wᵀ),  pre → d (middle Wᵀ),
 *   hat2 → d (act Wᵀ),  embedding hat → d (word + position + type). */
#ifndef ENCODER_ENCODER_H
#define ENCODER_ENCODER_H

#include "encoder/encoder_state.h"
#include "num/vecmath.h"

#include <stddef.h>

/* The row of a piece's position; `next` is that of the next piece, first_position at the
 * beginning of a sentence. A piece of padding in the text has a row of its own, and
 * moves no other (RoBERTa's create_position_ids_from_input_ids). */
static inline size_t encoder_position(const struct encoder_shape *s, int32_t id, size_t *next)
{
	return s->first_position > 0 && (size_t)id == s->first_position - 1 ? (size_t)id : (*next)++;
}

void encoder_embed(const struct group_view *v, const struct embedding_state *s);
void encoder_layer(const struct group_view *v, size_t layer, const struct layer_state *s, struct encoder_scratch *w);

/* w->grad holds the gradient of the layer's output and becomes that of its
 * input. The gradients of biases and
 * layer norms are added to `vectors`, laid out as the arena from
 * model->vectors on. */
void encoder_layer_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			    struct encoder_scratch *w, float *vectors);
void encoder_embed_backward(const struct group_view *v, const struct embedding_state *s, struct encoder_scratch *w,
			    float *vectors);

#endif
