/* One version of the functions of vecmath.h. Internal to num/vecmath*.c. */
#ifndef NUM_VECMATH_TABLE_H
#define NUM_VECMATH_TABLE_H

#include "num/vecmath.h"

struct vector_table {
	void (*exp)(float *, const float *, size_t);
	void (*log)(float *, const float *, size_t);
	void (*erf)(float *, const float *, size_t);
	void (*tanh)(float *, const float *, size_t);
	void (*activate)(struct matrix, struct matrix, const float *, enum vector_activation);
	void (*activate_backward)(struct matrix, struct matrix, float *, enum vector_activation);
	void (*gate)(struct matrix, struct matrix, const float *, enum vector_activation);
	void (*gate_backward)(struct matrix, struct matrix, float *, enum vector_activation);
	void (*bias)(struct matrix, const float *);
	void (*sum)(float *, struct matrix);
	void (*add)(struct matrix, struct matrix);
	void (*softmax)(struct matrix, float);
	void (*softmax_backward)(struct matrix, struct matrix, float);
	void (*dropout)(struct matrix, struct matrix, struct dropout);
	void (*norm)(struct matrix, struct matrix, float *, const float *, struct dropout, struct matrix,
		     struct norm);
	void (*norm_backward)(struct matrix, const float *, struct matrix, const float *, float *, float *);
	double (*squares)(const float *, size_t);
	void (*adamw)(float *, float *, float *, const float *, size_t, const struct adamw *);
};

extern const struct vector_table vector_avx512, vector_avx2, vector_plain;

#endif
