#include "text/normalise.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

struct cutter {
	const struct text_settings *settings;
	int (*take)(void *arg, const struct normal_word *word, struct error *err);
	void *arg;
	struct error *err;
	struct points word;        /* read since the last white space */
	bool ascii;                /* all of `word` is */
	struct points form, spare; /* its normal form */
	char *bytes;               /* the part that is handed on, as UTF-8 */
	size_t *at;
	size_t bytes_capacity, at_capacity;
};

size_t special_match(const char *text, size_t length)
{
	static const char *const tokens[] = { "[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]" };

	for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
		size_t size = strlen(tokens[i]);

		if (length >= size && memcmp(text, tokens[i], size) == 0)
			return size;
	}
	return 0;
}

/* Writes characters as UTF-8 with the offsets of their beginnings. */
static int spell(struct cutter *c, const int32_t *points, size_t count)
{
	size_t length = 0;

	if (array_reserve(&c->bytes, &c->bytes_capacity, 4 * count, 1) < 0 ||
	    array_reserve(&c->at, &c->at_capacity, count + 1, sizeof *c->at) < 0)
		return error_memory(c->err, "a word");
	for (size_t i = 0; i < count; i++) {
		c->at[i] = length;
		if (points[i] < 0x80)
			c->bytes[length++] = (char)points[i];
		else
			length += utf8_encode(c->bytes + length, (uint32_t)points[i]);
	}
	c->at[count] = length;
	return 0;
}

static int hand_on(struct cutter *c, const int32_t *points, size_t count)
{
	if (spell(c, points, count) < 0)
		return -1;
	return c->take(c->arg, &(struct normal_word){ c->bytes, c->at, count }, c->err);
}

/* Step 5: every punctuation character by itself. */
static int split_at_punctuation(struct cutter *c, const struct points *word)
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

/* Cased, a special token may appear only now, when characters inside it have
 * been dropped: "[MA", soft hyphen, "SK]". It is a special token all the same. */
static bool became_special(struct cutter *c, const struct points *word)
{
	return word->count >= 5 && word->count <= 6 && word->data[0] == '[' &&
	       spell(c, word->data, word->count) == 0 &&
	       special_match(c->bytes, c->at[word->count]) == c->at[word->count];
}

/* NFC; then, by the settings, lower case, NFD and no accents. */
static int bring_to_form(struct cutter *c)
{
	if (points_compose(&c->form, &c->word) < 0)
		return error_memory(c->err, "a word");
	if (c->settings->lower)
		for (size_t i = 0; i < c->form.count; i++)
			c->form.data[i] = point_lower(c->form.data[i]);
	if (c->settings->strip_accents) {
		size_t kept = 0;
		struct points swapped = c->spare;

		if (points_decompose(&swapped, &c->form) < 0) {
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

/* Ends the word being read. */
static int end_word(struct cutter *c)
{
	int rc = 0;

	if (c->word.count == 0)
		return 0;
	if (became_special(c, &c->word)) {
		rc = hand_on(c, c->word.data, c->word.count);
	} else if (c->ascii) {
		rc = split_at_punctuation(c, &c->word);
	} else {
		rc = bring_to_form(c);
		if (rc == 0)
			rc = split_at_punctuation(c, &c->form);
	}
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
		bool alone = c->settings->ideographs && point_is_ideograph(point);

		if (alone && end_word(c) < 0)
			return -1;
		c->ascii = false;
		if (points_add(&c->word, point) < 0)
			return error_memory(c->err, "a word");
		return alone ? end_word(c) : 0;
	}
	return points_add(&c->word, point) < 0 ? error_memory(c->err, "a word") : 0;
}

/* Special tokens are cut out of the text as it is written; then characters are
 * made lower-case one by one, as transformers does it, before anything is
 * dropped or composed (so that a capital sigma never becomes a final one). */
static int cut(struct cutter *c, const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t read;
		int32_t point;
		size_t special = text[i] == '[' ? special_match(text + i, length - i) : 0;

		if (special > 0) {
			if (end_word(c) < 0)
				return -1;
			for (size_t k = 0; k < special; k++)
				if (points_add(&c->word, text[i + k]) < 0)
					return error_memory(c->err, "a word");
			if (end_word(c) < 0)
				return -1;
			i += special;
			continue;
		}
		i += utf8_decode(&read, text + i, length - i);
		point = (int32_t)read;
		if (c->settings->lower)
			point = point_lower(point);
		if (add_point(c, point) < 0 || (read == 0x130 && c->settings->lower && add_point(c, 0x307) < 0))
			return -1;
	}
	return end_word(c);
}

int normalise_words(const struct text_settings *settings, const char *text, size_t length,
		    int (*take)(void *arg, const struct normal_word *word, struct error *err), void *arg,
		    struct error *err)
{
	struct cutter c = { .settings = settings, .take = take, .arg = arg, .err = err, .ascii = true };
	size_t valid = utf8_check(text, length);
	int rc;

	if (valid < length)
		return error_set(err, STATUS_INPUT, "byte %zu: invalid UTF-8", valid);
	rc = cut(&c, text, length);
	free(c.word.data);
	free(c.form.data);
	free(c.spare.data);
	free(c.bytes);
	free(c.at);
	return rc;
}
