#include "corpus/readers.h"

#include "base/array.h"
#include "base/json.h"
#include "base/utf8.h"
#include "corpus/conllu.h"
#include "corpus/lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_sentence(struct examples *out, const struct conllu_sentence *s, struct error *err)
{
	const char **words = array_new(s->count, 1, sizeof *words);
	int rc;

	if (words == NULL)
		return error_memory(err, s->id);
	for (size_t i = 0; i < s->count; i++)
		words[i] = s->tokens[i].columns[CONLLU_FORM];
	rc = examples_add_sentence(out, s->id, words, s->count, err);
	free(words);
	return rc;
}

static struct span at(size_t index)
{
	return (struct span){ (uint32_t)index, (uint32_t)index };
}

/* Counts a word that is not annotated. */
static bool is_unlabelled(struct examples *out, const char *label)
{
	bool none = strcmp(label, "_") == 0;

	out->unlabelled += none;
	return none;
}

static int add_tags(struct examples *out, const char *path, const struct conllu_sentence *s, struct error *err)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *tag = s->tokens[i].columns[CONLLU_UPOS];

		if (tag[0] == '\0')
			return error_set(err, STATUS_INPUT, "%s:%zu: empty UPOS", path, s->tokens[i].line);
		if (!is_unlabelled(out, tag) && examples_add(out, at(i), at(i), tag, err) < 0)
			return -1;
	}
	return 0;
}

/* The index of the word with this id; empty nodes stand between words. */
static size_t word_index(const struct conllu_sentence *s, long id)
{
	size_t i = 0;

	while (i < s->count && s->tokens[i].id != id)
		i++;
	return i;
}

/* The index of the word's head; the sentence's count for the root, which has
 * none. */
static int find_head(size_t *out, const char *path, const struct conllu_sentence *s, const struct conllu_token *token,
		     struct error *err)
{
	const char *head = token->columns[CONLLU_HEAD];
	long id;

	*out = s->count;
	if (integer_parse(&id, head) < 0 || id < 0)
		return error_set(err, STATUS_INPUT, "%s:%zu: HEAD is \"%s\", expected a number", path, token->line,
				 head);
	if (id == 0)
		return 0;
	*out = word_index(s, id);
	return *out < s->count ? 0
			       : error_set(err, STATUS_INPUT, "%s:%zu: HEAD %ld is no word of the sentence", path,
					   token->line, id);
}

/* A pair (word, head) for each word but the root. */
static int add_relations(struct examples *out, const struct task *t, const char *path,
			 const struct conllu_sentence *s, struct error *err)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct conllu_token *token = &s->tokens[i];
		char *relation = token->columns[CONLLU_DEPREL];
		size_t head;

		if (token->id == 0)
			continue;
		if (strcmp(token->columns[CONLLU_HEAD], "_") == 0 && is_unlabelled(out, relation))
			continue;
		if (find_head(&head, path, s, token, err) < 0)
			return -1;
		if (head == s->count || is_unlabelled(out, relation))
			continue;
		if (!t->subtypes)
			relation[strcspn(relation, ":")] = '\0';
		if (relation[0] == '\0')
			return error_set(err, STATUS_INPUT, "%s:%zu: empty DEPREL", path, token->line);
		if (examples_add(out, at(i), at(head), relation, err) < 0)
			return -1;
	}
	return 0;
}

/* Adds a sentence and its examples. */
typedef int (*sentence_reader)(struct examples *out, const struct task *t, const char *path,
			       const struct conllu_sentence *s, struct error *err);

static int read_sentences(struct examples *out, const struct task *t, struct conllu_reader *r,
			  struct sentence_range *range, sentence_reader add, struct error *err)
{
	struct conllu_sentence s;
	int got, rc = 0;

	while (rc == 0 && (got = conllu_next(r, &s, err)) != 0) {
		if (got < 0)
			return -1;
		range->seen++;
		if (range->seen >= range->first && range->seen <= range->last)
			rc = add(out, t, r->path, &s, err);
		conllu_sentence_release(&s);
	}
	return rc;
}

static int add_words(struct examples *out, const struct task *t, const char *path, const struct conllu_sentence *s,
		     struct error *err)
{
	if (add_sentence(out, s, err) < 0)
		return -1;
	return t->kind == TASK_PAIR ? add_relations(out, t, path, s, err) : add_tags(out, path, s, err);
}

int read_conllu(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
		struct sentence_range *range, struct error *err)
{
	struct conllu_reader r;

	conllu_start(&r, text, path, CONLLU_COLUMNS, t->empty_nodes, t->lossy);
	return read_sentences(out, t, &r, range, add_words, err);
}

