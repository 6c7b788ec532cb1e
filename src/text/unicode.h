/* Normal forms and classes of characters (Unicode Standard Annex 15), through
 * utf8proc. Its version of Unicode decides the class of young characters. */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string of code points. Zero it before the first use; free(data)
 * after the last. */
struct code_points {
	int32_t *data;
	size_t count, capacity;
};

/* Returns -1 if memory is short. */
int code_points_add(struct code_points *p, int32_t point);

/* Canonical decomposition and composition of the whole string, replacing what
 * `out` held. -1 if memory is short. */
int code_points_decompose(struct code_points *out, const struct code_points *in);
/* Decomposition by an older Unicode: a character that it does not know stays as
 * it is, and where it is, even if it is a mark. */
int code_points_decompose_known(struct code_points *out, const struct code_points *in, bool (*known)(int32_t point));
int code_points_compose(struct code_points *out, const struct code_points *in);

/* The simple lower-case mapping; U+0130, whose lower case is two characters,
 * gives "i" without its dot. */
int32_t point_lower(int32_t point);

bool point_is_dropped(int32_t point);     /* NUL, U+FFFD, and C* but tab, newline, return */
bool point_is_space(int32_t point);       /* Z*, tab, newline, return */
bool point_is_punctuation(int32_t point); /* P*, and ASCII symbols */
bool point_is_accent(int32_t point);      /* Mn */
bool point_is_mark(int32_t point);        /* has a combining class */
bool point_is_ideograph(int32_t point);   /* CJK, without kana and Hangul */

/* The characters that one decomposes into, canonically or by compatibility, at most `room`
 * of them: their number; itself where it would be more. And what two compose to; 0 if
 * they do not. */
size_t point_decompose(int32_t *out, size_t room, int32_t point, bool compatible);
int32_t points_compose(int32_t first, int32_t second);
int point_combining_class(int32_t point);

/* Whether two neighbours are of two grapheme clusters (Annex 29); `state` is 0 at the
 * first and kept between. */
bool points_part(int32_t before, int32_t point, int32_t *state);

/* The length of a text without the spaces at its end. */
size_t point_trim(const char *text, size_t length, bool (*is_space)(int32_t point));

#endif
