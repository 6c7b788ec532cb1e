/* Lines of text files whose encoding is checked or converted. */
#ifndef CORPUS_LINES_H
#define CORPUS_LINES_H

#include "base/error.h"
#include "base/file.h"

#include <stdbool.h>

/* "file:line: byte n is not valid UTF-8" where that is so; a byte order mark before
 * the text is an error, too. */
int line_check_utf8(const char *path, const struct line *line, struct error *err);

/* A copy of a UTF-8 line, in new memory; invalid bytes are an error that gives
 * file, line and byte, or with `lossy` become U+FFFD. NULL on failure. */
char *line_copy_utf8(const char *path, const struct line *line, bool lossy, struct error *err);

/* A copy of an ISO-8859-1 line as UTF-8. */
char *line_copy_latin1(const char *path, const struct line *line, struct error *err);

/* The text without the spaces and tabs at its ends, in its place. */
char *text_trim(char *text);

#endif
