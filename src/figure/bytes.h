/* Bytes in memory, which grow. */
#ifndef FIGURE_BYTES_H
#define FIGURE_BYTES_H

#include <stddef.h>

/* Zeroed before use. */
struct bytes {
	char *data;
	size_t size, capacity;
	int failed; /* memory was short */
};

void bytes_add(struct bytes *b, const void *data, size_t size);
void bytes_text(struct bytes *b, const char *text);
void bytes_format(struct bytes *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bytes_release(struct bytes *b);

#endif
