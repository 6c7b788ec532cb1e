#include "encoder/encoder_state.h"

#include "base/array.h"

#include <stdlib.h>

int encoder_scratch_reserve(struct encoder_scratch *s, const struct encoder_shape *c, size_t rows, size_t longest,
			    struct error *err)
{
	enum { PARTS = 7 };
	const size_t line = 16, d = c->hidden / c->heads,
		     narrow = c->embedding > c->hidden ? c->embedding : c->hidden,
		     table = c->relative < longest ? 2 * c->relative : 2 * longest;
	const size_t sizes[PARTS] = { 2 * longest * longest,  longest * 3 * d, rows * c->hidden,
				      rows * c->intermediate, rows * narrow,   c->buckets > 0 ? 4 * longest : 0,
				      2 * longest * table };
	float **const parts[PARTS] = { &s->score, &s->head, &s->grad, &s->wide, &s->narrow, &s->distance, &s->far };
	size_t total = 0;

	for (size_t i = 0; i < PARTS; i++)
		total += (sizes[i] + line - 1) / line * line;
	if (total > s->block_size) {
		free(s->block);
		s->block_size = 0;
		s->block = array_new(total, 1, sizeof *s->block);
		if (s->block == NULL)
			return error_memory(err, "workspace of the encoder");
		s->block_size = total;
	}
	if (rotary_reserve(&s->rotary, c, longest, err) < 0)
		return -1;
	total = 0;
	for (size_t i = 0; i < PARTS; i++) {
		*parts[i] = s->block + total;
		total += (sizes[i] + line - 1) / line * line;
	}
	s->rows = rows;
	s->longest = longest;
	return 0;
}

void encoder_scratch_release(struct encoder_scratch *s)
{
	free(s->block);
	rotary_release(&s->rotary);
	*s = (struct encoder_scratch){ 0 };
}
