#include "text/sentence.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/bert_classes.h"
#include "text/byte_words.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

/* A text, and for each byte which byte of the sentence it comes from. */
struct aligned {
	char *bytes;
	size_t *from;
	size_t length, bytes_capacity, from_capacity;
};

struct walk {
	const struct sentence_reader *s;
	const char *text; /* the sentence */
	struct aligned normal, word;
	struct bpe_work bpe;
	struct unigram_work unigram;
	struct pieces *out;
};

static const char metaspace[] = "\xE2\x96\x81"; /* ▁ */
enum { METASPACE = sizeof metaspace - 1, SHORT_CLUSTER = 6 };

static int add(struct aligned *a, const char *bytes, size_t count, size_t from, struct error *err)
{
	if (array_reserve(&a->bytes, &a->bytes_capacity, a->length + count, 1) < 0 ||
	    array_reserve(&a->from, &a->from_capacity, a->length + count, sizeof *a->from) < 0)
		return error_memory(err, "a text");
	if (count > 0)
		memcpy(a->bytes + a->length, bytes, count);
	for (size_t i = 0; i < count; i++)
		a->from[a->length + i] = from;
	a->length += count;
	return 0;
}

/* Bytes that stay, one by one. */
static int copy(struct aligned *a, const char *bytes, size_t count, size_t from, struct error *err)
{
	const size_t before = a->length;

	if (add(a, bytes, count, from, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		a->from[before + i] = from + i;
	return 0;
}

/* The end of the grapheme cluster that begins at `at`. */
static size_t cluster_end(const char *text, size_t at, size_t length)
{
	int32_t state = 0;
	uint32_t before, point;
	size_t end = at + utf8_decode(&before, text + at, length - at);

	while (end < length) {
		size_t bytes = utf8_decode(&point, text + end, length - end);

		if (points_part((int32_t)before, (int32_t)point, &state))
			break;
		before = point;
		end += bytes;
	}
	return end;
}

/* Precompiled: a short cluster of which some beginning is known becomes what that is;
 * else every character does. */
static int normalise(struct aligned *out, const struct charsmap *m, const char *text, size_t length, size_t from,
		     struct error *err)
{
	out->length = 0;
	if (m->units == 0)
		return copy(out, text, length, from, err);
	for (size_t at = 0; at < length;) {
		size_t end = cluster_end(text, at, length);
		const char *whole = end - at < SHORT_CLUSTER ? charsmap_find(m, text + at, end - at) : NULL;

		if (whole != NULL && add(out, whole, strlen(whole), from + at, err) < 0)
			return -1;
		for (size_t i = at, bytes; whole == NULL && i < end; i += bytes) {
			uint32_t point;
			const char *one;

			bytes = utf8_decode(&point, text + i, end - i);
			one = charsmap_find(m, text + i, bytes);
			if ((one != NULL ? add(out, one, strlen(one), from + i, err)
					 : copy(out, text + i, bytes, from + i, err)) < 0)
				return -1;
		}
		at = end;
	}
	return 0;
}

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
	if (add(&w->word, prefix, strlen(prefix), w->normal.from[at], err) < 0 ||
	    add(&w->word, w->normal.bytes + at, length, 0, err) < 0)
		return -1;
	memcpy(w->word.from + strlen(prefix), w->normal.from + at, length * sizeof *w->word.from);
	return 0;
}

/* A word of Unigram, cut once more before every "▁" in it. */
static int take_word_of_unigram(struct walk *w, size_t at, size_t length, struct error *err)
{
	const char *word = w->normal.bytes + at;
	bool prefixed =
		w->s->prefix == METASPACE_ALWAYS && (length < METASPACE || memcmp(word, metaspace, METASPACE) != 0);

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

/* WhitespaceSplit, then Metaspace. */
static int cut_words(struct walk *w, size_t at, size_t length, struct error *err)
{
	size_t start = at;

	for (size_t i = at, bytes; i < at + length; i += bytes) {
		uint32_t point;

		bytes = utf8_decode(&point, w->normal.bytes + i, at + length - i);
		if (!bert_is_space((int32_t)point))
			continue;
		if (i > start && take_word_of_unigram(w, start, i - start, err) < 0)
			return -1;
		start = i + bytes;
	}
	return at + length > start ? take_word_of_unigram(w, start, at + length - start, err) : 0;
}

static int take_normal(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;
	size_t at = (size_t)(text - w->normal.bytes);

	if (w->s->metaspace)
		return cut_words(w, at, length, err);
	if (set_word(w, w->s->prefix_space && text[0] != ' ' ? " " : "", at, length, err) < 0)
		return -1;
	return byte_words(w->word.bytes, w->word.length, take_bytes, w, err);
}

static int take_normal_token(void *arg, const struct added_token *token, const char *at, struct error *err)
{
	struct walk *w = arg;

	return pieces_add(w->out, token->id, w->normal.from[at - w->normal.bytes], err);
}

static int take_raw(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;

	if (normalise(&w->normal, &w->s->charsmap, text, length, (size_t)(text - w->text), err) < 0)
		return -1;
	return added_cut(w->s->tokens, &w->s->normal, w->normal.bytes, w->normal.length,
			 &(struct added_taker){ take_normal, take_normal_token, w }, err);
}

static int take_raw_token(void *arg, const struct added_token *token, const char *at, struct error *err)
{
	struct walk *w = arg;

	return pieces_add(w->out, token->id, (size_t)(at - w->text), err);
}

static void aligned_release(struct aligned *a)
{
	free(a->bytes);
	free(a->from);
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
	bpe_work_release(&w.bpe);
	free(w.unigram.ends);
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
	char *out = NULL;

	if (normalise(&a, &s->charsmap, t->content, strlen(t->content), 0, err) == 0) {
		out = a.length == 0 ? text_copy("") : text_copy_n(a.bytes, a.length);
		if (out == NULL)
			error_memory(err, t->content);
	}
	aligned_release(&a);
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
	charsmap_release(&s->charsmap);
	added_matcher_release(&s->raw);
	added_matcher_release(&s->normal);
}
