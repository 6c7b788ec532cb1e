/* Room for activations: of all layers for training, or of one layer, used again
 * and again, where no gradient is wanted. */
#ifndef ENCODER_ACTIVATIONS_H
#define ENCODER_ACTIVATIONS_H

#include "encoder/encoder_state.h"

#include <stdbool.h>

struct activations {
	struct embedding_state embedding;
	struct layer_state *layers; /* (layer_count) */
	size_t layer_count;
	char *block;
	size_t block_size;
};

/* Makes room for `rows` rows and `scores` attention weights of one head, with
 * masks if `dropout`. With `keep` there is a layer_state for each layer, its
 * input the output of the layer below. Without, layers[0] and layers[1] share
 * all but input and output, which they swap: layer l is layers[l % 2].
 * To be zeroed before the first call; what it held is lost. */
int activations_reserve(struct activations *a, const struct encoder_shape *c, size_t rows, size_t scores, bool keep,
			bool dropout, struct error *err);
void activations_release(struct activations *a);

/* The state of a layer, from 0. */
const struct layer_state *activations_layer(const struct activations *a, size_t layer);

#endif
