/* Every character's class, lower case and normal forms, against Python's
 * Unicode 14; and normal forms of strings. What differs must be characters
 * that Unicode 14 did not have: unicode-15.txt lists those of 15.0 by name. */
#include "support.h"

#include "base/utf8.h"
#include "text/unicode.h"

#include <string.h>
#include <utf8proc.h>

static char class_of(int32_t point)
{
	return point_is_dropped(point)       ? 'C'
	       : point_is_space(point)       ? 'Z'
	       : point_is_punctuation(point) ? 'P'
	       : point_is_accent(point)      ? 'M'
					     : 'O';
}

/* Reads "1+2+3" in hexadecimal. */
static size_t read_points(const char **text, struct code_points *out)
{
	char *end;

	out->count = 0;
	do {
		*text += **text == '+';
		code_points_add(out, (int32_t)strtol(*text, &end, 16));
		*text = end;
	} while (**text == '+');
	return out->count;
}

static void assert_points(int32_t point, const char *what, const struct code_points *got,
			  const struct code_points *expected)
{
	if (got->count != expected->count || memcmp(got->data, expected->data, got->count * sizeof *got->data) != 0)
		fail_msg("U+%04X: %s differs", (unsigned)point, what);
}

/* What the files tell of each character. */
enum { KNOWN = 1 /* to Unicode 14 */, FORMS = 2 /* other forms than itself */, NAMED = 4 /* new in 15.0 */ };

static uint8_t facts[0x110000];

static void check_run(const char *text, size_t *assigned, size_t *unnamed, size_t *known)
{
	char *end;
	long first = strtol(text, &end, 16), last = strtol(end, &end, 16);

	for (long p = first; p <= last; p++) {
		char class = class_of((int32_t)p);

		if (end[1] != 'U') {
			if (class != end[1])
				fail_msg("U+%04lX: class %c, expected %c", p, class, end[1]);
			facts[p] |= KNOWN;
			(*known)++;
			continue;
		}
		if (class == 'C')
			continue;
		(*assigned)++;
		if (facts[p] & NAMED)
			continue;
		(*unnamed)++;
		print_message("U+%04lX is a character in Unicode %s, and was none in 15.0\n", p,
			      utf8proc_unicode_version());
	}
}

static void check_forms(const char *text, struct code_points *work)
{
	struct code_points *one = &work[0], *expected = &work[1], *got = &work[2];
	const char *at = text;
	int32_t point;

	read_points(&at, one);
	point = one->data[0];
	facts[point] |= FORMS;
	read_points(&at, expected);
	assert_int_equal(point_lower(point), expected->data[0]);
	assert_true(expected->count == 1 || point == 0x130);
	read_points(&at, expected);
	assert_int_equal(code_points_compose(got, one), 0);
	assert_points(point, "NFC", got, expected);
	read_points(&at, expected);
	assert_int_equal(code_points_decompose(got, one), 0);
	assert_points(point, "NFD", got, expected);
}

/* A character that has no other form is left as it is; a Hangul syllable comes
 * apart into its letters, and together again. */
static void check_plain(int32_t point, struct code_points *work)
{
	const int32_t syllable = point - 0xAC00, last = syllable % 28;
	const bool hangul = point >= 0xAC00 && point <= 0xD7A3;
	struct code_points *one = &work[0], *expected = &work[1], *got = &work[2];

	one->count = expected->count = 0;
	code_points_add(one, point);
	assert_int_equal(point_lower(point), point);
	assert_int_equal(code_points_compose(got, one), 0);
	assert_points(point, "NFC", got, one);
	code_points_add(expected, hangul ? 0x1100 + syllable / 588 : point);
	if (hangul)
		code_points_add(expected, 0x1161 + syllable / 28 % 21);
	if (hangul && last > 0)
		code_points_add(expected, 0x11A7 + last);
	assert_int_equal(code_points_decompose(got, one), 0);
	assert_points(point, "NFD", got, expected);
	assert_int_equal(code_points_compose(got, expected), 0);
	assert_points(point, "NFC of NFD", got, one);
}

/* "CF3 KANNADA SIGN COMBINING ANUSVARA ABOVE RIGHT", "31350-323AF CJK …". */
static size_t read_names(void)
{
	struct mapping file;
	struct line line = { 0 };
	struct error err = { 0 };
	size_t count = 0;

	assert_int_equal(mapping_open(&file, SOURCE "/tests/text/unicode-15.txt", &err), 0);
	while (line_next(&line, &file)) {
		char *end;
		long first = strtol(line.data, &end, 16), last = *end == '-' ? strtol(end + 1, &end, 16) : first;

		for (long p = first; p <= last; p++, count++)
			facts[p] |= NAMED;
	}
	mapping_close(&file);
	return count;
}

