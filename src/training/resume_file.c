#include "training/resume_file.h"

#include <string.h>

static const char *take(struct resume_cursor *c, uint64_t size)
{
	const char *at = c->at;

	if (at == NULL || (uint64_t)(c->end - at) < size) {
		c->at = NULL;
		return NULL;
	}
	c->at += size;
	return at;
}

static const char *take_floats(struct resume_cursor *c, uint64_t count)
{
	uint64_t bytes;

	/* A count that overflows is more than any file has. */
	if (__builtin_mul_overflow(count, sizeof(float), &bytes))
		bytes = UINT64_MAX;
	return take(c, bytes);
}

bool resume_next(struct resume_cursor *c, struct resume_text *text)
{
	const char *from = take(c, sizeof(uint64_t));
	uint64_t length;

	if (from == NULL)
		return false;
	memcpy(&length, from, sizeof length);
	*text = (struct resume_text){ take(c, length), (size_t)length };
	return text->data != NULL;
}

static bool skip(struct resume_cursor *c, uint64_t count)
{
	struct resume_text text;

	for (uint64_t i = 0; i < count; i++)
		if (!resume_next(c, &text))
			return false;
	return true;
}

bool resume_view(struct resume_view *out, const char *data, size_t size)
{
	struct resume_cursor c = { data, data + size };
	const char *from = take(&c, sizeof RESUME_MAGIC - 1);

	if (from == NULL || memcmp(from, RESUME_MAGIC, sizeof RESUME_MAGIC - 1) != 0 ||
	    !resume_next(&c, &out->inputs))
		return false;
	from = take(&c, sizeof out->counts);
	if (from == NULL)
		return false;
	memcpy(&out->counts, from, sizeof out->counts);
	out->weights = take_floats(&c, out->counts.size);
	out->moments1 = take_floats(&c, out->counts.size);
	out->moments2 = take_floats(&c, out->counts.size);
	out->active = take(&c, out->counts.active);
	out->texts = c;
	return skip(&c, out->counts.loss_cells) && skip(&c, out->counts.result_cells) &&
	       skip(&c, out->counts.artefacts) && skip(&c, out->counts.artefacts) && c.at == c.end;
}
