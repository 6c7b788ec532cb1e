#include "text/steps.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/bert_classes.h"
#include "text/expression.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

enum step_kind {
	STEP_REPLACE,
	STEP_PREPEND,
	STEP_STRIP,
	STEP_NFC,
	STEP_NFD,
	STEP_NFKC,
	STEP_NFKD,
	STEP_STRIP_ACCENTS,
	STEP_LOWERCASE,
	STEP_PRECOMPILED,
	STEP_NMT,
};

struct step {
	enum step_kind kind;
	char *pattern, *content;       /* STEP_REPLACE and STEP_PREPEND; either a pattern or */
	struct expression *expression; /* is replaced */
	bool left, right;              /* STEP_STRIP: white space at which end */
	struct charsmap map;           /* STEP_PRECOMPILED */
};

struct step_point {
	int32_t point;
	size_t from;
};

enum { SHORT_CLUSTER = 6 };

int aligned_add(struct aligned *a, const char *bytes, size_t count, size_t from, struct error *err)
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

/* Appends bytes that follow one another in the original. */
static int aligned_copy(struct aligned *a, const char *bytes, size_t count, size_t from, struct error *err)
{
	const size_t before = a->length;

	if (aligned_add(a, bytes, count, from, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		a->from[before + i] = from + i;
	return 0;
}

void aligned_release(struct aligned *a)
{
	free(a->bytes);
	free(a->from);
	*a = (struct aligned){ 0 };
}

static int read_replace(struct step *out, const json_t *part, const char *path, struct error *err)
{
	const char *pattern = json_string_value(json_object_get(json_object_get(part, "pattern"), "String"));
	const char *regex = json_string_value(json_object_get(json_object_get(part, "pattern"), "Regex"));
	const char *content = json_string_value(json_object_get(part, "content"));

	if (content == NULL || (regex == NULL && (pattern == NULL || pattern[0] == '\0')))
		return error_set(err, STATUS_INPUT,
				 "%s: normalizer: Replace: expected a content, and a pattern of a String or a Regex",
				 path);
	out->pattern = regex != NULL ? NULL : text_copy(pattern);
	out->content = text_copy(content);
	if ((regex == NULL && out->pattern == NULL) || out->content == NULL)
		return error_memory(err, path);
	return regex != NULL ? expression_new(&out->expression, regex, path, err) : 0;
}

static int read_prepend(struct step *out, const json_t *part, const char *path, struct error *err)
{
	const char *content = json_string_value(json_object_get(part, "prepend"));

	if (content == NULL)
		return error_set(err, STATUS_INPUT, "%s: normalizer: Prepend: expected a string", path);
	out->content = text_copy(content);
	return out->content == NULL ? error_memory(err, path) : 0;
}

static int read_step(struct steps *s, const json_t *part, const char *path, struct error *err)
{
	static const char *const names[] = { [STEP_REPLACE] = "Replace",
					     [STEP_PREPEND] = "Prepend",
					     [STEP_STRIP] = "Strip",
					     [STEP_NFC] = "NFC",
					     [STEP_NFD] = "NFD",
					     [STEP_NFKC] = "NFKC",
					     [STEP_NFKD] = "NFKD",
					     [STEP_STRIP_ACCENTS] = "StripAccents",
					     [STEP_LOWERCASE] = "Lowercase",
					     [STEP_PRECOMPILED] = "Precompiled",
					     [STEP_NMT] = "Nmt" };
	const char *type = json_string_value(json_object_get(part, "type"));
	const char *map = json_string_value(json_object_get(part, "precompiled_charsmap"));
	struct step *step;
	size_t kind = 0;

	while (kind < sizeof names / sizeof names[0] && (type == NULL || strcmp(type, names[kind]) != 0))
		kind++;
	if (kind == sizeof names / sizeof names[0])
		return error_set(err, STATUS_INPUT,
				 "%s: normalizer is %s, expected Replace, Prepend, Strip, NFC, NFD, "
				 "NFKC, NFKD, StripAccents, Lowercase, Precompiled or Nmt",
				 path, type == NULL ? "of no type" : type);
	if (array_reserve(&s->items, &s->capacity, s->count + 1, sizeof *s->items) < 0)
		return error_memory(err, path);
	step = &s->items[s->count++];
	*step = (struct step){ .kind = (enum step_kind)kind,
			       .left = json_is_true(json_object_get(part, "strip_left")),
			       .right = json_is_true(json_object_get(part, "strip_right")) };
	if (step->kind == STEP_REPLACE)
		return read_replace(step, part, path, err);
	if (step->kind == STEP_PREPEND)
		return read_prepend(step, part, path, err);
	if (step->kind == STEP_PRECOMPILED && map == NULL)
		return error_set(err, STATUS_INPUT, "%s: normalizer: expected a precompiled_charsmap", path);
	return step->kind == STEP_PRECOMPILED ? charsmap_init(&step->map, map, path, err) : 0;
}

int steps_parse(struct steps *out, const json_t *normalizer, const char *path, struct error *err)
{
	const char *type = json_string_value(json_object_get(normalizer, "type"));
	const json_t *list = json_object_get(normalizer, "normalizers"), *part;
	size_t i;

	*out = (struct steps){ 0 };
	if (normalizer == NULL || json_is_null(normalizer))
		return 0;
	if (type == NULL || strcmp(type, "Sequence") != 0)
		return read_step(out, normalizer, path, err);
	json_array_foreach((json_t *)list, i, part) if (read_step(out, part, path, err) < 0) return -1;
	return 0;
}

void steps_release(struct steps *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->items[i].pattern);
		free(s->items[i].content);
		expression_free(s->items[i].expression);
		charsmap_release(&s->items[i].map);
	}
	free(s->items);
	*s = (struct steps){ 0 };
}

