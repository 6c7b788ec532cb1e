#include "weights/pickle.h"

#include "weights/pickle_machine.h"

#include <stdlib.h>

/* A state_dict of 400 tensors has 60 KB. */
static const size_t most_bytes = 16u << 20;

int pickle_run(struct pickle **out, const char *label, const char *data, size_t size, struct error *err)
{
	struct pickle *p = calloc(1, sizeof *p);

	*out = NULL;
	if (p == NULL)
		return error_memory(err, label);
	*p = (struct pickle){ .label = label,
			      .data = data,
			      .size = size < most_bytes ? size : most_bytes,
			      .cut = size > most_bytes,
			      .err = err };
	while (p->result == NULL)
		if (pickle_step(p) < 0) {
			pickle_free(p);
			return -1;
		}
	*out = p;
	return 0;
}

void pickle_free(struct pickle *p)
{
	if (p == NULL)
		return;
	for (struct value_block *block = p->blocks, *next; block != NULL; block = next) {
		for (size_t i = 0; i < block->used; i++) {
			const struct value *v = &block->values[i];

			if (v->kind == VALUE_TUPLE || v->kind == VALUE_LIST || v->kind == VALUE_DICT)
				free(v->sequence.items);
		}
		next = block->next;
		free(block);
	}
	free(p->stack.items);
	free(p->marks);
	free(p->memo.items);
	free(p);
}

const struct value *pickle_result(const struct pickle *p)
{
	return p->result;
}

size_t pickle_size(const struct pickle *p)
{
	return p->at;
}
