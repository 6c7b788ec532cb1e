#include "text/bert_words.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/bert_classes.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	const struct bert_splitter *s;
	take_word take;
	void *arg;
	struct error *err;
	struct code_points points, spare; /* a stretch between added tokens, being normalised */
	struct spelling normal;           /* the same, once it is */
	size_t *offsets;                  /* offsets of the characters of a word */
	size_t offset_capacity;
};

/* Drops the points that `keep` does not keep. */
static void filter(struct code_points *p, bool (*keep)(int32_t point))
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++)
		if (keep(p->data[i]))
			p->data[kept++] = p->data[i];
	p->count = kept;
}

static bool is_kept(int32_t point)
{
	return (bert_classes_of(point) & BERT_DROPPED) == 0;
}

static bool is_no_accent(int32_t point)
{
	return point < 0x300 || (bert_classes_of(point) & BERT_ACCENT) == 0;
}

static void swap(struct walk *w)
{
	struct code_points other = w->points;

	w->points = w->spare;
	w->spare = other;
}

static int add_all(struct code_points *out, const int32_t *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code_points_add(out, points[i]) < 0)
			return -1;
	return 0;
}

/* Every ideograph between spaces. */
static int space_ideographs(struct walk *w)
{
	w->spare.count = 0;
	for (size_t i = 0; i < w->points.count; i++) {
		int32_t point = w->points.data[i];
		bool alone = bert_is_ideograph(point);

		if (add_all(&w->spare, alone ? (int32_t[]){ ' ', point, ' ' } : &point, alone ? 3 : 1) < 0)
			return -1;
	}
	swap(w);
	return 0;
}

static int lower(struct walk *w)
{
	w->spare.count = 0;
	for (size_t i = 0; i < w->points.count; i++) {
		int32_t point = w->points.data[i];

		if (add_all(&w->spare, (int32_t[]){ bert_lower(point), 0x307 }, point == 0x130 ? 2 : 1) < 0)
			return -1;
	}
	swap(w);
	return 0;
}

/* The steps of BertNormalizer, in its order, on w->points. */
static int apply(struct walk *w)
{
	const struct bert_normaliser *n = &w->s->normaliser;

	if (n->clean_text) {
		filter(&w->points, is_kept);
		for (size_t i = 0; i < w->points.count; i++)
			if (bert_is_space(w->points.data[i]))
				w->points.data[i] = ' ';
	}
	if (n->handle_chinese_chars && space_ideographs(w) < 0)
		return -1;
	if (n->strip_accents) {
		if (code_points_decompose_known(&w->spare, &w->points, bert_decomposes) < 0)
			return -1;
		swap(w);
		filter(&w->points, is_no_accent);
	}
	return n->lowercase ? lower(w) : 0;
}

/* A stretch of text in its normal form, in w->normal. */
static int normalise(struct walk *w, const char *text, size_t length)
{
	w->points.count = 0;
	for (size_t i = 0; i < length;) {
		uint32_t point;

		i += utf8_decode(&point, text + i, length - i);
		if (code_points_add(&w->points, (int32_t)point) < 0)
			return error_memory(w->err, "a text");
	}
	if (apply(w) < 0)
		return error_memory(w->err, "a text");
	return spell_points(&w->normal, w->points.data, w->points.count, w->err);
}

/* An added token is one piece: its characters do not count. */
static int hand_on_token(void *arg, const struct added_token *token, const char *at, struct error *err)
{
	static const size_t nowhere[2] = { 0, 0 };
	struct walk *w = arg;

	(void)at;
	return w->take(w->arg, &(struct normal_word){ "", nowhere, 1, token }, err);
}

static int hand_on(struct walk *w, const char *word, size_t points)
{
	return points == 0 ? 0 : w->take(w->arg, &(struct normal_word){ word, w->offsets, points, NULL }, w->err);
}

/* BertPreTokenizer: words end at white space, punctuation stands alone. */
static int split(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;
	size_t start = 0, points = 0;

	for (size_t i = 0, bytes; i < length; i += bytes) {
		uint32_t point;
		bool space, alone;

		bytes = utf8_decode(&point, text + i, length - i);
		space = bert_is_space((int32_t)point);
		alone = !space && (bert_classes_of((int32_t)point) & BERT_PUNCTUATION) != 0;
		if (array_reserve(&w->offsets, &w->offset_capacity, points + 3, sizeof *w->offsets) < 0)
			return error_memory(err, "a word");
		if (space || alone) {
			if (hand_on(w, text + start, points) < 0)
				return -1;
			points = 0;
			start = i + (space ? bytes : 0);
		}
		if (space)
			continue;
		w->offsets[points++] = i - start;
		w->offsets[points] = i + bytes - start;
		if (alone) {
			if (hand_on(w, text + start, points) < 0)
				return -1;
			points = 0;
			start = i + bytes;
		}
	}
	return hand_on(w, text + start, points);
}

static int normalise_and_cut(void *arg, const char *text, size_t length, struct error *err)
{
	struct walk *w = arg;

	if (normalise(w, text, length) < 0)
		return -1;
	return added_cut(w->s->tokens, &w->s->normal, w->normal.bytes, w->normal.offsets[w->points.count],
			 &(struct added_taker){ split, hand_on_token, w }, err);
}

int bert_words(const struct bert_splitter *s, const char *text, size_t length, take_word take, void *arg,
	       struct error *err)
{
	struct walk w = { .s = s, .take = take, .arg = arg, .err = err };
	size_t valid = utf8_check(text, length);
	int rc;

	if (valid < length)
		return error_set(err, STATUS_INPUT, "byte %zu: invalid UTF-8", valid);
	rc = added_cut(s->tokens, &s->raw, text, length,
		       &(struct added_taker){ normalise_and_cut, hand_on_token, &w }, err);
	free(w.points.data);
	free(w.spare.data);
	free(w.offsets);
	spelling_release(&w.normal);
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
	struct walk w = { .s = arg, .err = err };
	char *out = NULL;

	if (normalise(&w, t->content, strlen(t->content)) == 0) {
		out = text_copy_n(w.normal.bytes, w.normal.offsets[w.points.count]);
		if (out == NULL)
			error_memory(err, t->content);
	}
	free(w.points.data);
	free(w.spare.data);
	spelling_release(&w.normal);
	return out;
}

int bert_splitter_init(struct bert_splitter *out, const struct bert_normaliser *normaliser,
		       const struct added_tokens *tokens, struct error *err)
{
	*out = (struct bert_splitter){ .normaliser = *normaliser, .tokens = tokens };
	if (added_matcher_init(&out->raw, tokens, is_raw, NULL, NULL, err) == 0 &&
	    added_matcher_init(&out->normal, tokens, is_normalised, write_normal, out, err) == 0)
		return 0;
	bert_splitter_release(out);
	return -1;
}

void bert_splitter_release(struct bert_splitter *s)
{
	added_matcher_release(&s->raw);
	added_matcher_release(&s->normal);
}