void steps_work_release(struct steps_work *w)
{
	aligned_release(&w->spare);
	free(w->points);
	*w = (struct steps_work){ 0 };
}

/* The next bytes from `at` on that are replaced: 1, 0 if none are, −1 after an error. */
static int next_replaced(const struct step *s, const struct aligned *in, size_t at, size_t *start, size_t *end,
			 struct error *err)
{
	const char *found;

	if (s->expression != NULL)
		return expression_find(s->expression, in->bytes, in->length, at, start, end, err);
	found = at < in->length ? memmem(in->bytes + at, in->length - at, s->pattern, strlen(s->pattern)) : NULL;
	if (found == NULL)
		return 0;
	*start = (size_t)(found - in->bytes);
	*end = *start + strlen(s->pattern);
	return 1;
}

/* Bytes from `at` to before `end`, as they are. */
static int keep(struct aligned *out, const struct aligned *in, size_t at, size_t end, struct error *err)
{
	for (; at < end; at++)
		if (aligned_add(out, in->bytes + at, 1, in->from[at], err) < 0)
			return -1;
	return 0;
}

static int replace(struct aligned *out, const struct step *s, const struct aligned *in, struct error *err)
{
	size_t at = 0, start, end;
	int found;

	while ((found = next_replaced(s, in, at, &start, &end, err)) > 0) {
		if (end == start)
			return error_set(err, STATUS_INPUT,
					 "a Replace of tokenizer.json matches nothing, not a byte");
		if (keep(out, in, at, start, err) < 0 ||
		    aligned_add(out, s->content, strlen(s->content), in->from[start], err) < 0)
			return -1;
		at = end;
	}
	return found < 0 ? -1 : keep(out, in, at, in->length, err);
}

/* An empty text stays empty. */
static int prepend(struct aligned *out, const struct step *s, const struct aligned *in, struct error *err)
{
	if (in->length > 0 && aligned_add(out, s->content, strlen(s->content), in->from[0], err) < 0)
		return -1;
	return keep(out, in, 0, in->length, err);
}

/* White space at the ends goes. */
static int strip(struct aligned *out, const struct step *s, const struct aligned *in, struct error *err)
{
	size_t end = s->right ? point_trim(in->bytes, in->length, bert_is_space) : in->length, start = 0;

	while (s->left && start < end) {
		uint32_t point;
		size_t bytes = utf8_decode(&point, in->bytes + start, end - start);

		if (!bert_is_space((int32_t)point))
			break;
		start += bytes;
	}
	return keep(out, in, start, end, err);
}

