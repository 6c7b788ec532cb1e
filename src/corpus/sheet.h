/* What spreadsheets and data frames put into a table of examples beside the data:
 * a first row of headings, and quotes around fields. Neither may pass for data. */
#ifndef CORPUS_SHEET_H
#define CORPUS_SHEET_H

#include "corpus/examples.h"

#include <stdbool.h>

/* Whether the seven fields of the first line are headings: words where an example
 * has numbers or nothing, or usual names of columns. */
bool sheet_is_heading(char *const fields[7]);

/* Whether the first of these examples of a sentence task must be headings under unusual names: its
 * sentence alone has an id that is no number, and no other has its label. */
bool sheet_starts_with_heading(const struct examples *e);

/* Whether a field stands in quotes as a whole. A lone quote is a word. */
bool sheet_is_quoted(const char *field);

/* Sentences may begin and end with quotes of their own. Those of a whole file tell:
 * a writer of CSV doubles the quotes inside a field, quotes each field that holds a
 * quote, and some writers each that holds a comma. */
struct sheet {
	size_t doubled, comma;       /* the first line with such a field in quotes; 0: none */
	bool bare_quote, bare_comma; /* a field outside quotes holds one */
};

void sheet_add(struct sheet *s, const char *sentence, size_t line);

/* The first line whose sentence has the quotes of a CSV; 0 if none has. */
size_t sheet_quoted_line(const struct sheet *s);

#endif
