/* Types of the numbers in a weights file, and their conversion to float32. */
#ifndef WEIGHTS_ELEMENTS_H
#define WEIGHTS_ELEMENTS_H

#include <stddef.h>

struct element {
	const char *name;    /* as safetensors has it: "BF16" */
	const char *storage; /* as PyTorch has it: "BFloat16Storage"; NULL if it is not read there */
	size_t width;        /* bytes, little-endian */
	/* Converts `count` numbers that lie `step` bytes apart, rounding to nearest;
	 * NULL for a type that is no float. `from` need not be aligned. */
	void (*convert)(float *out, const char *from, size_t count, size_t step);
};

/* NULL if there is no such type. */
const struct element *element_of_name(const char *name, size_t length);
const struct element *element_of_storage(const char *storage, size_t length);

#endif
