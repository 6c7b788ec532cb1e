#include "weights/elements.h"

#include "num/half.h"

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "weights are little-endian and are used as they lie");
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 numbers");

static float float_of_bits(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static void convert_f32(float *out, const char *from, size_t count, size_t step)
{
	if (step == sizeof *out) {
		memcpy(out, from, count * sizeof *out);
		return;
	}
	for (size_t i = 0; i < count; i++)
		memcpy(out + i, from + i * step, sizeof *out);
}

static void convert_f64(float *out, const char *from, size_t count, size_t step)
{
	for (size_t i = 0; i < count; i++) {
		double value;

		memcpy(&value, from + i * step, sizeof value);
		out[i] = (float)value;
	}
}

static void convert_f16(float *out, const char *from, size_t count, size_t step)
{
	for (size_t i = 0; i < count; i++) {
		uint16_t bits;

		memcpy(&bits, from + i * step, sizeof bits);
		out[i] = half_float(bits);
	}
}

/* The upper half of a float32. */
static void convert_bf16(float *out, const char *from, size_t count, size_t step)
{
	for (size_t i = 0; i < count; i++) {
		uint16_t bits;

		memcpy(&bits, from + i * step, sizeof bits);
		out[i] = float_of_bits((uint32_t)bits << 16);
	}
}

static const struct element elements[] = {
	{ "F32", "FloatStorage", 4, convert_f32 },
	{ "F16", "HalfStorage", 2, convert_f16 },
	{ "BF16", "BFloat16Storage", 2, convert_bf16 },
	{ "F64", "DoubleStorage", 8, convert_f64 },
	{ "I64", "LongStorage", 8, NULL },
	{ "I32", "IntStorage", 4, NULL },
	{ "I16", NULL, 2, NULL },
	{ "I8", NULL, 1, NULL },
	{ "U64", NULL, 8, NULL },
	{ "U32", NULL, 4, NULL },
	{ "U16", NULL, 2, NULL },
	{ "U8", "ByteStorage", 1, NULL },
	{ "BOOL", "BoolStorage", 1, NULL },
	{ "F8_E4M3", NULL, 1, NULL },
	{ "F8_E5M2", NULL, 1, NULL },
};

enum { ELEMENTS = sizeof elements / sizeof elements[0] };

const struct element *element_of_name(const char *name, size_t length)
{
	for (size_t i = 0; i < ELEMENTS; i++)
		if (strlen(elements[i].name) == length && memcmp(elements[i].name, name, length) == 0)
			return &elements[i];
	return NULL;
}

const struct element *element_of_storage(const char *storage, size_t length)
{
	for (size_t i = 0; i < ELEMENTS; i++)
		if (elements[i].storage != NULL && strlen(elements[i].storage) == length &&
		    memcmp(elements[i].storage, storage, length) == 0)
			return &elements[i];
	return NULL;
}
