/* The text chunks of a PNG. */
#ifndef FIGURE_PNG_TEXT_H
#define FIGURE_PNG_TEXT_H

#include "base/error.h"

#include <stddef.h>

/* Copies the text under a keyword, cut to size − 1 bytes; a file that is no PNG
 * or has no such text is an error. */
int png_text_read(char *out, size_t size, const char *path, const char *keyword, struct error *err);

#endif
