#include "probe/targets.h"

#include "base/array.h"
#include "base/file.h"
#include "base/random.h"
#include "corpus/examples.h"

#include <stdlib.h>
#include <string.h>

/* A table of types with open addressing; entries keep their first order. */
struct types {
	char **keys;      /* (slots) NULL: free */
	uint32_t *labels; /* (slots) */
	size_t slots;     /* a power of two, at least twice the entries */
};

/* FNV-1a. */
static uint64_t text_hash(const char *text)
{
	uint64_t h = 14695981039346656037u;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h;
}

/* Takes over `key`; draws a label for a type that is new. */
static uint32_t types_label(struct types *types, char *key, const struct targets *t, struct stream *draw)
{
	size_t at = text_hash(key) & (types->slots - 1);

	while (types->keys[at] != NULL && strcmp(types->keys[at], key) != 0)
		at = (at + 1) & (types->slots - 1);
	if (types->keys[at] != NULL) {
		free(key);
	} else {
		types->keys[at] = key;
		types->labels[at] = t->train[stream_below(draw, (uint32_t)t->train_count)];
	}
	return types->labels[at];
}

/* The words of a span, or of two, with a tab after each span. */
static char *type_of(const struct examples *e, const struct example *x)
{
	const struct sentence *s = &e->sentences[x->sentence];
	struct span whole = { 0, (uint32_t)s->count - 1 };
	struct span spans[2] = { e->kind == TASK_SENTENCE ? whole : x->a, x->b };
	size_t count = e->kind == TASK_PAIR ? 2 : 1, length = 1, at = 0;
	char *key;

	for (size_t k = 0; k < count; k++)
		for (size_t w = spans[k].first; w <= spans[k].last; w++)
			length += strlen(s->words[w]) + 2;
	key = array_new(length, 1, 1);
	for (size_t k = 0; key != NULL && k < count; k++) {
		for (size_t w = spans[k].first; w <= spans[k].last; w++) {
			size_t n = strlen(s->words[w]);

			memcpy(key + at, s->words[w], n);
			key[at + n] = ' ';
			at += n + 1;
		}
		key[at++] = '\t';
	}
	return key;
}

/* The kind of an example file, from the columns its first line leaves empty. */
static int kind_guess(enum task_kind *out, const char *path, struct error *err)
{
	struct mapping m;
	struct line line = { 0 };
	size_t column = 0;

	if (mapping_open(&m, path, err) < 0)
		return -1;
	*out = TASK_PAIR;
	if (line_next(&line, &m)) {
		for (size_t i = 0; i + 1 < line.length; i++) {
			if (line.data[i] != '\t')
				continue;
			column++;
			if (line.data[i + 1] == '\t' && (column == 2 || column == 4)) {
				*out = column == 2 ? TASK_SENTENCE : TASK_WORD;
				break;
			}
		}
	}
	mapping_close(&m);
	return 0;
}

static int part_control(uint32_t *out, size_t count, const char *path, const struct targets *t, struct types *types,
			struct stream *draw, struct error *err)
{
	struct examples e = { 0 };
	enum task_kind kind;
	int rc = -1;

	if (kind_guess(&kind, path, err) < 0 || examples_read(&e, path, kind, err) < 0)
		return -1;
	if (e.count != count) {
		error_set(err, STATUS_INPUT, "%s: %zu examples, but there are %zu labels", path_tail(path), e.count,
			  count);
		goto done;
	}
	for (size_t i = 0; i < count; i++) {
		char *key = type_of(&e, &e.items[i]);

		if (key == NULL) {
			error_memory(err, "word types");
			goto done;
		}
		out[i] = types_label(types, key, t, draw);
	}
	rc = 0;
done:
	examples_release(&e);
	return rc;
}

int targets_control(struct targets *out, const struct targets *t, const char *train, const char *test, uint64_t seed,
		    struct error *err)
{
	struct types types = { .slots = 16 };
	struct stream draw;
	size_t larger = t->train_count > t->test_count ? t->train_count : t->test_count;
	int rc = -1;

	stream_init(&draw, seed);
	*out = (struct targets){ .train_count = t->train_count, .test_count = t->test_count };
	while (types.slots < 2 * (t->train_count + t->test_count))
		types.slots *= 2;
	types.keys = array_new(types.slots, 1, sizeof *types.keys);
	types.labels = array_new(types.slots, 1, sizeof *types.labels);
	out->names = array_new(t->known, 1, sizeof *out->names);
	out->train = array_new(t->train_count, 1, sizeof *out->train);
	out->test = array_new(t->test_count, 1, sizeof *out->test);
	out->at = array_new(larger, 1, sizeof *out->at);
	if (types.keys == NULL || types.labels == NULL || out->names == NULL || out->train == NULL ||
	    out->test == NULL || out->at == NULL) {
		error_memory(err, "control task");
		goto done;
	}
	memcpy(out->at, t->at, larger * sizeof *out->at);
	for (; out->known < t->known; out->known++) {
		out->names[out->known] = text_copy(t->names[out->known]);
		if (out->names[out->known] == NULL) {
			error_memory(err, "control task");
			goto done;
		}
	}
	out->count = out->known;
	if (part_control(out->train, t->train_count, train, t, &types, &draw, err) < 0 ||
	    part_control(out->test, t->test_count, test, t, &types, &draw, err) < 0)
		goto done;
	rc = 0;
done:
	for (size_t i = 0; types.keys != NULL && i < types.slots; i++)
		free(types.keys[i]);
	free(types.keys);
	free(types.labels);
	if (rc < 0)
		targets_release(out);
	return rc;
}
