/* A state_dict as a pickle gives it, on its way into a checkpoint: what the zip
 * and the legacy form share. */
#ifndef WEIGHTS_TORCH_STATE_H
#define WEIGHTS_TORCH_STATE_H

#include "weights/pickle.h"

struct state_entry {
	struct pickle_bytes name;
	const struct pickle_tensor *tensor;
};

struct torch_state {
	struct state_entry *items;
	size_t count, capacity;
};

/* The entries of the pickle's dict, which must all be tensors. They point into
 * the pickle. */
int state_read(struct torch_state *out, const struct checkpoint *c, const struct pickle *p, struct error *err);
void state_release(struct torch_state *s);

/* Adds a tensor whose bytes are in storage `storage` of the checkpoint. A
 * storage of another size than the pickle says, and a tensor that reaches
 * beyond it, are errors. */
int state_add(struct checkpoint *c, const struct state_entry *e, size_t storage, struct error *err);

#endif
