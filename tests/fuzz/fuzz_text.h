/* What the fuzz targets of text formats share. */
#ifndef TESTS_FUZZ_TEXT_H
#define TESTS_FUZZ_TEXT_H

#include "base/utf8.h"
#include "corpus/readers.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A refusal is bad input, named in one line. */
static inline void fuzz_refused(const struct error *err)
{
	if (err->status != STATUS_INPUT || err->text[0] == '\0' || strchr(err->text, '\n') != NULL)
		abort();
}

static inline void fuzz_span(struct span s, size_t words)
{
	if (s.first > s.last || s.last >= words)
		abort();
}

/* Whether the text can stand in a column of a table. */
static inline void fuzz_column(const char *text)
{
	if (text[0] == '\0' || strpbrk(text, "\t\n") != NULL || utf8_check(text, strlen(text)) < strlen(text))
		abort();
}

/* Examples that were accepted can be written as they are. */
static inline void fuzz_examples(const struct examples *e)
{
	for (size_t i = 0; i < e->sentence_count; i++) {
		const struct sentence *s = &e->sentences[i];

		if (s->count == 0)
			abort();
		fuzz_column(s->id);
		for (size_t w = 0; w < s->count; w++) {
			fuzz_column(s->words[w]);
			if (strchr(s->words[w], ' ') != NULL)
				abort();
		}
	}
	for (size_t i = 0; i < e->count; i++) {
		const struct example *x = &e->items[i];

		fuzz_column(x->label);
		if (x->sentence >= e->sentence_count)
			abort();
		if (e->kind != TASK_SENTENCE)
			fuzz_span(x->a, e->sentences[x->sentence].count);
		if (e->kind == TASK_PAIR)
			fuzz_span(x->b, e->sentences[x->sentence].count);
	}
}

/* Reads a part of a task from the bytes. */
static inline void fuzz_part(part_reader read, const struct task *t, const uint8_t *data, size_t size)
{
	struct mapping text = { (const char *)data, size };
	struct sentence_range range = { .first = 1, .last = LONG_MAX };
	struct examples e;
	struct error err = { 0 };

	examples_init(&e, t->kind);
	if (text_check(&text, "x", &err) < 0 || read(&e, t, &text, "x", &range, &err) < 0)
		fuzz_refused(&err);
	else
		fuzz_examples(&e);
	examples_release(&e);
}

#endif
