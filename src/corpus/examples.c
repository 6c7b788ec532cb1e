#include "corpus/examples.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "corpus/lines.h"
#include "corpus/sheet.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 7 };

static const char *const kind_names[] = { "word", "pair", "sentence" };

int task_kind_parse(enum task_kind *out, const char *name)
{
	for (int k = 0; k < 3; k++)
		if (strcmp(kind_names[k], name) == 0) {
			*out = (enum task_kind)k;
			return 0;
		}
	return -1;
}

const char *task_kind_name(enum task_kind kind)
{
	return kind_names[kind];
}

void examples_init(struct examples *out, enum task_kind kind)
{
	*out = (struct examples){ .kind = kind };
}

static void sentence_release(struct sentence *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->words[i]);
	free(s->words);
	free(s->id);
}

void examples_release(struct examples *e)
{
	for (size_t i = 0; i < e->sentence_count; i++)
		sentence_release(&e->sentences[i]);
	for (size_t i = 0; i < e->count; i++)
		free(e->items[i].label);
	free(e->sentences);
	free(e->items);
	*e = (struct examples){ 0 };
}

/* A word without spaces, which separate words in the file: each becomes U+00A0. */
static char *copy_word(const char *word, size_t length)
{
	char *copy = malloc(2 * length + 1), *to = copy;

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if (word[i] == ' ') {
			*to++ = (char)0xC2;
			*to++ = (char)0xA0;
		} else {
			*to++ = word[i];
		}
	}
	*to = '\0';
	return copy;
}

int examples_add_sentence(struct examples *e, const char *id, const char *const *words, size_t count,
			  struct error *err)
{
	struct sentence s = { .id = text_copy(id), .words = array_new(count, 1, sizeof *s.words) };

	if (s.id == NULL || s.words == NULL)
		goto fail;
	for (; s.count < count; s.count++) {
		s.words[s.count] = copy_word(words[s.count], strlen(words[s.count]));
		if (s.words[s.count] == NULL)
			goto fail;
	}
	if (array_reserve(&e->sentences, &e->sentence_capacity, e->sentence_count + 1, sizeof *e->sentences) < 0)
		goto fail;
	e->sentences[e->sentence_count++] = s;
	return 0;
fail:
	sentence_release(&s);
	return error_memory(err, "examples");
}

int examples_add(struct examples *e, struct span a, struct span b, const char *label, struct error *err)
{
	char *copy = text_copy(label);

	if (copy == NULL || array_reserve(&e->items, &e->capacity, e->count + 1, sizeof *e->items) < 0) {
		free(copy);
		return error_memory(err, "examples");
	}
	e->items[e->count++] = (struct example){ e->sentence_count - 1, a, b, copy };
	return 0;
}

static void write_span(struct output *o, struct span s, int there)
{
	if (there)
		output_format(o, "\t%u\t%u", s.first, s.last);
	else
		output_text(o, "\t\t");
}

int examples_write(const struct examples *e, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t i = 0; i < e->count; i++) {
		const struct example *x = &e->items[i];
		const struct sentence *s = &e->sentences[x->sentence];

		output_text(o, s->id);
		for (size_t w = 0; w < s->count; w++) {
			output_text(o, w ? " " : "\t");
			output_text(o, s->words[w]);
		}
		write_span(o, x->a, e->kind != TASK_SENTENCE);
		write_span(o, x->b, e->kind == TASK_PAIR);
		output_format(o, "\t%s\n", x->label);
	}
	return output_commit(o, err);
}

/* A line of the file, cut at its tabs. */
struct row {
	const char *path;
	size_t number;
	char *fields[COLUMNS];
	size_t words; /* of the sentence */
};

static int heading_error(const char *path, const char *id, const char *label, struct error *err)
{
	return error_set(err, STATUS_INPUT, "%s:1: a header row (\"%s\" … \"%s\"), expected an example", path, id,
			 label);
}

static int cut_row(struct row *r, char *text, struct error *err)
{
	size_t count = 0;

	if (text[0] == '\0')
		return error_set(err, STATUS_INPUT, "%s:%zu: an empty line, expected an example", r->path, r->number);
	for (char *p = text; p != NULL; count++) {
		char *tab = strchr(p, '\t');

		if (count < COLUMNS)
			r->fields[count] = p;
		if (tab != NULL)
			*tab++ = '\0';
		p = tab;
	}
	if (count != COLUMNS)
		return error_set(err, STATUS_INPUT, "%s:%zu: %zu columns, expected %d", r->path, r->number, count,
				 COLUMNS);
	r->fields[6] = text_trim(r->fields[6]);
	if (r->number == 1 && sheet_is_heading(r->fields))
		return heading_error(r->path, r->fields[0], r->fields[6], err);
	if (sheet_is_quoted(r->fields[6]))
		return error_set(err, STATUS_INPUT, "%s:%zu: the label %s stands in quotes, expected it without them",
				 r->path, r->number, r->fields[6]);
	if (r->fields[0][0] == '\0')
		return error_set(err, STATUS_INPUT, "%s:%zu: empty sentence id", r->path, r->number);
	if (r->fields[6][0] == '\0')
		return error_set(err, STATUS_INPUT, "%s:%zu: empty label", r->path, r->number);
	if (r->fields[1][0] == '\0')
		return error_set(err, STATUS_INPUT,
				 "%s:%zu: empty sentence, expected words separated by single spaces", r->path,
				 r->number);
	return 0;
}

