/* CoNLL-U (ten tab-separated columns) and CoNLL-U-Lex (nineteen), a sentence at
 * a time. Comments begin with "#"; a line of nothing but blanks ends a sentence,
 * and comments that are followed by one belong to none. Ranges such as 1-2 are
 * skipped. An empty node such as 7.1 is a word or skipped, as asked. A value "_"
 * says that there is none. */
#ifndef CORPUS_CONLLU_H
#define CORPUS_CONLLU_H

#include "base/error.h"
#include "base/file.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	CONLLU_FORM = 1,
	CONLLU_UPOS = 3,
	CONLLU_HEAD = 6,
	CONLLU_DEPREL = 7,
	CONLLU_COLUMNS = 10,
	CONLLULEX_SMWE = 10,
	CONLLULEX_SS = 13,
	CONLLULEX_SS2 = 14,
	CONLLULEX_COLUMNS = 19,
};

struct conllu_token {
	char **columns; /* (columns of the format) */
	long id;        /* of a word, from 1; 0 for an empty node */
	size_t line;
};

struct conllu_sentence {
	char *id;                    /* sent_id, else the running number */
	struct conllu_token *tokens; /* (count) */
	size_t count, capacity;
};

struct conllu_reader {
	const char *path;
	const struct mapping *text;
	struct line line;
	size_t columns;
	bool empty_nodes, lossy;
	size_t number; /* sentences read */
};

/* Starts at the beginning of a text, which stays the caller's, and so does `path`,
 * which stands in errors. */
void conllu_start(struct conllu_reader *out, const struct mapping *text, const char *path, size_t columns,
		  bool empty_nodes, bool lossy);

/* Reads the next sentence; 1 if there was one, 0 at the end, −1 on malformed
 * input. */
int conllu_next(struct conllu_reader *r, struct conllu_sentence *out, struct error *err);
void conllu_sentence_release(struct conllu_sentence *s);

#endif
