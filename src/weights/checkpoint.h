/* Weights files of a Hugging Face model directory, read as float32:
 * model.safetensors, or pytorch_model.bin in its zip or legacy form, each whole or
 * in shards that an index names.
 *
 * Names are brought to one form: the family's own prefix ("bert.") before the
 * encoder's tensors instead of any that they share ("", "module.", "model.bert."
 * …), nothing before others, LayerNorm.weight and LayerNorm.bias for gamma and
 * beta. Poolers and position_ids stay findable but are needed by nobody. */
#ifndef WEIGHTS_CHECKPOINT_H
#define WEIGHTS_CHECKPOINT_H

#include "base/error.h"
#include "base/output.h"

#include <stdbool.h>
#include <stddef.h>

struct checkpoint;

/* What the tensors of a kind of encoder are called. */
struct encoder_naming {
	const char *prefix; /* "bert.", in the one form */
	const char *const
		*marks; /* tensors that every one has: what stands before them is the prefix of all; NULL-ended */
	const char *const *parts; /* what the names begin with behind the prefix: "embeddings"; NULL-ended */
};

/* The weights files, and indices of weights files, of which the first that is
 * there is read; NULL-ended. */
extern const char *const weights_files[];
bool weights_is_index(const char *name);

/* The error of a directory that has none of them. Returns -1. */
int weights_missing(const char *model, struct error *err);

/* Opens the weights in a directory; safetensors is taken before .bin. `naming` must
 * outlive it. */
int checkpoint_open(struct checkpoint **out, const char *model, const struct encoder_naming *naming,
		    struct error *err);
void checkpoint_close(struct checkpoint *c);

/* Tensors of two encoders are an error that names their prefixes. So is a tensor
 * of the encoder that `known` does not know by its name here, and that is neither
 * a pooler's nor the positions' ids: adapters, masks, scales, other kinds of
 * positions and layers beyond the last would give other numbers. */
int checkpoint_check_encoder(const struct checkpoint *c, struct error *err);
int checkpoint_check_known(const struct checkpoint *c, bool (*known)(const void *arg, const char *name),
			   const void *arg, struct error *err);

bool checkpoint_has(const struct checkpoint *c, const char *name);

/* A missing tensor, another shape or a type that is no float is an error that
 * names it, the expected and the found. */
int checkpoint_check(const struct checkpoint *c, const char *name, const size_t *shape, unsigned rank,
		     struct error *err);

/* Copies a tensor as float32 in C order, after the same check. NaN, infinity and
 * what becomes it in float32 are an error that gives the place of the first. */
int checkpoint_read(const struct checkpoint *c, const char *name, const size_t *shape, unsigned rank, float *out,
		    struct error *err);

/* A tensor to be written. */
struct named_tensor {
	const char *name;
	size_t shape[4];
	unsigned rank;
	const float *data; /* C order */
};

/* Writes a safetensors file, tensors in the order of their names, data at a
 * multiple of 64 bytes, metadata {"format": "pt"}. */
int safetensors_write(const struct named_tensor *tensors, size_t count, struct folder *folder, const char *name,
		      struct error *err);

#endif
