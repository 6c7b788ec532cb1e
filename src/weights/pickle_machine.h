/* Inside the pickle machine: its state, which the opcodes and the globals change. */
#ifndef WEIGHTS_PICKLE_MACHINE_H
#define WEIGHTS_PICKLE_MACHINE_H

#include "base/error.h"
#include "weights/pickle_value.h"

#include <stdbool.h>

/* Values are handed out from blocks of this many. */
enum { BLOCK_VALUES = 64 };

struct value_block {
	struct value_block *next;
	size_t used;
	struct value values[BLOCK_VALUES];
};

struct pickle {
	const char *label;
	const char *data;
	size_t size, at;
	bool cut;         /* there are more bytes than a pickle may have */
	size_t opcode_at; /* where the opcode at work began */
	struct value_block *blocks;
	size_t values;
	struct pickle_items stack;
	size_t *marks; /* heights of the stack */
	size_t mark_count, mark_capacity;
	struct pickle_items memo; /* NULL where nothing was put */
	const struct value *result;
	struct error *err;
};

/* "<label>, byte <opcode_at>: <message>". Returns -1. */
int pickle_fail(struct pickle *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs the next opcode. */
int pickle_step(struct pickle *p);

/* The name of an opcode that is not run; NULL if pickles have no such opcode. */
const char *opcode_refused(char code);

/* A new value of this kind, NULL after an error. */
struct value *pickle_value(struct pickle *p, enum value_kind kind);
int pickle_push(struct pickle *p, struct value *v);
int pickle_append(struct pickle *p, struct pickle_items *items, struct value *v);

/* A global that may be named: what its call gives, or the storage it is. */
struct global {
	const char *module, *name;
	/* Builds the value of a call; NULL after an error. NULL: it is not called. */
	struct value *(*call)(struct pickle *p, const struct pickle_items *arguments);
};

/* NULL after the error that refuses it. */
const struct global *global_find(struct pickle *p, struct pickle_bytes module, struct pickle_bytes name);

/* The storage that a persistent id means; NULL after an error. */
struct value *global_storage(struct pickle *p, const struct value *id);

#endif