/* The end of the grapheme cluster that begins at `at`. */
static size_t cluster_end(const char *text, size_t at, size_t length)
{
	int32_t state = 0;
	uint32_t before, point;
	size_t end = at + utf8_decode(&before, text + at, length - at);

	while (end < length) {
		size_t bytes = utf8_decode(&point, text + end, length - end);

		if (bert_points_part((int32_t)before, (int32_t)point, &state))
			break;
		before = point;
		end += bytes;
	}
	return end;
}

/* A short cluster of which some beginning is known becomes what that is; else every
 * character does. */
static int precompiled(struct aligned *out, const struct charsmap *m, const struct aligned *in, struct error *err)
{
	for (size_t at = 0; at < in->length;) {
		size_t end = cluster_end(in->bytes, at, in->length);
		const char *whole = end - at < SHORT_CLUSTER ? charsmap_find(m, in->bytes + at, end - at) : NULL;

		if (whole != NULL && aligned_add(out, whole, strlen(whole), in->from[at], err) < 0)
			return -1;
		for (size_t i = at, bytes; whole == NULL && i < end; i += bytes) {
			uint32_t point;
			const char *one;

			bytes = utf8_decode(&point, in->bytes + i, end - i);
			one = charsmap_find(m, in->bytes + i, bytes);
			if ((one != NULL ? aligned_add(out, one, strlen(one), in->from[i], err)
					 : aligned_add(out, in->bytes + i, bytes, in->from[i], err)) < 0)
				return -1;
		}
		at = end;
	}
	return 0;
}

static int add_point(struct steps_work *w, size_t *count, int32_t point, size_t from, struct error *err)
{
	if (array_reserve(&w->points, &w->capacity, *count + 1, sizeof *w->points) < 0)
		return error_memory(err, "a text");
	w->points[(*count)++] = (struct step_point){ point, from };
	return 0;
}

static bool is_normal_form(enum step_kind kind)
{
	return kind == STEP_NFC || kind == STEP_NFD || kind == STEP_NFKC || kind == STEP_NFKD;
}

static int decompose(struct steps_work *w, size_t *count, int32_t point, size_t from, bool compatible,
		     struct error *err)
{
	int32_t parts[LARGEST_DECOMPOSITION];
	size_t parts_count = bert_decompose(parts, point, compatible);

	for (size_t i = 0; i < parts_count; i++)
		if (add_point(w, count, parts[i], from, err) < 0)
			return -1;
	return 0;
}

/* A run of marks in the order of their classes, those of one class as they stood. */
static int sort_run(struct step_point *run, size_t count, struct error *err)
{
	size_t place[257] = { 0 };
	struct step_point *sorted;

	if (count < 2)
		return 0;
	sorted = array_new(count, 1, sizeof *sorted);
	if (sorted == NULL)
		return error_memory(err, "a text");
	for (size_t i = 0; i < count; i++)
		place[(bert_combining_class(run[i].point) & 255) + 1]++;
	for (size_t c = 1; c < 257; c++)
		place[c] += place[c - 1];
	for (size_t i = 0; i < count; i++)
		sorted[place[bert_combining_class(run[i].point) & 255]++] = run[i];
	memcpy(run, sorted, count * sizeof *run);
	free(sorted);
	return 0;
}

static int sort_marks(struct step_point *points, size_t count, struct error *err)
{
	for (size_t i = 0, end; i < count; i = end + 1) {
		for (end = i; end < count && bert_combining_class(points[end].point) != 0; end++)
			;
		if (sort_run(points + i, end - i, err) < 0)
			return -1;
	}
	return 0;
}

/* Joins what composes with the starter before it (Unicode Standard, D117): nothing of its
 * class, and no starter, may lie between. Returns how many are left. */