static void every_character(void **state)
{
	struct code_points work[3] = { 0 };
	struct mapping file;
	struct line line = { 0 };
	struct error err = { 0 };
	size_t assigned = 0, unnamed = 0, known = 0, forms = 0, named = read_names();

	(void)state;
	assert_int_equal(mapping_open(&file, SOURCE "/tests/text/unicode-14.txt", &err), 0);
	while (line_next(&line, &file)) {
		char *text = text_copy_n(line.data, line.length);

		if (text[0] == '=') {
			check_forms(text + 1, work);
			forms++;
		} else {
			check_run(text, &assigned, &unnamed, &known);
		}
		free(text);
	}
	assert_int_equal(known, 282230);
	assert_int_equal(forms, 3114);
	assert_int_equal(named, 4489);
	if (strncmp(utf8proc_unicode_version(), "15.0", 4) == 0) {
		assert_int_equal(assigned, 4482); /* seven of the new ones are dropped: format controls */
		assert_int_equal(unnamed, 0);
	}
	for (int32_t p = 0; p < 0x110000; p++)
		if ((facts[p] & (KNOWN | FORMS)) == KNOWN)
			check_plain(p, work);
	for (size_t i = 0; i < 3; i++)
		free(work[i].data);
	mapping_close(&file);
}

static void check_strings(const char *text, const char *nfc, const char *nfd)
{
	const char *const forms[3] = { text, nfc, nfd };
	struct code_points points[4] = { 0 };

	for (size_t i = 0; i < 3; i++) {
		uint32_t point;

		for (size_t at = 0; at < strlen(forms[i]); code_points_add(&points[i], (int32_t)point))
			at += utf8_decode(&point, forms[i] + at, strlen(forms[i]) - at);
	}
	assert_int_equal(code_points_compose(&points[3], &points[0]), 0);
	assert_points(points[0].data[0], "NFC", &points[3], &points[1]);
	assert_int_equal(code_points_decompose(&points[3], &points[0]), 0);
	assert_points(points[0].data[0], "NFD", &points[3], &points[2]);
	for (size_t i = 0; i < 4; i++)
		free(points[i].data);
}

static void strings(void **state)
{
	(void)state;
	check_strings("e\u0301", "\u00e9", "e\u0301");
	check_strings("a\u0315\u0300\u05ae"
		      "b",
		      "\u00e0\u05ae\u0315b", "a\u05ae\u0300\u0315b");
	check_strings("\u1e69 s\u0323\u0307 s\u0307\u0323", "\u1e69 \u1e69 \u1e69",
		      "s\u0323\u0307 s\u0323\u0307 s\u0323\u0307");
	check_strings("\u1112\u1161\u11ab", "\ud55c", "\u1112\u1161\u11ab");
	/* The consonant before the first is no part of a syllable. */
	check_strings("\ud558\u11a7", "\ud558\u11a7", "\u1112\u1161\u11a7");
	check_strings("\u1112\u1161\u11a7\u11ab\u0301e\u0301", "\ud558\u11a7\u11ab\u0301\u00e9",
		      "\u1112\u1161\u11a7\u11ab\u0301e\u0301");
	check_strings("\u0958", "\u0915\u093c", "\u0915\u093c");
}

/* Many marks: sorted by class, equals in their order, in no more than linear
 * time (a million would not end otherwise). */
static void many_marks(void **state)
{
	static const int32_t marks[] = { 0x301, 0x316, 0x345, 0x5b0, 0x300, 0x317 };
	const size_t count = 1000000;
	struct code_points in = { 0 }, out = { 0 };
	size_t first = 0;

	(void)state;
	code_points_add(&in, 'x');
	for (size_t i = 0; i < count; i++)
		code_points_add(&in, marks[i % 6]);
	assert_int_equal(code_points_decompose(&out, &in), 0);
	assert_int_equal(out.count, count + 1);
	assert_int_equal(out.data[1], 0x5b0);
	for (size_t i = 1; i <= count; i++)
		if (out.data[i] == 0x316 || out.data[i] == 0x317) {
			assert_int_equal(out.data[i], first++ % 2 ? 0x317 : 0x316);
		}
	assert_int_equal(out.data[count], 0x345);
	free(in.data);
	free(out.data);
}

static void ideographs(void **state)
{
	static const int32_t inside[] = { 0x3400,  0x4DBF,  0x4E00,  0x9FFF,  0xF900,  0xFAFF,  0x20000, 0x2A6DF,
					  0x2A700, 0x2B73F, 0x2B740, 0x2B81F, 0x2B820, 0x2CEAF, 0x2F800, 0x2FA1F };
	static const int32_t outside[] = { 'a',     0x33FF,  0x4DC0,  0xA000,  0xF8FF,  0xFB00, 0x1FFFF,
					   0x2A6E0, 0x2A6FF, 0x2CEB0, 0x2F7FF, 0x2FA20, 0xAC00, 0x3042 };

	(void)state;
	for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++)
		assert_true(point_is_ideograph(inside[i]));
	for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
		assert_false(point_is_ideograph(outside[i]));
}

static bool is_x(int32_t point)
{
	return point == 'x';
}

static void spaces_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(point_trim("", 0, point_is_space), 0);
	assert_int_equal(point_trim(" \t", 2, point_is_space), 0);
	assert_int_equal(point_trim(" a b", 4, point_is_space), 4);
	assert_int_equal(point_trim("a\u3000 \u00a0", 7, point_is_space), 1);
	assert_int_equal(point_trim("\u00e9 ", 3, point_is_space), 2);
	assert_int_equal(point_trim("a\xe3\x80", 3, point_is_space), 3); /* cut short: no character */
	assert_int_equal(point_trim("a xx", 4, is_x), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character),   cmocka_unit_test(strings),    cmocka_unit_test(many_marks),
		cmocka_unit_test(spaces_at_the_end), cmocka_unit_test(ideographs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
