#include "encoder/text_set.h"

#include "base/array.h"
#include "base/file.h"

#include <stdlib.h>

static int append_line(struct pieces *pieces, const struct tokenizer *t, const struct line *line, const char *path,
		       size_t max_positions, struct error *err)
{
	const struct special_pieces special = tokenizer_special(t);
	const size_t before = pieces->count;
	struct error inner;

	if (array_reserve(&pieces->ids, &pieces->capacity, pieces->count + 1, sizeof *pieces->ids) < 0)
		return error_memory(err, path);
	pieces->ids[pieces->count++] = special.cls;
	if (tokenizer_text(t, line->data, line->length, pieces, &inner) < 0)
		return error_set(err, inner.status, "%s:%zu: %s", path, line->number, inner.text);
	if (array_reserve(&pieces->ids, &pieces->capacity, pieces->count + 1, sizeof *pieces->ids) < 0)
		return error_memory(err, path);
	pieces->ids[pieces->count++] = special.sep;
	if (pieces->count - before > max_positions)
		return error_set(err, STATUS_INPUT, "%s:%zu: %zu pieces, the model takes %zu", path, line->number,
				 pieces->count - before, max_positions);
	return 0;
}

int text_set_read(struct text_set *out, const struct tokenizer *t, const char *path, size_t max_positions,
		  struct error *err)
{
	struct pieces pieces = { 0 };
	struct line line = { 0 };
	struct mapping map;
	size_t capacity = 0;
	int rc = -1;

	*out = (struct text_set){ 0 };
	if (mapping_open(&map, path, err) < 0)
		return -1;
	while (line_next(&line, &map)) {
		if (array_reserve(&out->start, &capacity, out->count + 2, sizeof *out->start) < 0) {
			error_memory(err, path);
			goto done;
		}
		out->start[out->count++] = pieces.count;
		if (append_line(&pieces, t, &line, path, max_positions, err) < 0)
			goto done;
		out->start[out->count] = pieces.count;
	}
	if (out->count == 0) {
		error_set(err, STATUS_INPUT, "%s: empty, expected a sentence a line", path);
		goto done;
	}
	rc = 0;
done:
	out->ids = pieces.ids;
	free(pieces.starts);
	if (rc < 0)
		text_set_release(out);
	mapping_close(&map);
	return rc;
}

void text_set_release(struct text_set *s)
{
	free(s->ids);
	free(s->start);
	*s = (struct text_set){ 0 };
}

struct packed_sentence *text_set_sentences(const struct text_set *s, const int32_t *ids)
{
	struct packed_sentence *out = array_new(s->count, 1, sizeof *out);

	for (size_t i = 0; out != NULL && i < s->count; i++)
		out[i] = (struct packed_sentence){ .ids = ids + s->start[i],
						   .length = s->start[i + 1] - s->start[i],
						   .source = i,
						   .number = (uint32_t)i };
	return out;
}