static size_t compose(struct step_point *points, size_t count)
{
	size_t kept = 0, starter = SIZE_MAX;
	int before = 0; /* the class of the last one kept behind the starter; −1: it is the starter */

	for (size_t i = 0; i < count; i++) {
		const int class = bert_combining_class(points[i].point);
		int32_t whole = 0;

		if (starter != SIZE_MAX && (before < 0 || before < class))
			whole = bert_compose(points[starter].point, points[i].point);
		if (whole != 0) {
			points[starter].point = whole;
			continue;
		}
		if (class == 0)
			starter = kept;
		before = class == 0 ? -1 : class;
		points[kept++] = points[i];
	}
	return kept;
}

/* Control characters, as SentencePiece's rule nmt_nfkc has them. */
static bool nmt_drops(int32_t point)
{
	return (point >= 0x01 && point <= 0x08) || point == 0x0B || (point >= 0x0E && point <= 0x1F) ||
	       point == 0x7F || point == 0x8F || point == 0x9F;
}

static bool nmt_is_space(int32_t point)
{
	return point == '\t' || point == '\n' || point == '\f' || point == '\r' || point == 0x1680 ||
	       (point >= 0x200B && point <= 0x200F) || point == 0x2028 || point == 0x2029 || point == 0x2581 ||
	       point == 0xFEFF || point == 0xFFFD;
}

/* What a step makes of a character. */
static int take_point(const struct step *s, struct steps_work *w, size_t *count, int32_t point, size_t from,
		      struct error *err)
{
	switch (s->kind) {
	case STEP_NFC:
	case STEP_NFD:
		return decompose(w, count, point, from, false, err);
	case STEP_NFKC:
	case STEP_NFKD:
		return decompose(w, count, point, from, true, err);
	case STEP_NMT:
		return nmt_drops(point) ? 0 : add_point(w, count, nmt_is_space(point) ? ' ' : point, from, err);
	case STEP_STRIP_ACCENTS:
		return bert_classes_of(point) & BERT_ANY_MARK ? 0 : add_point(w, count, point, from, err);
	default:
		if (add_point(w, count, bert_lower(point), from, err) < 0)
			return -1;
		return point == 0x130 ? add_point(w, count, 0x307, from, err) : 0;
	}
}

static int by_points(struct aligned *out, const struct step *s, const struct aligned *in, struct steps_work *w,
		     struct error *err)
{
	size_t count = 0;

	for (size_t at = 0, bytes; at < in->length; at += bytes) {
		uint32_t point;

		bytes = utf8_decode(&point, in->bytes + at, in->length - at);
		if (take_point(s, w, &count, (int32_t)point, in->from[at], err) < 0)
			return -1;
	}
	if (is_normal_form(s->kind) && sort_marks(w->points, count, err) < 0)
		return -1;
	if (s->kind == STEP_NFC || s->kind == STEP_NFKC)
		count = compose(w->points, count);
	for (size_t i = 0; i < count; i++) {
		char bytes[4];

		if (aligned_add(out, bytes, utf8_encode(bytes, (uint32_t)w->points[i].point), w->points[i].from,
				err) < 0)
			return -1;
	}
	return 0;
}

int steps_apply(const struct steps *s, struct aligned *out, const char *text, size_t length, size_t from,
		struct steps_work *work, struct error *err)
{
	out->length = 0;
	if (aligned_copy(out, text, length, from, err) < 0)
		return -1;
	for (size_t i = 0; i < s->count; i++) {
		const struct step *step = &s->items[i];
		struct aligned *to = &work->spare, other;
		int rc;

		to->length = 0;
		if (step->kind == STEP_REPLACE)
			rc = replace(to, step, out, err);
		else if (step->kind == STEP_PREPEND)
			rc = prepend(to, step, out, err);
		else if (step->kind == STEP_STRIP)
			rc = strip(to, step, out, err);
		else if (step->kind == STEP_PRECOMPILED)
			rc = precompiled(to, &step->map, out, err);
		else
			rc = by_points(to, step, out, work, err);
		if (rc < 0)
			return -1;
		other = *out;
		*out = work->spare;
		work->spare = other;
	}
	return 0;
}
