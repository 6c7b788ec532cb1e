/* Where the tensors of a model lie in its arena, and what they are called. Internal to
 * encoder/model*.c. */
#ifndef ENCODER_MODEL_LAYOUT_H
#define ENCODER_MODEL_LAYOUT_H

#include "encoder/model.h"

extern const char model_memory[]; /* what memory is asked for */
extern const char model_prefix[]; /* of the encoder's tensors, as BERT's */
extern const char model_head_weight[], model_head_bias[];

/* Everything but the weights; with `matrices` adapters of that rank for each of them. */
int model_lay_out(struct encoder_model *m, const struct encoder_shape *shape, enum head_kind head, size_t labels,
		  size_t width, unsigned matrices, size_t rank, struct error *err);

/* What the family's files call a tensor of the encoder that BERT calls `name`. */
void model_spell(char out[96], const struct family *family, size_t layer, const char *name);

/* The arena, of zeros. */
int model_make_weights(struct encoder_model *m, struct error *err);

/* Draws a matrix by the seed and its name; vectors get what they begin with. */
void model_randomize_tensor(struct encoder_model *m, const struct model_tensor *p, uint64_t seed);

#endif
