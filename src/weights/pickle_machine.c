#include "weights/pickle_machine.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A state_dict of 400 tensors has 10,000. */
static const size_t most_values = 1u << 20;

int pickle_fail(struct pickle *p, const char *format, ...)
{
	char message[400];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	return error_set(p->err, STATUS_INPUT, "%s, byte %zu: %s", p->label, p->opcode_at, message);
}

struct value *pickle_value(struct pickle *p, enum value_kind kind)
{
	struct value *v;

	if (p->values == most_values) {
		pickle_fail(p, "more than %zu values", most_values);
		return NULL;
	}
	if (p->blocks == NULL || p->blocks->used == BLOCK_VALUES) {
		struct value_block *block = malloc(sizeof *block);

		if (block == NULL) {
			error_memory(p->err, p->label);
			return NULL;
		}
		block->next = p->blocks;
		block->used = 0;
		p->blocks = block;
	}
	v = &p->blocks->values[p->blocks->used++];
	*v = (struct value){ .kind = kind };
	p->values++;
	return v;
}

int pickle_append(struct pickle *p, struct pickle_items *items, struct value *v)
{
	if (array_reserve(&items->items, &items->capacity, items->count + 1, sizeof(struct value *)) < 0)
		return error_memory(p->err, p->label);
	items->items[items->count++] = v;
	return 0;
}

/* NULL stands for a value that could not be made, whose error is set. */
int pickle_push(struct pickle *p, struct value *v)
{
	return v == NULL ? -1 : pickle_append(p, &p->stack, v);
}
