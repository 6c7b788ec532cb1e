/* UTF-8: decoding and checking. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the character at data[0 … size). Returns its bytes (1–4), or 0 if it
 * is not valid (overlong forms, surrogates and values above U+10FFFF are not)
 * or size is 0. */
size_t utf8_decode(uint32_t *out, const char *data, size_t size);

/* Writes a code point; returns its bytes. */
size_t utf8_encode(char out[4], uint32_t point);

/* The offset of the first invalid byte, or `size` if there is none. */
size_t utf8_check(const char *data, size_t size);

#endif
