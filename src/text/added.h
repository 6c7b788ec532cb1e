/* Added tokens: pieces that are cut out of a text, wherever they stand, before
 * the rest of it is made into words. The special tokens are some of them. */
#ifndef TEXT_ADDED_H
#define TEXT_ADDED_H

#include "base/error.h"
#include "text/intern.h"
#include "text/piece_table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum added_flag {
	ADDED_SPECIAL = 1,
	ADDED_NORMALIZED = 2,  /* is looked for in the normalised text */
	ADDED_LSTRIP = 4,      /* takes the white space before it along */
	ADDED_RSTRIP = 8,      /* and behind it */
	ADDED_SINGLE_WORD = 16 /* only where no letter or digit touches it */
};

struct added_token {
	char *content;
	int32_t id; /* −1: not said; it follows from the vocabulary */
	unsigned flags;
	bool described; /* whether the flags were said, or are those of a mere name */
};

struct added_tokens {
	struct added_token *items; /* (count), in the order in which they were named */
	size_t count, capacity;
	struct intern names; /* item i has the number i */
};

void added_tokens_release(struct added_tokens *a);
/* NULL if there is none of this content. */
const struct added_token *added_tokens_find(const struct added_tokens *a, const char *content);

/* Names a token once more or for the first time; the content is copied. Two ids,
 * or two descriptions, of one content are an error that names it and the file
 * `path`. */
int added_tokens_note(struct added_tokens *a, const struct added_token *token, const char *path, struct error *err);

/* A token as the files have it: a string, or an object with its content and
 * flags. `special` is what it is where that is not said. The content is the
 * JSON's. -1 if it is neither. */
int added_token_parse(struct added_token *out, const json_t *value, bool special);

/* Finds the longest of some contents that a text begins with. */
struct added_matcher {
	struct piece *contents; /* (count), each a copy */
	size_t *tokens;         /* (count) index of the token */
	size_t count;
	struct piece_table table;
	bool begins[256]; /* whether some content begins with this byte */
};

/* Which tokens, and how their contents are written in the text that is searched:
 * `write` returns new memory, or NULL after an error. NULL: as they are. */
int added_matcher_init(struct added_matcher *out, const struct added_tokens *a,
		       bool (*wanted)(const struct added_token *),
		       char *(*write)(void *arg, const struct added_token *t, struct error *err), void *arg,
		       struct error *err);
void added_matcher_release(struct added_matcher *m);

/* The number of bytes of the longest content that the text begins with, and its
 * token's index; 0 if there is none. */
size_t added_match(const struct added_matcher *m, const char *text, size_t length, size_t *token);

/* Who takes a text apart: what is between the tokens, and each token with where it
 * begins, white space included that it took along. A negative return ends the walk. */
struct added_taker {
	int (*rest)(void *arg, const char *text, size_t length, struct error *err);
	int (*token)(void *arg, const struct added_token *token, const char *at, struct error *err);
	void *arg;
};

/* Cuts the tokens of a matcher out of a text, from the left, the longest where
 * several begin, by their flags. */
int added_cut(const struct added_tokens *a, const struct added_matcher *m, const char *text, size_t length,
	      const struct added_taker *taker, struct error *err);

#endif
