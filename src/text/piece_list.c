#include "text/piece_list.h"

#include "base/array.h"
#include "base/disguise.h"
#include "base/file.h"
#include "base/utf8.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LARGEST_ID = 1 << 24, /* beyond any real vocabulary */
	MOST_HOLES = 1 << 16  /* ids that no piece has */
};

static int index_pieces(struct piece_list *l, const char *path, struct error *err)
{
	piece_table_release(&l->table);
	if (piece_table_init(&l->table, l->pieces, l->size) < 0)
		return error_memory(err, path);
	l->count = 0;
	for (size_t i = 0; i < l->size; i++)
		l->count += l->pieces[i].bytes != NULL &&
			    piece_table_find(&l->table, l->pieces[i].bytes, l->pieces[i].length) == (int32_t)i;
	return 0;
}

/* Drops blanks behind pieces. Whether there were any. */
static bool trim_pieces(struct piece_list *l)
{
	bool changed = false;

	for (size_t i = 0; i < l->size; i++) {
		struct piece *p = &l->pieces[i];
		size_t length = point_trim(p->bytes, p->length, point_is_space);

		if (length == p->length || length == 0 || piece_table_find(&l->table, p->bytes, length) >= 0)
			continue;
		l->text[(p->bytes - l->text) + (ptrdiff_t)length] = '\0';
		p->length = length;
		changed = true;
	}
	return changed;
}

/* Vocabularies of other kinds mark the beginnings or the ends of words, not what
 * continues them. */
static const struct piece_mark {
	const char *text, *kind;
	bool ends; /* a piece, instead of beginning it */
} piece_marks[] = { { "\xE2\x96\x81", "SentencePiece", false },
		    { "\xC4\xA0", "byte-level BPE", false },
		    { "</w>", "BPE", true },
		    { "@@", "BPE", true } };

static const struct piece_mark *mark_of(const struct piece *p)
{
	for (size_t k = 0; k < sizeof piece_marks / sizeof piece_marks[0]; k++) {
		const struct piece_mark *m = &piece_marks[k];
		size_t length = strlen(m->text);

		if (p->length >= length &&
		    memcmp(p->bytes + (m->ends ? p->length - length : 0), m->text, length) == 0)
			return m;
	}
	return NULL;
}

static int check_marks(const struct piece_list *l, const char *path, struct error *err)
{
	size_t continuing = 0, marked = 0, first = 0;

	for (size_t i = 0; i < l->size; i++) {
		if (l->pieces[i].length > 2 && memcmp(l->pieces[i].bytes, "##", 2) == 0)
			continuing++;
		else if (mark_of(&l->pieces[i]) != NULL && marked++ == 0)
			first = i;
	}
	if (marked <= continuing)
		return 0;
	return error_set(err, STATUS_INPUT,
			 "%s:%zu: %.100s is a piece of %s, as more are than begin with ##: expected a vocabulary of "
			 "WordPiece",
			 path, first + 1, l->pieces[first].bytes, mark_of(&l->pieces[first])->kind);
}

static int add_lines(struct piece_list *l, const struct mapping *file, const char *path, struct error *err)
{
	struct line line = { 0 };
	size_t used = 0, lines = 0;

	while (line_next(&line, file)) {
		if (memchr(line.data, '\0', line.length) != NULL)
			return error_set(err, STATUS_INPUT, "%s:%zu: a NUL byte in a piece", path, line.number);
		if (utf8_check(line.data, line.length) < line.length)
			return error_set(err, STATUS_INPUT, "%s:%zu: invalid UTF-8", path, line.number);
		memcpy(l->text + used, line.data, line.length);
		l->pieces[lines++] = (struct piece){ l->text + used, line.length };
		used += line.length + 1;
		if (point_trim(line.data, line.length, point_is_space) > 0)
			l->size = lines;
	}
	return 0;
}

int piece_list_read_lines(struct piece_list *out, const char *data, size_t size, const char *path, struct error *err)
{
	struct mapping file = { data, size };
	struct line line = { 0 };
	size_t lines = 0;

	*out = (struct piece_list){ 0 };
	if (content_check(path, data, size, err) < 0)
		return -1;
	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		file = (struct mapping){ data + 3, size - 3 };
	while (line_next(&line, &file))
		lines++;
	if (lines > LARGEST_ID)
		return error_set(err, STATUS_INPUT, "%s: %zu pieces, expected at most %d", path, lines, LARGEST_ID);
	out->text = array_new(file.size + 1, 1, 1);
	out->pieces = array_new(lines, 1, sizeof *out->pieces);
	if (out->text == NULL || out->pieces == NULL)
		error_memory(err, path);
	else if (add_lines(out, &file, path, err) == 0 && check_marks(out, path, err) == 0 &&
		 index_pieces(out, path, err) == 0 && (!trim_pieces(out) || index_pieces(out, path, err) == 0))
		return 0;
	piece_list_release(out);
	return -1;
}

