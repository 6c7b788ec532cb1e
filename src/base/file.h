/* Reading files, whole or as lines of text, and paths. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A whole file, mapped for reading. An empty file has data "" and size 0. */
struct mapping {
	const char *data;
	size_t size;
};

int mapping_open(struct mapping *out, const char *path, struct error *err);
void mapping_close(struct mapping *m);

/* Maps a file of text for line_next. Text is UTF-8, or of an encoding that its
 * reader converts line by line; what is no such text is refused: UTF-16 and
 * UTF-32 by name, a NUL by its place ("file:line: byte n is NUL"), and lines that
 * end with a carriage return alone. */
int text_open(struct mapping *out, const char *path, struct error *err);

/* What text_open refuses, of bytes that are in memory. */
int text_check(const struct mapping *m, const char *path, struct error *err);

/* A line of a mapped text, without its end ("\n" or "\r\n"). */
struct line {
	const char *data;
	size_t length;
	size_t number; /* from 1 */
};

/* Steps to the next line. `*line` starts zeroed. False at the end. A last line
 * without a newline counts; an empty rest does not. A byte order mark (UTF-8)
 * before the first line is no part of it. */
bool line_next(struct line *line, const struct mapping *m);

/* As line_next, for formats that have no empty lines: those at the end of the
 * text, as editors leave them, do not count. */
bool row_next(struct line *line, const struct mapping *m);

/* Whether the line holds nothing but spaces and tabs. */
bool line_is_blank(const struct line *line);

bool file_exists(const char *path);
bool directory_exists(const char *path);

/* mkdir -p. */
int directory_make(const char *path, struct error *err);

/* Removes a file or a directory with all it holds; a missing one is no error. */
int directory_remove(const char *path, struct error *err);

/* "a/b" in new memory; an absolute `b` stands for itself. */
char *path_join(const char *a, const char *b);

/* Whether a path stays below where it starts: relative, and without ".." in it. */
bool path_leads_down(const char *path);

/* The part after the last slash. */
const char *path_base(const char *path);

/* The last two parts, "train/layer6.npy": enough to tell two files apart. */
const char *path_tail(const char *path);

/* Tells why a directory has none of some files, which end with NULL: there is no such
 * directory, or one of them is a link to nothing; else "<directory>: <what>".
 * Returns -1. */
int files_missing(const char *directory, const char *const *names, const char *what, struct error *err);

#endif
