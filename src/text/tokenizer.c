#include "text/tokenizer.h"

#include "base/array.h"
#include "base/file.h"
#include "base/utf8.h"
#include "text/normalise.h"
#include "text/piece_table.h"
#include "text/settings.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 100 }; /* code points; a longer word is [UNK] */

struct tokenizer {
	struct text_settings settings;
	char *text;           /* vocab.txt, a NUL at the end of every line */
	struct piece *pieces; /* (size), into `text` */
	size_t size;
	struct piece_table table;
	struct special_pieces special;
};

static int read_pieces(struct tokenizer *t, const struct mapping *file, const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t lines = 0, used = 0;

	while (line_next(&line, file))
		lines++;
	if (lines > INT32_MAX)
		return error_set(err, STATUS_INPUT, "%s: %zu pieces, expected at most %d", path, lines, INT32_MAX);
	t->text = array_new(file->size + 1, 1, 1);
	t->pieces = array_new(lines, 1, sizeof *t->pieces);
	if (t->text == NULL || t->pieces == NULL)
		return error_memory(err, path);
	line = (struct line){ 0 };
	while (line_next(&line, file)) {
		if (memchr(line.data, '\0', line.length) != NULL)
			return error_set(err, STATUS_INPUT, "%s:%zu: a NUL byte in a piece", path, line.number);
		if (utf8_check(line.data, line.length) < line.length)
			return error_set(err, STATUS_INPUT, "%s:%zu: invalid UTF-8", path, line.number);
		memcpy(t->text + used, line.data, line.length);
		t->pieces[t->size++] = (struct piece){ t->text + used, line.length };
		used += line.length + 1;
	}
	if (piece_table_init(&t->table, t->pieces, t->size) < 0)
		return error_memory(err, path);
	return 0;
}

static int find_special(struct tokenizer *t, const char *path, struct error *err)
{
	const struct {
		const char *piece;
		int32_t *id;
	} wanted[] = { { "[PAD]", &t->special.pad },
		       { "[UNK]", &t->special.unk },
		       { "[CLS]", &t->special.cls },
		       { "[SEP]", &t->special.sep },
		       { "[MASK]", &t->special.mask } };

	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		*wanted[i].id = tokenizer_find(t, wanted[i].piece);
		if (*wanted[i].id < 0)
			return error_set(err, STATUS_INPUT, "%s: no piece %s", path, wanted[i].piece);
	}
	return 0;
}

int tokenizer_parse(struct tokenizer **out, const struct text_settings *settings, const char *vocabulary, size_t size,
		    const char *path, struct error *err)
{
	struct tokenizer *t = calloc(1, sizeof *t);

	*out = NULL;
	if (t == NULL)
		return error_memory(err, "tokenizer");
	t->settings = *settings;
	if (read_pieces(t, &(struct mapping){ vocabulary, size }, path, err) < 0 || find_special(t, path, err) < 0) {
		tokenizer_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

int tokenizer_load(struct tokenizer **out, const char *model, struct error *err)
{
	struct text_settings settings;
	struct mapping file;
	char *path = path_join(model, "vocab.txt");
	int rc = -1;

	*out = NULL;
	if (path == NULL)
		return error_memory(err, "path");
	if (text_settings_read(&settings, model, err) == 0 && mapping_open(&file, path, err) == 0) {
		rc = tokenizer_parse(out, &settings, file.data, file.size, path, err);
		mapping_close(&file);
	}
	free(path);
	return rc;
}

void tokenizer_free(struct tokenizer *t)
{
	if (t == NULL)
		return;
	piece_table_release(&t->table);
	free(t->pieces);
	free(t->text);
	free(t);
}

size_t tokenizer_size(const struct tokenizer *t)
{
	return t->size;
}

const char *tokenizer_piece(const struct tokenizer *t, int32_t id)
{
	return id >= 0 && (size_t)id < t->size ? t->pieces[id].bytes : NULL;
}

int32_t tokenizer_find(const struct tokenizer *t, const char *piece)
{
	return piece_table_find(&t->table, piece, strlen(piece));
}

struct special_pieces tokenizer_special(const struct tokenizer *t)
{
	return t->special;
}

const char *tokenizer_unicode_version(void)
{
	return unicode_version();
}

/* The longest piece at character `from`: its id, and its end in `*to`; -1 if
 * there is none. */
static int32_t longest_match(const struct tokenizer *t, const struct normal_word *w, size_t from, size_t *to)
{
	uint64_t hash[LONGEST_WORD + 1];
	const char *start = w->bytes + w->at[from];
	size_t end = from;

	hash[from] = piece_hash_start(from > 0);
	while (end < w->points && w->at[end + 1] - w->at[from] <= t->table.longest) {
		hash[end + 1] = piece_hash_add(hash[end], w->bytes + w->at[end], w->at[end + 1] - w->at[end]);
		end++;
	}
	for (; end > from; end--) {
		int32_t id = piece_table_probe(&t->table, hash[end], from > 0, start, w->at[end] - w->at[from]);

		if (id >= 0) {
			*to = end;
			return id;
		}
	}
	return -1;
}

struct cutting {
	const struct tokenizer *tokenizer;
	struct pieces *out;
};

/* Step 6. */
static int cut_word(void *arg, const struct normal_word *w, struct error *err)
{
	const struct cutting *c = arg;
	struct pieces *out = c->out;
	size_t before = out->count;

	if (array_reserve(&out->ids, &out->capacity, before + LONGEST_WORD, sizeof *out->ids) < 0)
		return error_memory(err, "word pieces");
	for (size_t from = 0; from < w->points;) {
		int32_t id = w->points > LONGEST_WORD ? -1 : longest_match(c->tokenizer, w, from, &from);

		if (id < 0) {
			out->count = before;
			out->ids[out->count++] = c->tokenizer->special.unk;
			return 0;
		}
		out->ids[out->count++] = id;
	}
	return 0;
}

int tokenizer_text(const struct tokenizer *t, const char *text, size_t length, struct pieces *out, struct error *err)
{
	struct cutting c = { t, out };

	return normalise_words(&t->settings, text, length, cut_word, &c, err);
}
