#include "text/unicode.h"

#include "base/array.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* No canonical decomposition is longer than four characters. */
enum { LONGEST_DECOMPOSITION = 4 };

int code_points_add(struct code_points *p, int32_t point)
{
	if (array_reserve(&p->data, &p->capacity, p->count + 1, sizeof *p->data) < 0)
		return -1;
	p->data[p->count++] = point;
	return 0;
}

static int combining_class(int32_t point)
{
	return point < 0x300 ? 0 : (int)utf8proc_get_property(point)->combining_class;
}

/* Sorts a run of marks by combining class, keeping the order of equals: by
 * insertion where it is short, else by counting, so that a text of nothing but
 * marks costs no more than its length. */
static int sort_marks(int32_t *run, size_t count)
{
	size_t place[257] = { 0 };
	int32_t *sorted;

	if (count <= 32) {
		for (size_t i = 1; i < count; i++) {
			int32_t mark = run[i];
			int class = combining_class(mark);
			size_t j = i;

			for (; j > 0 && combining_class(run[j - 1]) > class; j--)
				run[j] = run[j - 1];
			run[j] = mark;
		}
		return 0;
	}
	sorted = malloc(count * sizeof *sorted);
	if (sorted == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		place[(combining_class(run[i]) & 255) + 1]++;
	for (size_t c = 1; c < 257; c++)
		place[c] += place[c - 1];
	for (size_t i = 0; i < count; i++)
		sorted[place[combining_class(run[i]) & 255]++] = run[i];
	memcpy(run, sorted, count * sizeof *run);
	free(sorted);
	return 0;
}

static int decompose_point(struct code_points *out, int32_t point, bool known)
{
	utf8proc_ssize_t written;
	int boundary = 0;

	if (!known)
		return code_points_add(out, point);
	if (array_reserve(&out->data, &out->capacity, out->count + LONGEST_DECOMPOSITION, sizeof *out->data) < 0)
		return -1;
	written = utf8proc_decompose_char(point, out->data + out->count, LONGEST_DECOMPOSITION,
					  UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &boundary);
	if (written < 0 || written > LONGEST_DECOMPOSITION)
		return -1;
	out->count += (size_t)written;
	return 0;
}

int code_points_decompose_known(struct code_points *out, const struct code_points *in, bool (*known)(int32_t point))
{
	size_t marks = 0; /* where the run of marks that ends here began */

	out->count = 0;
	for (size_t i = 0; i < in->count; i++) {
		size_t k = out->count;

		if (decompose_point(out, in->data[i], known == NULL || known(in->data[i])) < 0)
			return -1;
		for (; k < out->count; k++) {
			if (combining_class(out->data[k]) != 0 && (known == NULL || known(out->data[k])))
				continue;
			if (sort_marks(out->data + marks, k - marks) < 0)
				return -1;
			marks = k + 1;
		}
	}
	return marks < out->count ? sort_marks(out->data + marks, out->count - marks) : 0;
}

int code_points_decompose(struct code_points *out, const struct code_points *in)
{
	return code_points_decompose_known(out, in, NULL);
}

/* The trailing consonant before the first one. It is no part of a syllable, but
 * utf8proc 2.8 takes it for one and drops it behind an open syllable; so the
 * string is composed between any two of them, which changes nothing else, for
 * this character composes with none. */
static const int32_t no_consonant = 0x11A7;

int code_points_compose(struct code_points *out, const struct code_points *in)
{
	size_t kept = 0;

	if (code_points_decompose(out, in) < 0)
		return -1;
	for (size_t at = 0; at < out->count;) {
		int32_t *part = out->data + at;
		size_t length = 0;
		utf8proc_ssize_t composed;

		while (at + length < out->count && part[length] != no_consonant)
			length++;
		composed =
			utf8proc_normalize_utf32(part, (utf8proc_ssize_t)length, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
		if (composed < 0)
			return -1;
		memmove(out->data + kept, part, (size_t)composed * sizeof *part);
		kept += (size_t)composed;
		at += length;
		if (at < out->count)
			out->data[kept++] = out->data[at++];
	}
	out->count = kept;
	return 0;
}

int32_t point_lower(int32_t point)
{
	if (point < 0x80)
		return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
	return utf8proc_tolower(point);
}

bool point_is_dropped(int32_t point)
{
	if (point < 0x80)
		return (point < 0x20 && point != '\t' && point != '\n' && point != '\r') || point == 0x7F;
	if (point == 0xFFFD)
		return true;
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return true;
	default:
		return false;
	}
}

bool point_is_space(int32_t point)
{
	utf8proc_category_t category;

	if (point < 0x80)
		return point == ' ' || point == '\t' || point == '\n' || point == '\r';
	category = utf8proc_category(point);
	return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
	       category == UTF8PROC_CATEGORY_ZP;
}

bool point_is_punctuation(int32_t point)
{
	utf8proc_category_t category;

	if (point < 0x80)
		return (point >= 33 && point <= 47) || (point >= 58 && point <= 64) || (point >= 91 && point <= 96) ||
		       (point >= 123 && point <= 126);
	category = utf8proc_category(point);
	return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

bool point_is_accent(int32_t point)
{
	return point >= 0x300 && utf8proc_category(point) == UTF8PROC_CATEGORY_MN;
}

bool point_is_mark(int32_t point)
{
	return combining_class(point) != 0;
}

bool point_is_ideograph(int32_t point)
{
	static const int32_t blocks[][2] = {
		{ 0x3400, 0x4DBF },   { 0x4E00, 0x9FFF },   { 0xF900, 0xFAFF },   { 0x20000, 0x2A6DF },
		{ 0x2A700, 0x2B73F }, { 0x2B740, 0x2B81F }, { 0x2B820, 0x2CEAF }, { 0x2F800, 0x2FA1F },
	};

	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0] && point >= blocks[i][0]; i++)
		if (point <= blocks[i][1])
			return true;
	return false;
}

size_t point_trim(const char *text, size_t length, bool (*is_space)(int32_t point))
{
	while (length > 0) {
		size_t start = length - 1;
		uint32_t point;

		while (start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80)
			start--;
		if (utf8_decode(&point, text + start, length - start) == 0 || !is_space((int32_t)point))
			break;
		length = start;
	}
	return length;
}

bool points_part(int32_t before, int32_t point, int32_t *state)
{
	return utf8proc_grapheme_break_stateful(before, point, state);
}

size_t point_decompose(int32_t *out, size_t room, int32_t point, bool compatible)
{
	const int how = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | (compatible ? UTF8PROC_COMPAT : 0);
	int boundary = 0;
	utf8proc_ssize_t written =
		utf8proc_decompose_char(point, out, (utf8proc_ssize_t)room, (utf8proc_option_t)how, &boundary);

	if (written > 0 && (size_t)written <= room)
		return (size_t)written;
	out[0] = point;
	return 1;
}

/* Only what has a class, or is of Hangul or a few Indic scripts, is a second part. */
int32_t points_compose(int32_t first, int32_t second)
{
	int32_t pair[2] = { first, second };

	if (second < 0x300 || second == no_consonant)
		return 0;
	return utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE) == 1 ? pair[0] : 0;
}

int point_combining_class(int32_t point)
{
	return combining_class(point);
}
