/* The encoder over many sentences, without gradients. */
#ifndef ENCODER_INFERENCE_H
#define ENCODER_INFERENCE_H

#include "base/context.h"
#include "encoder/encoder.h"
#include "encoder/model.h"
#include "text/encoding.h"

struct inference {
	const struct encoder_model *model;
	const struct packed_sentence *sentences;
	size_t count;
	const char *phase; /* for the progress line */
	/* Called before the groups of a slice of the sentences; may be NULL. */
	int (*slice)(void *arg, const struct pack *pack, struct error *err);
	/* Called by any thread with the rows of a group: layer 0 is the embedding
	 * output, 1 … L the encoder layers. Groups and slices do not depend on the
	 * number of threads. */
	void (*layer)(void *arg, const struct group_view *view, size_t layer, struct matrix output,
		      struct encoder_scratch *scratch);
	/* Called after the groups of a slice; may be NULL. */
	void (*end)(void *arg);
	void *arg;
};

int inference_run(const struct inference *f, const struct context *ctx, struct error *err);

/* The sentences of an encoding, in its order. NULL if memory is short. */
struct packed_sentence *inference_sentences(const struct encoding *e);

#endif
