#include "text/bert_classes.h"

#include "text/unicode.h"

/* Characters with a lower case, or with a decomposition, that are younger than
 * some version of utf8proc or than the tokenizers library. */
static const struct {
	int32_t first, last, lower; /* of the first */
} young_capitals[] = {
	{ 0x1C89, 0x1C89, 0x1C8A },    { 0xA7CB, 0xA7CB, 0x264 },  { 0xA7CC, 0xA7CC, 0xA7CD },
	{ 0xA7CE, 0xA7CE, 0xA7CF },    { 0xA7D2, 0xA7D2, 0xA7D3 }, { 0xA7D4, 0xA7D4, 0xA7D5 },
	{ 0xA7DA, 0xA7DA, 0xA7DB },    { 0xA7DC, 0xA7DC, 0x19B },  { 0x10D50, 0x10D65, 0x10D70 },
	{ 0x16EA0, 0x16EB8, 0x16EBB },
};
static const int32_t young_decompositions[][2] = {
	{ 0x105C9, 0x105C9 }, { 0x105E4, 0x105E4 }, { 0x11383, 0x11391 }, { 0x113C5, 0x113C8 },
	{ 0x11938, 0x11938 }, { 0x16121, 0x16128 }, { 0x16D68, 0x16D6A },
};

unsigned bert_classes_of(int32_t point)
{
	size_t low = 0, high = bert_run_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (point < bert_runs[middle].first)
			high = middle;
		else if (point > bert_runs[middle].last)
			low = middle + 1;
		else
			return bert_runs[middle].classes;
	}
	return 0;
}

bool bert_is_space(int32_t point)
{
	return (point >= '\t' && point <= '\r') || point == ' ' || point == 0x85 || point == 0xA0 ||
	       point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
	       point == 0x202F || point == 0x205F || point == 0x3000;
}

bool bert_is_ideograph(int32_t point)
{
	return point_is_ideograph(point) && !(point >= 0x2B820 && point <= 0x2B91F);
}

int32_t bert_lower(int32_t point)
{
	if (point >= young_capitals[0].first)
		for (size_t i = 0; i < sizeof young_capitals / sizeof young_capitals[0]; i++)
			if (point >= young_capitals[i].first && point <= young_capitals[i].last)
				return young_capitals[i].lower + point - young_capitals[i].first;
	return point_lower(point);
}

bool bert_decomposes(int32_t point)
{
	if (point < 0x300)
		return true;
	for (size_t i = 0; i < sizeof young_decompositions / sizeof young_decompositions[0]; i++)
		if (point >= young_decompositions[i][0] && point <= young_decompositions[i][1])
			return false;
	return !point_is_mark(point) || (bert_classes_of(point) & BERT_MARK) != 0;
}

/* Characters with a compatibility decomposition that the library does not know. */
static const int32_t young_compatible[][2] = {
	{ 0x32FF, 0x32FF },   { 0xA7F1, 0xA7F4 },   { 0xAB69, 0xAB69 },   { 0x10780, 0x107BA },
	{ 0x1CCD6, 0x1CCF9 }, { 0x1E030, 0x1E06D }, { 0x1F16C, 0x1F16C }, { 0x1FBF0, 0x1FBF9 },
};

size_t bert_decompose(int32_t out[LARGEST_DECOMPOSITION], int32_t point, bool compatible)
{
	bool known = bert_decomposes(point);

	for (size_t i = 0; compatible && i < sizeof young_compatible / sizeof young_compatible[0]; i++)
		known &= point < young_compatible[i][0] || point > young_compatible[i][1];
	if (known)
		return point_decompose(out, LARGEST_DECOMPOSITION, point, compatible);
	out[0] = point;
	return 1;
}

int32_t bert_compose(int32_t first, int32_t second)
{
	const int32_t whole = bert_decomposes(first) && bert_decomposes(second) ? points_compose(first, second) : 0;

	return whole != 0 && bert_decomposes(whole) ? whole : 0;
}

int bert_combining_class(int32_t point)
{
	return (bert_classes_of(point) & BERT_MARK) != 0 ? point_combining_class(point) : 0;
}

/* Characters that go on with a grapheme cluster, and are younger than some version of
 * utf8proc. */
static const int32_t young_extenders[][2] = {
	{ 0x897, 0x897 },     { 0x1ACF, 0x1ADD },   { 0x1AE0, 0x1AEB },   { 0x10D69, 0x10D6D }, { 0x10EFA, 0x10EFC },
	{ 0x113B8, 0x113C0 }, { 0x113C2, 0x113C2 }, { 0x113C5, 0x113C5 }, { 0x113C7, 0x113CA }, { 0x113CC, 0x113D0 },
	{ 0x113D2, 0x113D2 }, { 0x113E1, 0x113E2 }, { 0x11B60, 0x11B67 }, { 0x11F5A, 0x11F5A }, { 0x1611E, 0x1612F },
	{ 0x1E5EE, 0x1E5EF }, { 0x1E6E3, 0x1E6E3 }, { 0x1E6E6, 0x1E6E6 }, { 0x1E6EE, 0x1E6EF }, { 0x1E6F5, 0x1E6F5 },
};

bool bert_points_part(int32_t before, int32_t point, int32_t *state)
{
	for (size_t i = 0; i < sizeof young_extenders / sizeof young_extenders[0]; i++)
		if (point >= young_extenders[i][0] && point <= young_extenders[i][1])
			return false;
	return points_part(before, point, state);
}
