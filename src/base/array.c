#include "base/array.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *array_new(size_t rows, size_t columns, size_t size)
{
	const size_t alignment = 64;
	size_t count, bytes;
	void *data;

	if (__builtin_mul_overflow(rows, columns, &count) || __builtin_mul_overflow(count, size, &bytes) ||
	    bytes > PTRDIFF_MAX - alignment)
		return NULL;
	bytes = (bytes + alignment - 1) / alignment * alignment;
	data = aligned_alloc(alignment, bytes ? bytes : alignment);
	if (data != NULL)
		memset(data, 0, bytes);
	return data;
}

int array_reserve(void *array, size_t *capacity, size_t count, size_t size)
{
	void *old, *grown;
	size_t wanted = *capacity ? *capacity : 16;
	size_t bytes;

	if (count <= *capacity)
		return 0;
	while (wanted < count)
		if (__builtin_mul_overflow(wanted, 2, &wanted))
			return -1;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return -1;
	memcpy(&old, array, sizeof old);
	grown = realloc(old, bytes);
	if (grown == NULL)
		return -1;
	memcpy(array, &grown, sizeof grown);
	*capacity = wanted;
	return 0;
}

char *text_copy_n(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (copy == NULL)
		return NULL;
	if (length > 0) /* of nothing `text` may be NULL */
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *text_copy(const char *text)
{
	return text_copy_n(text, strlen(text));
}

char *text_format(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return length < 0 ? NULL : text;
}
