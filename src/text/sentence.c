#include "text/sentence.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/byte_words.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	const struct sentence_reader *s;
	const char *text; /* the sentence */
	struct aligned normal, word;
	struct steps_work steps;
	struct bpe_work bpe;
	struct unigram_work unigram;
	struct cutters_work cutters;
	struct pieces *out;
};

static const char metaspace[] = "\xE2\x96\x81"; /* ▁ */
enum { METASPACE = sizeof metaspace - 1 };

/* The pieces added since `before` begin at bytes of the word: tells which of the
 * sentence these come from. */
static void place(struct walk *w, size_t before)
{
	for (size_t i = before; i < w->out->count; i++)
		w->out->starts[i] = w->word.from[w->out->starts[i]];
}

static int take_bytes(void *arg, const char *word, size_t length, struct error *err)
{
	struct walk *w = arg;
	const size_t before = w->out->count;

	if (bpe_cut(&w->s->bpe, word, length, (size_t)(word - w->word.bytes), &w->bpe, w->out, err) < 0)
		return -1;
	place(w, before);
	return 0;
}

/* The bytes from `at` of the normalised text, behind a prefix. */
static int set_word(struct walk *w, const char *prefix, size_t at, size_t length, struct error *err)
{
	w->word.length = 0;
	if (aligned_add(&w->word, prefix, strlen(prefix), w->normal.from[at], err) < 0)
		return -1;
	for (size_t i = at; i < at + length; i++) {
		bool space = w->s->metaspace && w->normal.bytes[i] == ' ';

		if (aligned_add(&w->word, space ? metaspace : w->normal.bytes + i, space ? METASPACE : 1,
				w->normal.from[i], err) < 0)
			return -1;
	}
	return 0;
}

/* A word of Unigram, cut once more before every "▁" in it. */
static int take_word_of_unigram(struct walk *w, size_t at, size_t length, struct error *err)
{
	const char *word = w->normal.bytes + at;
	bool prefixed = w->s->prefix == METASPACE_ALWAYS && word[0] != ' ' &&
			(length < METASPACE || memcmp(word, metaspace, METASPACE) != 0);

	if (set_word(w, prefixed ? metaspace : "", at, length, err) < 0)
		return -1;
	for (size_t start = 0, end; start < w->word.length; start = end) {
		const size_t before = w->out->count;

		for (end = start + 1; end < w->word.length; end++)
			if (w->word.length - end >= METASPACE &&
			    memcmp(w->word.bytes + end, metaspace, METASPACE) == 0)
				break;
		if (unigram_cut(&w->s->unigram, w->word.bytes + start, end - start, &w->unigram, w->out, err) < 0)
			return -1;
		for (size_t i = before; i < w->out->count; i++)
			w->out->starts[i] += start;
		place(w, before);
	}
	return 0;
}

static int take_part(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;
	const struct sentence_reader *s = w->s;
	const size_t at = (size_t)(text - w->normal.bytes);

	if (s->metaspace)
		return take_word_of_unigram(w, at, length, err);
	if (set_word(w, s->prefix_space && text[0] != ' ' ? " " : "", at, length, err) < 0)
		return -1;
	return s->words ? byte_words(w->word.bytes, w->word.length, take_bytes, w, err)
			: take_bytes(w, w->word.bytes, w->word.length, err);
}

static int take_normal(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;

	return cutters_apply(&w->s->cutters, text, length, &w->cutters, take_part, w, err);
}

static int take_normal_token(void *arg, const struct added_token *token, const char *at, struct error *err)
{
	struct walk *w = arg;

	return pieces_add(w->out, token->id, w->normal.from[at - w->normal.bytes], err);
}

static int take_raw(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;

	if (steps_apply(&w->s->steps, &w->normal, text, length, (size_t)(text - w->text), &w->steps, err) < 0)
		return -1;
	return added_cut(w->s->tokens, &w->s->normal, w->normal.bytes, w->normal.length,
			 &(struct added_taker){ take_normal, take_normal_token, w }, err);
}

static int take_raw_token(void *arg, const struct added_token *token, const char *at, struct error *err)
{
	struct walk *w = arg;

	return pieces_add(w->out, token->id, (size_t)(at - w->text), err);
}

int sentence_pieces(const struct sentence_reader *s, const char *text, size_t length, struct pieces *out,
		    struct error *err)
{
	struct walk w = { .s = s, .text = text, .out = out };
	size_t valid = utf8_check(text, length);
	int rc;

	if (valid < length)
		return error_set(err, STATUS_INPUT, "byte %zu: invalid UTF-8", valid);
	rc = added_cut(s->tokens, &s->raw, text, length, &(struct added_taker){ take_raw, take_raw_token, &w }, err);
	aligned_release(&w.normal);
	aligned_release(&w.word);
	steps_work_release(&w.steps);
	bpe_work_release(&w.bpe);
	unigram_work_release(&w.unigram);
	cutters_work_release(&w.cutters);
	return rc;
}

static bool is_raw(const struct added_token *t)
{
	return (t->flags & ADDED_NORMALIZED) == 0;
}

static bool is_normalised(const struct added_token *t)
{
	return !is_raw(t);
}

static char *write_normal(void *arg, const struct added_token *t, struct error *err)
{
	const struct sentence_reader *s = arg;
	struct aligned a = { 0 };
	struct steps_work work = { 0 };
	char *out = NULL;

	if (steps_apply(&s->steps, &a, t->content, strlen(t->content), 0, &work, err) == 0) {
		out = text_copy_n(a.bytes, a.length);
		if (out == NULL)
			error_memory(err, t->content);
	}
	aligned_release(&a);
	steps_work_release(&work);
	return out;
}

int sentence_reader_init(struct sentence_reader *s, const struct added_tokens *tokens, struct error *err)
{
	s->tokens = tokens;
	if (added_matcher_init(&s->raw, tokens, is_raw, NULL, NULL, err) < 0)
		return -1;
	return added_matcher_init(&s->normal, tokens, is_normalised, write_normal, s, err);
}

void sentence_reader_release(struct sentence_reader *s)
{
	bpe_release(&s->bpe);
	unigram_release(&s->unigram);
	steps_release(&s->steps);
	cutters_release(&s->cutters);
	added_matcher_release(&s->raw);
	added_matcher_release(&s->normal);
}
