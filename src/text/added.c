#include "text/added.h"

#include "base/array.h"
#include "base/utf8.h"
#include "text/bert_classes.h"
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

void added_tokens_release(struct added_tokens *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->items[i].content);
	free(a->items);
	intern_release(&a->names);
	*a = (struct added_tokens){ 0 };
}

const struct added_token *added_tokens_find(const struct added_tokens *a, const char *content)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].content, content) == 0)
			return &a->items[i];
	return NULL;
}

int added_tokens_note(struct added_tokens *a, const struct added_token *token, const char *path, struct error *err)
{
	struct added_token *known;
	size_t number;

	if (array_reserve(&a->items, &a->capacity, a->count + 1, sizeof *a->items) < 0 ||
	    intern_add(&a->names, token->content, strlen(token->content), &number) < 0)
		return error_memory(err, path);
	known = &a->items[number];
	if (number == a->count) {
		*known = *token;
		known->content = text_copy(token->content);
		a->count++;
		return known->content == NULL ? error_memory(err, path) : 0;
	}
	if (known->id >= 0 && token->id >= 0 && known->id != token->id)
		return error_set(err, STATUS_INPUT, "%s: added token %s has id %d, but %d elsewhere", path,
				 token->content, token->id, known->id);
	if (known->described && token->described && known->flags != token->flags)
		return error_set(
			err, STATUS_INPUT,
			"%s: added token %s is not matched (normalized, lstrip, rstrip, single_word, special) "
			"as it is elsewhere",
			path, token->content);
	if (token->id >= 0)
		known->id = token->id;
	if (token->described)
		known->flags = token->flags;
	else if (!known->described && token->flags & ADDED_SPECIAL)
		known->flags = token->flags;
	known->described |= token->described;
	return 0;
}

/* Whether a flag is set; where it is not said, `otherwise`. */
static unsigned flag(const json_t *object, const char *key, unsigned value, bool otherwise)
{
	const json_t *said = json_object_get(object, key);
	bool set = json_is_boolean(said) ? json_is_true(said) : otherwise;

	return set ? value : 0;
}

int added_token_parse(struct added_token *out, const json_t *value, bool special)
{
	const char *content = json_string_value(json_is_object(value) ? json_object_get(value, "content") : value);

	if (content == NULL)
		return -1;
	*out = (struct added_token){ .content = (char *)content, .id = -1, .described = json_is_object(value) };
	out->flags = flag(value, "special", ADDED_SPECIAL, special);
	out->flags |= flag(value, "normalized", ADDED_NORMALIZED, !(out->flags & ADDED_SPECIAL)) |
		      flag(value, "lstrip", ADDED_LSTRIP, false) | flag(value, "rstrip", ADDED_RSTRIP, false) |
		      flag(value, "single_word", ADDED_SINGLE_WORD, false);
	return 0;
}

/* A content of nothing is in every text, and is no token. */
static int add_content(struct added_matcher *m, char *content, size_t token)
{
	if (content == NULL)
		return -1;
	if (content[0] == '\0') {
		free(content);
		return 0;
	}
	m->contents[m->count] = (struct piece){ content, strlen(content) };
	m->tokens[m->count++] = token;
	m->begins[(unsigned char)content[0]] = true;
	return 0;
}

static char *as_it_is(void *arg, const struct added_token *t, struct error *err)
{
	char *copy = text_copy(t->content);

	(void)arg;
	if (copy == NULL)
		error_memory(err, t->content);
	return copy;
}

int added_matcher_init(struct added_matcher *out, const struct added_tokens *a,
		       bool (*wanted)(const struct added_token *),
		       char *(*write)(void *arg, const struct added_token *t, struct error *err), void *arg,
		       struct error *err)
{
	*out = (struct added_matcher){ .contents = array_new(a->count, 1, sizeof *out->contents),
				       .tokens = array_new(a->count, 1, sizeof *out->tokens) };
	if (out->contents == NULL || out->tokens == NULL)
		return error_memory(err, "added tokens");
	for (size_t i = a->count; i-- > 0;) /* of those that are written alike the first is found */
		if (wanted(&a->items[i]) &&
		    add_content(out, (write != NULL ? write : as_it_is)(arg, &a->items[i], err), i) < 0)
			return -1;
	return piece_table_init(&out->table, out->contents, out->count) < 0 ? error_memory(err, "added tokens") : 0;
}

void added_matcher_release(struct added_matcher *m)
{
	for (size_t i = 0; i < m->count; i++)
		free((char *)m->contents[i].bytes);
	free(m->contents);
	free(m->tokens);
	piece_table_release(&m->table);
	*m = (struct added_matcher){ 0 };
}

size_t added_match(const struct added_matcher *m, const char *text, size_t length, size_t *token)
{
	uint64_t hash = piece_hash_start(false);
	size_t longest = 0;

	if (length == 0 || !m->begins[(unsigned char)text[0]])
		return 0;
	for (size_t end = 1; end <= length && end <= m->table.longest; end++) {
		int32_t found;

		hash = piece_hash_add(hash, text + end - 1, 1);
		found = piece_table_probe(&m->table, hash, false, text, end);
		if (found >= 0) {
			longest = end;
			*token = m->tokens[found];
		}
	}
	return longest;
}

/* Where white space from `start` on ends. */
static size_t spaces_after(const char *text, size_t start, size_t length)
{
	while (start < length) {
		uint32_t point;
		size_t bytes = utf8_decode(&point, text + start, length - start);

		if (!bert_is_space((int32_t)point))
			break;
		start += bytes;
	}
	return start;
}

/* Whether a character of a word stands right before `end`, or at `start`. */
static bool touches_before(const char *text, size_t end)
{
	size_t start = end;
	uint32_t point;

	if (end == 0)
		return false;
	do
		start--;
	while (start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80);
	utf8_decode(&point, text + start, end - start);
	return (bert_classes_of((int32_t)point) & BERT_WORD) != 0;
}

static bool touches_after(const char *text, size_t start, size_t length)
{
	uint32_t point;

	return utf8_decode(&point, text + start, length - start) > 0 &&
	       (bert_classes_of((int32_t)point) & BERT_WORD) != 0;
}

int added_cut(const struct added_tokens *a, const struct added_matcher *m, const char *text, size_t length,
	      const struct added_taker *taker, struct error *err)
{
	size_t done = 0;

	for (size_t i = 0; i < length;) {
		size_t token, bytes = added_match(m, text + i, length - i, &token), start = i, end = i + bytes;
		const struct added_token *t;

		i += bytes > 0 ? bytes : 1;
		if (bytes == 0)
			continue;
		t = &a->items[token];
		if (t->flags & ADDED_SINGLE_WORD && (touches_before(text, start) || touches_after(text, end, length)))
			continue;
		if (t->flags & ADDED_LSTRIP)
			start = point_trim(text, start, bert_is_space);
		if (t->flags & ADDED_RSTRIP)
			end = spaces_after(text, end, length);
		if ((start > done && taker->rest(taker->arg, text + done, start - done, err) < 0) ||
		    taker->token(taker->arg, t, text + start, err) < 0)
			return -1;
		done = end; /* a token that begins in the white space is still one */
	}
	return done < length ? taker->rest(taker->arg, text + done, length - done, err) : 0;
}
