/* What often lies where a file should be: it has the file's name, but was never
 * the file. */
#ifndef BASE_DISGUISE_H
#define BASE_DISGUISE_H

#include "base/error.h"

#include <stddef.h>

/* What the bytes are instead, and what to do, as words that a message can end
 * with: "a Git LFS pointer, not the file itself: git lfs pull brings it". NULL
 * where they are none of these: an empty file, a pointer of Git LFS or Xet, a page
 * in HTML or XML, an error that a server answered as JSON or in a line of text, a
 * compressed file, a text in UTF-16. */
const char *content_disguise(const char *data, size_t size);

/* The same of a text of somebody's own, which may be empty, or read like an answer. */
const char *content_text_disguise(const char *data, size_t size);

/* "<path>: <disguise>", and -1; 0 where there is none. */
int content_check(const char *path, const char *data, size_t size, struct error *err);

#endif
