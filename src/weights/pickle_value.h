/* The values of a pickle. */
#ifndef WEIGHTS_PICKLE_VALUE_H
#define WEIGHTS_PICKLE_VALUE_H

#include "weights/elements.h"
#include "weights/weights.h"

#include <stddef.h>
#include <stdint.h>

enum value_kind {
	VALUE_NONE,
	VALUE_BOOL,
	VALUE_INTEGER,
	VALUE_LONG, /* an integer of more than 8 bytes */
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_TUPLE,
	VALUE_LIST,
	VALUE_DICT, /* a dict or an OrderedDict */
	VALUE_GLOBAL,
	VALUE_STORAGE,
	VALUE_TENSOR,
	VALUE_KINDS
};

struct value;

/* A run of bytes in the pickle. */
struct pickle_bytes {
	const char *data;
	size_t length;
};

/* Items of a tuple or list; of a dict key, value, key, value … */
struct pickle_items {
	struct value **items;
	size_t count, capacity;
};

/* torch.FloatStorage and its like, by the persistent id
 * ('storage', type, key, location, elements[, view]). */
struct pickle_storage {
	const struct element *type;
	struct pickle_bytes key;
	size_t elements; /* of the whole storage */
	size_t first;    /* a legacy view's first element */
};

struct pickle_tensor {
	const struct pickle_storage *storage;
	size_t offset; /* elements */
	unsigned rank;
	size_t shape[MOST_DIMENSIONS], stride[MOST_DIMENSIONS];
};

struct value {
	enum value_kind kind;
	union {
		int64_t integer; /* and bool */
		double real;
		struct pickle_bytes bytes; /* text, long (little-endian) */
		struct pickle_items sequence;
		const struct global *global;
		struct pickle_storage storage;
		struct pickle_tensor tensor;
	};
};

/* "dict", "tensor", … for messages. */
const char *value_name(const struct value *v);

#endif
