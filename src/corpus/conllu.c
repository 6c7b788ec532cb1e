#include "corpus/conllu.h"

#include "base/array.h"
#include "base/json.h"
#include "corpus/lines.h"

#include <stdlib.h>
#include <string.h>

void conllu_start(struct conllu_reader *out, const struct mapping *text, const char *path, size_t columns,
		  bool empty_nodes, bool lossy)
{
	*out = (struct conllu_reader){
		.path = path, .text = text, .columns = columns, .empty_nodes = empty_nodes, .lossy = lossy
	};
}

/* All columns of a token are cuts of one line, the first column's memory. */
static void token_release(struct conllu_token *t)
{
	if (t->columns != NULL)
		free(t->columns[0]);
	free(t->columns);
}

void conllu_sentence_release(struct conllu_sentence *s)
{
	for (size_t i = 0; i < s->count; i++)
		token_release(&s->tokens[i]);
	free(s->tokens);
	free(s->id);
	*s = (struct conllu_sentence){ 0 };
}

/* "# sent_id = x" gives the sentence its id. An id is a column of other files: a
 * tab in it becomes a space. */
static int read_comment(struct conllu_sentence *s, char *text)
{
	static const char key[] = "# sent_id = ";
	char *id;

	if (strncmp(text, key, sizeof key - 1) != 0)
		return 0;
	id = text_trim(text + sizeof key - 1);
	for (char *tab = id; (tab = strchr(tab, '\t')) != NULL;)
		*tab = ' ';
	free(s->id);
	s->id = NULL;
	if (id[0] == '\0')
		return 0;
	s->id = text_copy(id);
	return s->id == NULL ? -1 : 0;
}

static int cut_columns(const struct conllu_reader *r, struct conllu_token *t, char *text, struct error *err)
{
	size_t count = 1;

	t->columns = array_new(r->columns, 1, sizeof *t->columns);
	if (t->columns == NULL) {
		free(text);
		return error_memory(err, r->path);
	}
	t->columns[0] = text;
	for (char *tab = strchr(text, '\t'); tab != NULL; tab = strchr(tab + 1, '\t'), count++) {
		*tab = '\0';
		if (count < r->columns)
			t->columns[count] = tab + 1;
	}
	if (count != r->columns)
		return error_set(err, STATUS_INPUT, "%s:%zu: %zu columns, expected %zu", r->path, r->line.number,
				 count, r->columns);
	/* A FORM may hold spaces, the other values have none around them. */
	for (size_t c = 1; c < count; c++)
		if (c != CONLLU_FORM)
			t->columns[c] = text_trim(t->columns[c]);
	for (size_t c = 0; c < 2; c++)
		if (t->columns[c][0] == '\0')
			return error_set(err, STATUS_INPUT, "%s:%zu: empty column %zu", r->path, r->line.number,
					 c + 1);
	return 0;
}

/* Adds a token; a range, or an empty node that is not wanted, is dropped. */
static int read_token(const struct conllu_reader *r, struct conllu_sentence *s, char *text, struct error *err)
{
	struct conllu_token t = { .line = r->line.number };
	long expected = 1, first, second;
	char *mark;
	int rc = cut_columns(r, &t, text, err);

	for (size_t i = s->count; rc == 0 && i > 0 && expected == 1; i--)
		if (s->tokens[i - 1].id > 0)
			expected = s->tokens[i - 1].id + 1;
	if (rc < 0)
		goto drop;
	mark = strpbrk(t.columns[0], "-.");
	if (mark != NULL) {
		bool empty = *mark == '.';

		*mark = '\0';
		if (integer_parse(&first, t.columns[0]) < 0 || integer_parse(&second, mark + 1) < 0)
			rc = error_set(err, STATUS_INPUT,
				       "%s:%zu: id %s%c%s, expected a number, a range or an empty node", r->path,
				       r->line.number, t.columns[0], empty ? '.' : '-', mark + 1);
		if (rc < 0 || !empty || !r->empty_nodes)
			goto drop;
	} else if (integer_parse(&t.id, t.columns[0]) < 0 || t.id != expected) {
		rc = error_set(err, STATUS_INPUT, "%s:%zu: id %s, expected %ld", r->path, r->line.number,
			       t.columns[0], expected);
		goto drop;
	}
	if (array_reserve(&s->tokens, &s->capacity, s->count + 1, sizeof *s->tokens) < 0) {
		rc = error_memory(err, r->path);
		goto drop;
	}
	s->tokens[s->count++] = t;
	return 0;
drop:
	token_release(&t);
	return rc;
}

static int read_line(struct conllu_reader *r, struct conllu_sentence *out, struct error *err)
{
	char *text = line_copy_utf8(r->path, &r->line, r->lossy, err);
	int rc;

	if (text == NULL)
		return -1;
	if (text[0] != '#')
		return read_token(r, out, text, err);
	rc = read_comment(out, text);
	free(text);
	return rc < 0 ? error_memory(err, r->path) : 0;
}

/* A comment that stands alone, such as a licence, belongs to no sentence. */
static bool is_separator(const struct conllu_reader *r, struct conllu_sentence *s)
{
	if (!line_is_blank(&r->line))
		return false;
	if (s->count == 0) {
		free(s->id);
		s->id = NULL;
	}
	return true;
}

int conllu_next(struct conllu_reader *r, struct conllu_sentence *out, struct error *err)
{
	*out = (struct conllu_sentence){ 0 };
	while (line_next(&r->line, r->text)) {
		bool separator = is_separator(r, out);

		if (separator && out->count > 0)
			break;
		if (!separator && read_line(r, out, err) < 0)
			goto fail;
	}
	if (out->count == 0) {
		conllu_sentence_release(out);
		return 0;
	}
	r->number++;
	if (out->id == NULL && (out->id = text_format("%zu", r->number)) == NULL) {
		error_memory(err, r->path);
		goto fail;
	}
	return 1;
fail:
	conllu_sentence_release(out);
	return -1;
}
