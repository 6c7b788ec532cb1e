#include "corpus/readers.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
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

static int add_tags(struct examples *out, const char *path, const struct conllu_sentence *s, struct error *err)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *tag = s->tokens[i].columns[CONLLU_UPOS];

		if (tag[0] == '\0')
			return error_set(err, STATUS_INPUT, "%s:%zu: empty UPOS", path, s->tokens[i].line);
		if (examples_add(out, at(i), at(i), tag, err) < 0)
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

/* A pair (word, head) for each word but the root. */
static int add_relations(struct examples *out, const struct task *t, const char *path,
			 const struct conllu_sentence *s, struct error *err)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct conllu_token *token = &s->tokens[i];
		char *relation = token->columns[CONLLU_DEPREL];
		size_t head;
		long id;

		if (token->id == 0)
			continue;
		if (integer_parse(&id, token->columns[CONLLU_HEAD]) < 0 || id < 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: HEAD is \"%s\", expected a number", path,
					 token->line, token->columns[CONLLU_HEAD]);
		if (id == 0)
			continue;
		head = word_index(s, id);
		if (head == s->count)
			return error_set(err, STATUS_INPUT, "%s:%zu: HEAD %ld is no word of the sentence", path,
					 token->line, id);
		if (!t->subtypes)
			relation[strcspn(relation, ":")] = '\0';
		if (relation[0] == '\0')
			return error_set(err, STATUS_INPUT, "%s:%zu: empty DEPREL", path, token->line);
		if (examples_add(out, at(i), at(head), relation, err) < 0)
			return -1;
	}
	return 0;
}

int read_conllu(struct examples *out, const struct task *t, const char *path, long first, long last,
		struct error *err)
{
	struct conllu_reader r;
	struct conllu_sentence s;
	int got, rc = 0;

	if (conllu_open(&r, path, CONLLU_COLUMNS, t->empty_nodes, t->lossy, err) < 0)
		return -1;
	while (rc == 0 && (got = conllu_next(&r, &s, err)) != 0) {
		if (got < 0) {
			rc = -1;
			break;
		}
		if ((long)r.number >= first && (long)r.number <= last)
			rc = add_sentence(out, &s, err) < 0 ? -1
			     : t->kind == TASK_PAIR         ? add_relations(out, t, path, &s, err)
							    : add_tags(out, path, &s, err);
		conllu_sentence_release(&s);
	}
	conllu_close(&r);
	return rc;
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

		if (!is_adposition(token))
			continue;
		if (strncmp(token->columns[column], "p.", 2) != 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: supersense \"%s\", expected p.…", path,
					 token->line, token->columns[column]);
		if (examples_add(out, at(i), at(i), token->columns[column], err) < 0)
			return -1;
	}
	return 0;
}

int read_conllulex(struct examples *out, const struct task *t, const char *path, long first, long last,
		   struct error *err)
{
	struct conllu_reader r;
	struct conllu_sentence s;
	int got, rc = 0;

	if (conllu_open(&r, path, CONLLULEX_COLUMNS, false, t->lossy, err) < 0)
		return -1;
	while (rc == 0 && (got = conllu_next(&r, &s, err)) != 0) {
		if (got < 0) {
			rc = -1;
			break;
		}
		if ((long)r.number >= first && (long)r.number <= last)
			rc = add_supersenses(out, t, path, &s, err);
		conllu_sentence_release(&s);
	}
	conllu_close(&r);
	return rc;
}

static int add_question(struct examples *out, const char *path, size_t number, char *text, struct error *err)
{
	const char *words[1024];
	char id[32], *question = strchr(text, ' '), *rest = NULL;
	size_t count = 0;

	if (question == NULL || memchr(text, ':', (size_t)(question - text)) == NULL)
		return error_set(err, STATUS_INPUT, "%s:%zu: expected \"COARSE:fine question\"", path, number);
	*question++ = '\0';
	for (char *word = strtok_r(question, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (count == sizeof words / sizeof words[0])
			return error_set(err, STATUS_INPUT, "%s:%zu: more than %zu words", path, number, count);
		words[count++] = word;
	}
	if (count == 0)
		return error_set(err, STATUS_INPUT, "%s:%zu: a question without words", path, number);
	snprintf(id, sizeof id, "%zu", number);
	if (examples_add_sentence(out, id, words, count, err) < 0)
		return -1;
	return examples_add(out, at(0), at(0), text, err);
}

int read_trec(struct examples *out, const struct task *t, const char *path, long first, long last, struct error *err)
{
	struct mapping map;
	struct line line = { 0 };
	int rc = 0;

	(void)t;
	if (mapping_open(&map, path, err) < 0)
		return -1;
	while (rc == 0 && line_next(&line, &map)) {
		char *text;

		if ((long)line.number < first || (long)line.number > last)
			continue;
		text = line_copy_latin1(path, &line, err);
		rc = text == NULL ? -1 : add_question(out, path, line.number, text, err);
		free(text);
	}
	mapping_close(&map);
	return rc;
}
