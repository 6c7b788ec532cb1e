#include "figure/arena.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *arena_array(struct arena *a, size_t count, size_t size)
{
	void *block;

	if (array_reserve(&a->blocks, &a->capacity, a->count + 1, sizeof *a->blocks) < 0)
		return NULL;
	block = array_new(count == 0 ? 1 : count, 1, size);
	if (block != NULL)
		a->blocks[a->count++] = block;
	return block;
}

char *arena_text(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = length < 0 ? NULL : arena_array(a, (size_t)length + 1, 1);
	if (text == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_release(struct arena *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->blocks[i]);
	free(a->blocks);
	*a = (struct arena){ 0 };
}
