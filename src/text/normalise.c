#include "text/normalise.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

struct cutter {
	const struct normaliser *n;
	take_word take;
	void *arg;
	struct error *err;
	struct code_points word;        /* read since the last white space */
	bool ascii;                     /* all of `word` is */
	struct code_points form, spare; /* its normal form */
	struct spelling spelling;       /* of the part that is handed on */
};

int spell_points(struct spelling *s, const int32_t *points, size_t count, struct error *err)
{
	size_t length = 0;

	if (array_reserve(&s->bytes, &s->bytes_capacity, 4 * count, 1) < 0 ||
	    array_reserve(&s->offsets, &s->offset_capacity, count + 1, sizeof *s->offsets) < 0)
		return error_memory(err, "a word");
	for (size_t i = 0; i < count; i++) {
		s->offsets[i] = length;
		if (points[i] < 0x80)
			s->bytes[length++] = (char)points[i];
		else
			length += utf8_encode(s->bytes + length, (uint32_t)points[i]);
	}
	s->offsets[count] = length;
	return 0;
}

void spelling_release(struct spelling *s)
{
	free(s->bytes);
	free(s->offsets);
	*s = (struct spelling){ 0 };
}

static int hand_on(struct cutter *c, const int32_t *points, size_t count)
{
	if (spell_points(&c->spelling, points, count, c->err) < 0)
		return -1;
	return c->take(c->arg, &(struct normal_word){ c->spelling.bytes, c->spelling.offsets, count, NULL }, c->err);
}

/* A token that was cut out: its characters do not count. */
static int hand_on_token(struct cutter *c, size_t token)
{
	static const size_t at[2] = { 0, 0 };

	return c->take(c->arg, &(struct normal_word){ "", at, 1, &c->n->tokens->items[token] }, c->err);
}

/* Step 5: every punctuation character by itself. */
static int split_at_punctuation(struct cutter *c, const struct code_points *word)
{
	size_t start = 0;

	for (size_t i = 0; i < word->count; i++) {
		if (!point_is_punctuation(word->data[i]))
			continue;
		if ((start < i && hand_on(c, word->data + start, i - start) < 0) || hand_on(c, word->data + i, 1) < 0)
			return -1;
		start = i + 1;
	}
	return start < word->count ? hand_on(c, word->data + start, word->count - start) : 0;
}

/* A special token may appear only now, when characters inside it have been
 * dropped or changed: "[MA", soft hyphen, "SK]". It is a word that stays whole,
 * which the vocabulary must have. */
static bool became_special(struct cutter *c, const struct code_points *word)
{
	size_t length, token;

	if (c->n->special.count == 0 || word->count == 0 ||
	    (word->data[0] < 0x80 && !c->n->special.begins[word->data[0]]) ||
	    spell_points(&c->spelling, word->data, word->count, c->err) < 0)
		return false;
	length = c->spelling.offsets[word->count];
	return added_match(&c->n->special, c->spelling.bytes, length, &token) == length;
}

/* Lower case, NFD and no accents, by the settings. */
static int bring_to_form(struct cutter *c)
{
	if (c->n->settings.lower)
		for (size_t i = 0; i < c->form.count; i++)
			c->form.data[i] = point_lower(c->form.data[i]);
	if (c->n->settings.strip_accents) {
		size_t kept = 0;
		struct code_points swapped = c->spare;

		if (code_points_decompose(&swapped, &c->form) < 0) {
			c->spare = swapped;
			return error_memory(c->err, "a word");
		}
		for (size_t i = 0; i < swapped.count; i++)
			if (!point_is_accent(swapped.data[i]))
				swapped.data[kept++] = swapped.data[i];
		swapped.count = kept;
		c->spare = c->form;
		c->form = swapped;
	}
	return 0;
}

static int split_or_keep(struct cutter *c, const struct code_points *word)
{
	return became_special(c, word) ? hand_on(c, word->data, word->count) : split_at_punctuation(c, word);
}

/* Ends the word being read. */
static int end_word(struct cutter *c)
{
	int rc = 0;

	if (c->word.count == 0)
		return 0;
	if (c->ascii)
		rc = split_or_keep(c, &c->word);
	else if (code_points_compose(&c->form, &c->word) < 0)
		rc = error_memory(c->err, "a word");
	else if (became_special(c, &c->form))
		rc = hand_on(c, c->form.data, c->form.count);
	else if ((rc = bring_to_form(c)) == 0)
		rc = split_or_keep(c, &c->form);
	c->word.count = 0;
	c->ascii = true;
	return rc;
}

