#include "text/byte_words.h"

#include "base/utf8.h"
#include "text/bert_classes.h"

#include <stdbool.h>
#include <string.h>

enum kind { SPACE, LETTER, NUMBER, OTHER };

static enum kind kind_of(int32_t point)
{
	unsigned classes;

	if (bert_is_space(point))
		return SPACE;
	classes = bert_classes_of(point);
	return classes & BYTE_LEVEL_LETTER ? LETTER : classes & BYTE_LEVEL_NUMBER ? NUMBER : OTHER;
}

/* The kind of the character at `at`, and in `*next` where the one behind it begins. */
static enum kind look(const char *text, size_t at, size_t length, size_t *next)
{
	uint32_t point;

	*next = at + utf8_decode(&point, text + at, length - at);
	return kind_of((int32_t)point);
}

/* Where a run of one kind from `at` on ends. */
static size_t run_end(const char *text, size_t at, size_t length, enum kind kind)
{
	size_t next;

	while (at < length && look(text, at, length, &next) == kind)
		at = next;
	return at;
}

/* The bytes of a contraction at `at`; 0 if there is none. */
static size_t contraction(const char *text, size_t at, size_t length)
{
	static const char *const known[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		size_t bytes = strlen(known[i]);

		if (length - at >= bytes && memcmp(text + at, known[i], bytes) == 0)
			return bytes;
	}
	return 0;
}

/* White space from `at` on: all of it at the end, else all but its last character,
 * but that one where it is alone. */
static size_t spaces_end(const char *text, size_t at, size_t length)
{
	size_t last = at, next = at, after;

	while (next < length && look(text, next, length, &after) == SPACE) {
		last = next;
		next = after;
	}
	return next == length || last == at ? next : last;
}

static size_t word_end(const char *text, size_t at, size_t length)
{
	size_t bytes = contraction(text, at, length), next, start;
	enum kind kind;

	if (bytes > 0)
		return at + bytes;
	start = text[at] == ' ' && at + 1 < length ? at + 1 : at;
	kind = look(text, start, length, &next);
	return kind == SPACE ? spaces_end(text, at, length) : run_end(text, start, length, kind);
}

int byte_words(const char *text, size_t length,
	       int (*take)(void *arg, const char *word, size_t length, struct error *err), void *arg,
	       struct error *err)
{
	for (size_t at = 0; at < length;) {
		size_t end = word_end(text, at, length);

		if (take(arg, text + at, end - at, err) < 0)
			return -1;
		at = end;
	}
	return 0;
}

static bool is_seen(unsigned byte)
{
	return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

uint32_t byte_character(unsigned char byte)
{
	uint32_t unseen = 0;

	if (is_seen(byte))
		return byte;
	for (unsigned b = 0; b < byte; b++)
		unseen += !is_seen(b);
	return 0x100 + unseen;
}