/* Two columns from `column` on; both empty where the kind has no such span. */
static int read_span(struct span *out, const struct row *r, size_t column, int wanted, struct error *err)
{
	const char *first = r->fields[column], *last = r->fields[column + 1];
	long a, b;

	*out = (struct span){ 0, 0 };
	if (!wanted) {
		if (first[0] == '\0' && last[0] == '\0')
			return 0;
		return error_set(err, STATUS_INPUT,
				 "%s:%zu: columns %zu and %zu must be empty in a task of this kind", r->path,
				 r->number, column + 1, column + 2);
	}
	if (integer_parse(&a, first) < 0 || integer_parse(&b, last) < 0 || a < 0 || b < a || (size_t)b >= r->words)
		return error_set(err, STATUS_INPUT,
				 "%s:%zu: span \"%s\" to \"%s\", expected word numbers within 0 to %zu", r->path,
				 r->number, first, last, r->words - 1);
	*out = (struct span){ (uint32_t)a, (uint32_t)b };
	return 0;
}

/* Adds the row's sentence unless it is the one added last. */
static int read_sentence(struct examples *e, struct row *r, const char *before, struct error *err)
{
	const char **words;
	size_t count = 1;
	int rc = 0;

	for (const char *p = r->fields[1]; *p != '\0'; p++)
		count += *p == ' ';
	r->words = count;
	if (before != NULL && e->sentence_count > 0 && strcmp(before, r->fields[1]) == 0 &&
	    strcmp(e->sentences[e->sentence_count - 1].id, r->fields[0]) == 0)
		return 0;
	words = array_new(count, 1, sizeof *words);
	if (words == NULL)
		return error_memory(err, r->path);
	for (char *p = r->fields[1], *space; count > 0; p = space + 1) {
		words[r->words - count--] = p;
		space = strchrnul(p, ' ');
		if (space == p)
			rc = error_set(err, STATUS_INPUT,
				       "%s:%zu: empty word, expected words separated by single spaces", r->path,
				       r->number);
		if (*space == '\0')
			break;
		*space = '\0';
	}
	if (rc == 0)
		rc = examples_add_sentence(e, r->fields[0], words, r->words, err);
	free(words);
	return rc;
}

static int read_row(struct examples *e, struct row *r, char *text, const char *before, struct sheet *sheet,
		    struct error *err)
{
	struct span a, b;

	if (cut_row(r, text, err) < 0)
		return -1;
	sheet_add(sheet, r->fields[1], r->number);
	if (read_sentence(e, r, before, err) < 0 || read_span(&a, r, 2, e->kind != TASK_SENTENCE, err) < 0 ||
	    read_span(&b, r, 4, e->kind == TASK_PAIR, err) < 0)
		return -1;
	return examples_add(e, a, b, r->fields[6], err);
}

/* Reads a line; *before is the sentence's words in the line before it. */
static int read_line(struct examples *e, const struct line *line, const char *path, char **before,
		     struct sheet *sheet, struct error *err)
{
	struct row r = { .path = path, .number = line->number };
	char *text = line_copy_utf8(path, line, false, err), *tab, *words;
	int rc;

	if (text == NULL)
		return -1;
	tab = strchr(text, '\t');
	words = tab == NULL ? NULL : text_copy_n(tab + 1, strcspn(tab + 1, "\t"));
	rc = read_row(e, &r, text, *before, sheet, err);
	free(text);
	free(*before);
	*before = words;
	return rc;
}

static int check_whole(const struct examples *e, const struct sheet *sheet, const char *path, struct error *err)
{
	size_t quoted = sheet_quoted_line(sheet);

	if (e->count == 0)
		return error_set(err, STATUS_INPUT, "%s: no examples", path);
	if (quoted > 0)
		return error_set(err, STATUS_INPUT,
				 "%s:%zu: the sentence stands in quotes as in a CSV, expected it without them", path,
				 quoted);
	if (sheet_starts_with_heading(e))
		return heading_error(path, e->sentences[0].id, e->items[0].label, err);
	return 0;
}

int examples_parse(struct examples *out, const struct mapping *text, const char *path, enum task_kind kind,
		   struct error *err)
{
	struct line line = { 0 };
	struct sheet sheet = { 0 };
	char *before = NULL;
	int rc = text_check(text, path, err);

	examples_init(out, kind);
	while (rc == 0 && row_next(&line, text))
		rc = read_line(out, &line, path, &before, &sheet, err);
	free(before);
	if (rc == 0)
		rc = check_whole(out, &sheet, path, err);
	if (rc < 0)
		examples_release(out);
	return rc;
}

int examples_read(struct examples *out, const char *path, enum task_kind kind, struct error *err)
{
	struct mapping map;
	int rc;

	examples_init(out, kind);
	if (mapping_open(&map, path, err) < 0)
		return -1;
	rc = examples_parse(out, &map, path, kind, err);
	mapping_close(&map);
	return rc;
}
