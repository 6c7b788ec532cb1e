#include "text/cutters.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/bert_classes.h"
#include "text/expression.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What becomes of the matches. */
enum behaviour { REMOVED, ISOLATED, CONTIGUOUS, WITH_PREVIOUS, WITH_NEXT, BEHAVIOURS };

/* Characters that match one by one, or words that match as a whole. */
typedef bool (*member)(int32_t point);

struct cutter {
	struct expression *expression; /* one of these four */
	char *literal;
	member of;
	bool words; /* runs of characters of words, and runs of what is neither that nor white space */
	bool invert;
	enum behaviour behaviour;
};

struct part {
	size_t start, end;
	bool matches;
};

struct parts {
	struct part *items; /* (count) */
	size_t count, capacity;
};

static bool is_punctuation(int32_t point)
{
	return (bert_classes_of(point) & BERT_PUNCTUATION) != 0;
}

/* Of a newer version of Unicode than ByteLevel's numbers. */
static bool is_digit(int32_t point)
{
	return (bert_classes_of(point) & BYTE_LEVEL_NUMBER) != 0 || (point >= 0x11DE0 && point <= 0x11DE9) ||
	       (point >= 0x16FF4 && point <= 0x16FF6);
}

static int read_behaviour(enum behaviour *out, const json_t *part, const char *name, const char *path,
			  struct error *err)
{
	static const char *const names[BEHAVIOURS] = { "Removed", "Isolated", "Contiguous", "MergedWithPrevious",
						       "MergedWithNext" };
	const char *text = json_string_value(json_object_get(part, "behavior"));

	for (int i = 0; text != NULL && i < BEHAVIOURS; i++)
		if (strcmp(text, names[i]) == 0) {
			*out = (enum behaviour)i;
			return 0;
		}
	return error_set(err, STATUS_INPUT,
			 "%s: pre_tokenizer: %s: behavior is %s, expected Removed, Isolated, Contiguous, "
			 "MergedWithPrevious or MergedWithNext",
			 path, name, text == NULL ? "no string" : text);
}

static int read_split(struct cutter *out, const json_t *part, const char *path, struct error *err)
{
	const json_t *pattern = json_object_get(part, "pattern");
	const char *literal = json_string_value(json_object_get(pattern, "String"));
	const char *regex = json_string_value(json_object_get(pattern, "Regex"));

	if ((literal == NULL || literal[0] == '\0') && regex == NULL)
		return error_set(err, STATUS_INPUT,
				 "%s: pre_tokenizer: Split: expected a pattern of a String or a Regex", path);
	out->invert = json_is_true(json_object_get(part, "invert"));
	if (regex != NULL)
		return expression_new(&out->expression, regex, path, err);
	out->literal = text_copy(literal);
	return out->literal == NULL ? error_memory(err, path) : 0;
}

int cutters_add(struct cutters *c, const json_t *part, const char *path, struct error *err)
{
	const char *type = json_string_value(json_object_get(part, "type"));
	const bool whitespace = type != NULL && strcmp(type, "Whitespace") == 0;
	const bool between = type != NULL && strcmp(type, "WhitespaceSplit") == 0;
	const bool punctuation = type != NULL && strcmp(type, "Punctuation") == 0;
	const bool digits = type != NULL && strcmp(type, "Digits") == 0;
	const bool split = type != NULL && strcmp(type, "Split") == 0;
	struct cutter *cutter;

	if (!whitespace && !between && !punctuation && !digits && !split)
		return 0;
	if (array_reserve(&c->items, &c->capacity, c->count + 1, sizeof *c->items) < 0)
		return error_memory(err, path);
	cutter = &c->items[c->count++];
	*cutter = (struct cutter){ .words = whitespace, .invert = whitespace };
	if (between)
		cutter->of = bert_is_space;
	if (punctuation)
		cutter->of = is_punctuation;
	if (digits) {
		cutter->of = is_digit;
		cutter->behaviour = json_is_true(json_object_get(part, "individual_digits")) ? ISOLATED : CONTIGUOUS;
	}
	if (punctuation && json_object_get(part, "behavior") == NULL)
		cutter->behaviour = ISOLATED;
	else if ((punctuation || split) && read_behaviour(&cutter->behaviour, part, type, path, err) < 0)
		return -1;
	return split && read_split(cutter, part, path, err) < 0 ? -1 : 1;
}

void cutters_release(struct cutters *c)
{
	for (size_t i = 0; i < c->count; i++) {
		expression_free(c->items[i].expression);
		free(c->items[i].literal);
	}
	free(c->items);
	*c = (struct cutters){ 0 };
}

void cutters_work_release(struct cutters_work *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->levels[i].items);
	free(w->levels);
	*w = (struct cutters_work){ 0 };
}

static int add_part(struct parts *p, size_t start, size_t end, bool matches, struct error *err)
{
	if (array_reserve(&p->items, &p->capacity, p->count + 1, sizeof *p->items) < 0)
		return error_memory(err, "a text");
	p->items[p->count++] = (struct part){ start, end, matches };
	return 0;
}

enum { SPACE, WORD, SIGN };

static int word_kind(int32_t point)
{
	return bert_is_space(point) ? SPACE : bert_classes_of(point) & BERT_WORD ? WORD : SIGN;
}