/* Single-word expressions whose supersense is one of adpositions. */
static bool is_adposition(const struct conllu_token *t)
{
	return strcmp(t->columns[CONLLULEX_SMWE], "_") == 0 && strncmp(t->columns[CONLLULEX_SS], "p.", 2) == 0;
}

static int add_supersenses(struct examples *out, const struct task *t, const char *path,
			   const struct conllu_sentence *s, struct error *err)
{
	int column = strcmp(t->label, "ss") == 0 ? CONLLULEX_SS : CONLLULEX_SS2;
	bool any = false;

	for (size_t i = 0; i < s->count; i++)
		any = any || is_adposition(&s->tokens[i]);
	if (!any)
		return 0;
	if (add_sentence(out, s, err) < 0)
		return -1;
	for (size_t i = 0; i < s->count; i++) {
		const struct conllu_token *token = &s->tokens[i];

		if (!is_adposition(token) || is_unlabelled(out, token->columns[column]))
			continue;
		if (strncmp(token->columns[column], "p.", 2) != 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: supersense \"%s\", expected p.…", path,
					 token->line, token->columns[column]);
		if (examples_add(out, at(i), at(i), token->columns[column], err) < 0)
			return -1;
	}
	return 0;
}

int read_conllulex(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
		   struct sentence_range *range, struct error *err)
{
	struct conllu_reader r;

	conllu_start(&r, text, path, CONLLULEX_COLUMNS, false, t->lossy);
	return read_sentences(out, t, &r, range, add_supersenses, err);
}

/* Cuts a question at its blanks; words is in new memory. */
static int cut_words(const char ***words, size_t *count, char *text)
{
	size_t capacity = 0;
	char *rest = NULL;

	*words = NULL;
	*count = 0;
	for (char *word = strtok_r(text, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		if (array_reserve(words, &capacity, *count + 1, sizeof **words) < 0)
			return -1;
		(*words)[(*count)++] = word;
	}
	return 0;
}

static int add_question(struct examples *out, const char *path, size_t number, char *text, struct error *err)
{
	const char **words = NULL;
	char id[32], *question = strpbrk(text, " \t");
	size_t count = 0;
	int rc;

	if (question == NULL || memchr(text, ':', (size_t)(question - text)) == NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: expected \"COARSE:fine question\"", path, number);
	*question++ = '\0';
	snprintf(id, sizeof id, "%zu", number);
	if (cut_words(&words, &count, question) < 0)
		rc = error_memory(err, path);
	else if (count == 0)
		rc = error_set(err, STATUS_INPUT, "%s:%zu: a question without words", path, number);
	else
		rc = examples_add_sentence(out, id, words, count, err);
	free(words);
	return rc < 0 ? -1 : examples_add(out, at(0), at(0), text, err);
}

/* ISO-8859-1 has no characters from 0x80 to 0x9F: a text with such a byte is
 * another encoding's, or damaged UTF-8. */
static int check_latin1(const struct mapping *text, const char *path, struct error *err)
{
	struct line line = { 0 };

	while (line_next(&line, text))
		for (size_t i = 0; i < line.length; i++)
			if (((unsigned char)line.data[i] & 0xE0) == 0x80)
				return error_set(err, STATUS_INPUT,
						 "%s:%zu: byte %zu is 0x%02X, which is neither valid UTF-8 nor a "
						 "character of ISO-8859-1",
						 path, line.number, i + 1, (unsigned)(unsigned char)line.data[i]);
	return 0;
}

static int choose_encoding(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
			   struct error *err)
{
	bool marked = text->size >= 3 && memcmp(text->data, "\xEF\xBB\xBF", 3) == 0;

	if (t->encoding != NULL && strcmp(t->encoding, "auto") != 0) {
		out->encoding = strcmp(t->encoding, ENCODING_LATIN1) == 0 ? ENCODING_LATIN1 : ENCODING_UTF8;
		return 0;
	}
	out->encoding = marked || utf8_check(text->data, text->size) == text->size ? ENCODING_UTF8 : ENCODING_LATIN1;
	return strcmp(out->encoding, ENCODING_LATIN1) == 0 ? check_latin1(text, path, err) : 0;
}

int read_trec(struct examples *out, const struct task *t, const struct mapping *text, const char *path,
	      struct sentence_range *range, struct error *err)
{
	struct line line = { 0 };
	int rc = choose_encoding(out, t, text, path, err);

	while (rc == 0 && row_next(&line, text)) {
		char *question;

		range->seen++;
		if (range->seen < range->first || range->seen > range->last)
			continue;
		question = strcmp(out->encoding, ENCODING_UTF8) == 0 ? line_copy_utf8(path, &line, t->lossy, err)
								     : line_copy_latin1(path, &line, err);
		rc = question == NULL ? -1 : add_question(out, path, line.number, question, err);
		free(question);
	}
	return rc;
}
