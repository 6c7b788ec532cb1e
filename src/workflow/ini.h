/* The syntax of experiment files.
 *
 *	; a comment, as is a line that begins with #
 *	[model bert-base]
 *	path = "my models/bert ; v2"   ; a comment, after white space
 *
 * Lines are of any length. A key ends at "=" or ":". A value, an item of a list
 * and the name in a section's head may stand in double quotes, where \" and \\
 * are a quote and a backslash; without quotes a value ends before white space
 * and ";", and has none at its ends. */
#ifndef WORKFLOW_INI_H
#define WORKFLOW_INI_H

#include "base/error.h"
#include "base/file.h"

/* Zeroed but for `path`, which messages name, and `text` before the first
 * step. */
struct ini {
	const char *path;
	struct mapping text;
	struct line line;
	char *section; /* "model": of the line; NULL before the first head */
	char *name;    /* "bert-base", without its quotes; NULL where the head has none */
	char *key;     /* of the line */
	char *value;   /* as it stands, with its quotes and without a comment */
	char *comment; /* behind the value, without its ";"; "" where there is none */
};

/* Steps to the next head or key. Returns 1 at a key, 2 at a head, 0 at the end, −1 on
 * a line that is none of the above. */
int ini_next(struct ini *r, struct error *err);
void ini_release(struct ini *r);

/* The text that a quoted value stands for, in new memory; one without quotes
 * stands for itself. NULL if its quotes do not close or memory is short. */
char *ini_unquote(const char *value, size_t length);

/* The form in which a text is read back whole, in new memory: as it is where
 * that will do, else in quotes. NULL if no form will do (it holds a line's end)
 * or memory is short. `list`: as an item of a list. */
char *ini_quote(const char *text, int list);

/* The most bytes of an item of a list, with its NUL. */
#define LIST_ITEM 128

/* The length of the item that a list begins with, up to its comma or end. */
size_t ini_item(const char *list);

#endif