/* The next character that matches. */
static int next_member(member of, const char *text, size_t length, size_t from, size_t *start, size_t *end)
{
	for (size_t at = from, bytes; at < length; at += bytes) {
		uint32_t point;

		bytes = utf8_decode(&point, text + at, length - at);
		*start = at;
		*end = at + bytes;
		if (of((int32_t)point))
			return 1;
	}
	return 0;
}

/* The next run of one kind that is no white space. */
static int next_word(const char *text, size_t length, size_t from, size_t *start, size_t *end)
{
	int kind = SPACE;

	for (size_t at = from, bytes; at < length; at += bytes) {
		uint32_t point;
		int next;

		bytes = utf8_decode(&point, text + at, length - at);
		next = word_kind((int32_t)point);
		if (kind != SPACE && next != kind)
			return 1;
		if (kind == SPACE)
			*start = at;
		kind = next;
		*end = at + bytes;
	}
	return kind != SPACE;
}

/* 1 and the next match from `from` on, 0 if there is none, −1 after an error. One of no
 * character that begins where the last one ended is passed over. */
static int next_match(const struct cutter *c, const char *text, size_t length, size_t from, bool behind_match,
		      size_t *start, size_t *end, struct error *err)
{
	const char *found;
	int rc;

	if (c->words)
		return next_word(text, length, from, start, end);
	if (c->of != NULL)
		return next_member(c->of, text, length, from, start, end);
	if (c->literal != NULL) {
		found = from < length ? memmem(text + from, length - from, c->literal, strlen(c->literal)) : NULL;
		*start = found == NULL ? 0 : (size_t)(found - text);
		*end = *start + strlen(c->literal);
		return found != NULL;
	}
	rc = expression_find(c->expression, text, length, from, start, end, err);
	if (rc > 0 && *start == *end && *end == from && behind_match) {
		uint32_t point;

		if (from >= length)
			return 0;
		return next_match(c, text, length, from + utf8_decode(&point, text + from, length - from), false,
				  start, end, err);
	}
	return rc;
}

/* The whole text as matches and what lies between them. */
static int find_matches(struct parts *out, const struct cutter *c, const char *text, size_t length, struct error *err)
{
	size_t at = 0, start, end;
	int rc = 0;

	out->count = 0;
	while (at <= length && (rc = next_match(c, text, length, at, out->count > 0, &start, &end, err)) > 0) {
		if (start > at && add_part(out, at, start, c->invert, err) < 0)
			return -1;
		if (add_part(out, start, end, !c->invert, err) < 0)
			return -1;
		at = end;
	}
	if (rc < 0 || at >= length)
		return rc < 0 ? -1 : 0;
	return add_part(out, at, length, c->invert, err);
}

static void reverse(struct parts *p)
{
	for (size_t a = 0, b = p->count; a + 1 < b; a++) {
		const struct part kept = p->items[a];

		b--;
		p->items[a] = p->items[b];
		p->items[b] = kept;
	}
}

/* Joins parts as the behaviour says; with the next one it is done from the end. */
static void join(struct parts *p, enum behaviour behaviour)
{
	bool before = false;
	size_t kept = 0;

	if (behaviour == WITH_NEXT)
		reverse(p);
	for (size_t i = 0; i < p->count; i++) {
		const struct part part = p->items[i];
		const bool joins =
			kept > 0 && (behaviour == CONTIGUOUS ? part.matches == before : part.matches && !before);

		before = part.matches;
		if (!joins) {
			p->items[kept++] = part;
			continue;
		}
		if (behaviour == WITH_NEXT)
			p->items[kept - 1].start = part.start;
		else
			p->items[kept - 1].end = part.end;
	}
	p->count = kept;
	if (behaviour == WITH_NEXT)
		reverse(p);
}

static int cut(const struct cutters *c, size_t level, const char *text, size_t length, struct cutters_work *w,
	       int (*take)(void *arg, const char *part, size_t length, struct error *err), void *arg,
	       struct error *err)
{
	const struct cutter *cutter;

	if (length == 0)
		return 0;
	if (level == c->count)
		return take(arg, text, length, err);
	cutter = &c->items[level];
	if (find_matches(&w->levels[level], cutter, text, length, err) < 0)
		return -1;
	if (cutter->behaviour >= CONTIGUOUS)
		join(&w->levels[level], cutter->behaviour);
	for (size_t i = 0; i < w->levels[level].count; i++) {
		const struct part part = w->levels[level].items[i];

		if (cutter->behaviour == REMOVED && part.matches)
			continue;
		if (cut(c, level + 1, text + part.start, part.end - part.start, w, take, arg, err) < 0)
			return -1;
	}
	return 0;
}

int cutters_apply(const struct cutters *c, const char *text, size_t length, struct cutters_work *work,
		  int (*take)(void *arg, const char *part, size_t length, struct error *err), void *arg,
		  struct error *err)
{
	if (array_reserve(&work->levels, &work->capacity, c->count, sizeof *work->levels) < 0)
		return error_memory(err, "a text");
	for (; work->count < c->count; work->count++)
		work->levels[work->count] = (struct parts){ .items = NULL };
	return cut(c, 0, text, length, work, take, arg, err);
}