static int add_point(struct cutter *c, int32_t point)
{
	if (point_is_dropped(point))
		return 0;
	if (point_is_space(point))
		return end_word(c);
	if (point >= 0x80) {
		bool alone = c->n->settings.ideographs && point_is_ideograph(point);

		if (alone && end_word(c) < 0)
			return -1;
		c->ascii = false;
		if (code_points_add(&c->word, point) < 0)
			return error_memory(c->err, "a word");
		return alone ? end_word(c) : 0;
	}
	return code_points_add(&c->word, point) < 0 ? error_memory(c->err, "a word") : 0;
}

/* Added tokens are cut out, the longest where several begin; the rest becomes
 * words. */
static int cut(struct cutter *c, const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t read;
		size_t token, bytes = added_match(&c->n->all, text + i, length - i, &token);

		if (bytes > 0) {
			if (end_word(c) < 0 || hand_on_token(c, token) < 0)
				return -1;
			i += bytes;
			continue;
		}
		i += utf8_decode(&read, text + i, length - i);
		if (add_point(c, (int32_t)read) < 0)
			return -1;
	}
	return end_word(c);
}

/* Appends a character's lower case; that of U+0130 has a dot of its own. */
static size_t write_lower(char *out, uint32_t point)
{
	size_t length = utf8_encode(out, (uint32_t)point_lower((int32_t)point));

	return point == 0x130 ? length + utf8_encode(out + length, 0x307) : length;
}

/* The text with its characters in lower case, one by one (so that a capital
 * sigma never becomes a final one), but for added tokens: as transformers
 * does it, before anything is cut out, dropped or composed. Its slow tokenizer
 * alone puts a token in lower case that is neither special nor normalized, and
 * never finds it then. New memory. */
static char *lower_text(const struct added_matcher *tokens, const char *text, size_t *length, struct error *err)
{
	char *out = array_new(*length, 2, 1); /* no lower case is longer than twice its capital */
	size_t used = 0, token;

	if (out == NULL) {
		error_memory(err, "a text");
		return NULL;
	}
	for (size_t i = 0; i < *length;) {
		size_t bytes = added_match(tokens, text + i, *length - i, &token);
		uint32_t point;

		if (bytes > 0) {
			memcpy(out + used, text + i, bytes);
			used += bytes;
		} else {
			bytes = utf8_decode(&point, text + i, *length - i);
			used += write_lower(out + used, point);
		}
		i += bytes;
	}
	*length = used;
	return out;
}

int normalise_words(const struct normaliser *n, const char *text, size_t length, take_word take, void *arg,
		    struct error *err)
{
	struct cutter c = { .n = n, .take = take, .arg = arg, .err = err, .ascii = true };
	size_t valid = utf8_check(text, length);
	char *lower = NULL;
	int rc = -1;

	if (valid < length)
		return error_set(err, STATUS_INPUT, "byte %zu: invalid UTF-8", valid);
	if (!n->settings.lower || (lower = lower_text(&n->all, text, &length, err)) != NULL)
		rc = cut(&c, lower != NULL ? lower : text, length);
	free(lower);
	free(c.word.data);
	free(c.form.data);
	free(c.spare.data);
	spelling_release(&c.spelling);
	return rc;
}

static bool is_any(const struct added_token *t)
{
	(void)t;
	return true;
}

static bool is_special(const struct added_token *t)
{
	return (t->flags & ADDED_SPECIAL) != 0;
}

int normaliser_init(struct normaliser *out, const struct text_settings *settings, const struct added_tokens *tokens,
		    struct error *err)
{
	*out = (struct normaliser){ .settings = *settings, .tokens = tokens };
	if (added_matcher_init(&out->special, tokens, is_special, NULL, NULL, err) == 0 &&
	    added_matcher_init(&out->all, tokens, is_any, NULL, NULL, err) == 0)
		return 0;
	normaliser_release(out);
	return -1;
}

void normaliser_release(struct normaliser *n)
{
	added_matcher_release(&n->all);
	added_matcher_release(&n->special);
}
