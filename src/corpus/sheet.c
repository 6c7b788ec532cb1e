#include "corpus/sheet.h"

#include "base/json.h"

#include <ctype.h>
#include <string.h>

/* Usual headings of the sentence's id, its words and the label, in lower case
 * without what is no letter. */
static const char *const headings[3][12] = {
	{ "id", "ids", "sentenceid", "sentid", "guid", "uid", "idx", "index", "number", "key", "docid", "doc" },
	{ "sentence", "sentences", "text", "words", "word", "tokens", "question", "utterance", "document", "review",
	  "content", "input" },
	{ "label", "labels", "class", "category", "tag", "tags", "target", "gold", "sentiment", "intent", "type",
	  "output" },
};

static bool is_heading_of(size_t column, const char *field)
{
	char name[16];
	size_t n = 0;

	for (; *field != '\0' && n + 1 < sizeof name; field++)
		if (isalpha((unsigned char)*field))
			name[n++] = (char)tolower((unsigned char)*field);
	name[n] = '\0';
	for (size_t i = 0; i < 12; i++)
		if (strcmp(headings[column][i], name) == 0)
			return true;
	return false;
}

static bool is_word(const char *field)
{
	long number;

	return field[0] != '\0' && integer_parse(&number, field) < 0;
}

/* Where numbers stand in an example: a wrong number is no heading. */
static bool is_heading_of_span(const char *field)
{
	return is_word(field) && strchr("0123456789+-. ", field[0]) == NULL;
}

bool sheet_is_heading(char *const fields[7])
{
	int usual = is_heading_of(0, fields[0]) + is_heading_of(1, fields[1]) + is_heading_of(2, fields[6]);

	return usual >= 2 || (is_heading_of_span(fields[2]) && is_heading_of_span(fields[3])) ||
	       (is_heading_of_span(fields[4]) && is_heading_of_span(fields[5]));
}

bool sheet_starts_with_heading(const struct examples *e)
{
	/* In the other kinds an example has numbers where headings are words. */
	if (e->kind != TASK_SENTENCE || e->count < 3 || e->sentence_count < 3 || !is_word(e->sentences[0].id))
		return false;
	for (size_t i = 1; i < e->sentence_count; i++)
		if (is_word(e->sentences[i].id))
			return false;
	for (size_t i = 1; i < e->count; i++)
		if (strcmp(e->items[i].label, e->items[0].label) == 0)
			return false;
	return true;
}

bool sheet_is_quoted(const char *field)
{
	size_t length = strlen(field);

	return length > 1 && field[0] == '"' && field[length - 1] == '"';
}

/* Whether the field is what a CSV writer makes of a text without blanks at its
 * ends, and how many quotes that has. */
static bool is_csv(const char *field, size_t *quotes)
{
	const char *last = field + strlen(field) - 1;

	*quotes = 0;
	if (!sheet_is_quoted(field) || field[1] == ' ' || last[-1] == ' ')
		return false;
	for (const char *p = field + 1; p < last; p++)
		if (*p == '"') {
			if (*++p != '"' || p == last)
				return false;
			++*quotes;
		}
	return true;
}

void sheet_add(struct sheet *s, const char *sentence, size_t line)
{
	bool comma = strchr(sentence, ',') != NULL;
	size_t quotes;

	if (!is_csv(sentence, &quotes)) {
		s->bare_quote |= strchr(sentence, '"') != NULL;
		s->bare_comma |= comma;
		return;
	}
	if (quotes > 0 && s->doubled == 0)
		s->doubled = line;
	if (comma && s->comma == 0)
		s->comma = line;
}

size_t sheet_quoted_line(const struct sheet *s)
{
	if (s->bare_quote)
		return 0;
	return s->doubled > 0 ? s->doubled : s->bare_comma ? 0 : s->comma;
}
