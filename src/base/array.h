/* Memory for arrays, checked for overflow. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* rows × columns elements of `size` bytes, zeroed, aligned to 64 bytes.
 * NULL if the product overflows or memory is short. Released with free(). */
void *array_new(size_t rows, size_t columns, size_t size);

/* Makes room for `count` elements in a growing array: doubles `*capacity`
 * until it suffices. Returns -1, and leaves all as it was, if memory is short.
 * `array` points to the pointer that holds the elements. */
int array_reserve(void *array, size_t *capacity, size_t count, size_t size);

/* A copy of a string, or of its first `length` bytes; NULL if memory is short. */
char *text_copy(const char *text);
char *text_copy_n(const char *text, size_t length);

/* printf into new memory; NULL if memory is short. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