/* The room that the pieces need, and the largest id. */
static int measure(const json_t *vocabulary, size_t *bytes, size_t *size, const char *path, struct error *err)
{
	const char *piece;
	json_t *value;

	*bytes = *size = 0;
	json_object_foreach((json_t *)vocabulary, piece, value)
	{
		json_int_t id = json_integer_value(value);

		if (!json_is_integer(value) || id < 0 || id >= LARGEST_ID)
			return error_set(err, STATUS_INPUT,
					 "%s: model.vocab: %.100s: expected an id from 0 to below %d", path, piece,
					 LARGEST_ID);
		*bytes += strlen(piece) + 1;
		if ((size_t)id >= *size)
			*size = (size_t)id + 1;
	}
	if (*size > json_object_size(vocabulary) + MOST_HOLES)
		return error_set(err, STATUS_INPUT, "%s: model.vocab: ids up to %zu, but only %zu pieces", path,
				 *size - 1, json_object_size(vocabulary));
	return 0;
}

static int add_pieces(struct piece_list *l, const json_t *vocabulary, const char *path, struct error *err)
{
	const char *piece;
	json_t *value;
	size_t used = 0;

	json_object_foreach((json_t *)vocabulary, piece, value)
	{
		size_t id = (size_t)json_integer_value(value), length = strlen(piece);

		if (l->pieces[id].bytes != NULL)
			return error_set(err, STATUS_INPUT, "%s: model.vocab: %.100s and %.100s have one id, %zu",
					 path, l->pieces[id].bytes, piece, id);
		memcpy(l->text + used, piece, length + 1);
		l->pieces[id] = (struct piece){ l->text + used, length };
		used += length + 1;
	}
	return index_pieces(l, path, err);
}

int piece_list_read_json(struct piece_list *out, const json_t *vocabulary, const char *path, struct error *err)
{
	size_t bytes, size;

	*out = (struct piece_list){ 0 };
	if (measure(vocabulary, &bytes, &size, path, err) < 0)
		return -1;
	out->size = size;
	out->text = array_new(bytes + 1, 1, 1);
	out->pieces = array_new(size, 1, sizeof *out->pieces);
	if (out->text == NULL || out->pieces == NULL)
		error_memory(err, path);
	else if (add_pieces(out, vocabulary, path, err) == 0)
		return 0;
	piece_list_release(out);
	return -1;
}

int piece_list_read_scored(struct piece_list *out, const json_t *vocabulary, const char *path, struct error *err)
{
	const size_t count = json_array_size(vocabulary);
	size_t bytes = 0, used = 0;

	*out = (struct piece_list){ 0 };
	if (count > LARGEST_ID)
		return error_set(err, STATUS_INPUT, "%s: %zu pieces, expected at most %d", path, count, LARGEST_ID);
	for (size_t i = 0; i < count; i++) {
		const json_t *piece = json_array_get(json_array_get(vocabulary, i), 0);

		if (!json_is_string(piece))
			return error_set(err, STATUS_INPUT,
					 "%s: model.vocab: entry %zu: expected a piece and its score", path, i + 1);
		bytes += json_string_length(piece) + 1;
	}
	out->size = count;
	out->text = array_new(bytes + 1, 1, 1);
	out->pieces = array_new(count, 1, sizeof *out->pieces);
	if (out->text == NULL || out->pieces == NULL) {
		piece_list_release(out);
		return error_memory(err, path);
	}
	for (size_t i = 0; i < count; i++) {
		const json_t *piece = json_array_get(json_array_get(vocabulary, i), 0);
		size_t length = strlen(json_string_value(piece));

		memcpy(out->text + used, json_string_value(piece), length + 1);
		out->pieces[i] = (struct piece){ out->text + used, length };
		used += length + 1;
	}
	if (index_pieces(out, path, err) == 0)
		return 0;
	piece_list_release(out);
	return -1;
}

void piece_list_release(struct piece_list *l)
{
	piece_table_release(&l->table);
	free(l->text);
	free(l->pieces);
	*l = (struct piece_list){ 0 };
}

int32_t piece_list_byte(const struct piece_list *l, unsigned char byte)
{
	char text[8];

	snprintf(text, sizeof text, "<0x%02X>", byte);
	return piece_table_find(&l->table, text, strlen(text));
}
