/* The passes of vecmath.h for one width of vectors. The including file defines
 * TABLE, and what vecmath_functions.h needs; without, it is the version for any
 * processor. */
#ifndef NUM_VECMATH_BODY_H
#define NUM_VECMATH_BODY_H

#include "num/vecmath_functions.h"
#include "num/vecmath_table.h"

#include <math.h>

#ifndef TABLE
#define TABLE vector_plain
#endif

#define MAP(name)                                                                                                    \
	static void map_##name(float *out, const float *x, size_t n)                                                 \
	{                                                                                                            \
		for (size_t i = 0; i < n; i += LANES)                                                                \
			store(out + i, name##_of(load(x + i, n - i)), n - i);                                        \
	}
MAP(exp)
MAP(log)
MAP(erf)
MAP(tanh)

INLINE vec activation_of(vec x, enum vector_activation f)
{
	switch (f) {
	case VECTOR_GELU:
		return x * normal_of(x, exp_of(x * x * -0.5f));
	case VECTOR_GELU_TANH: {
		vec inner = MULTIPLY_ADD(x * x * x, ALL(0.044715f), x) * 0.797884561f;

		return 0.5f * x * (1.0f + tanh_of(inner));
	}
	default:
		return choose(x > 0.0f, x, choose(x == x, ALL(0.0f), x));
	}
}

INLINE vec derivative_of(vec x, enum vector_activation f)
{
	switch (f) {
	case VECTOR_GELU: {
		vec e = exp_of(x * x * -0.5f);

		return MULTIPLY_ADD(x * 0.398942280f, e, normal_of(x, e));
	}
	case VECTOR_GELU_TANH: {
		vec t = tanh_of(MULTIPLY_ADD(x * x * x, ALL(0.044715f), x) * 0.797884561f);
		vec inner = MULTIPLY_ADD(x * x, ALL(0.134145f), ALL(1.0f)) * 0.797884561f;

		return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * inner;
	}
	default:
		return choose(x > 0.0f, ALL(1.0f), ALL(0.0f));
	}
}

/* Of a vector that may be absent. */
INLINE vec load_or_0(const float *x, size_t i, size_t rest)
{
	vec none = { 0 };

	return x != NULL ? load(x + i, rest) : none;
}

INLINE void add_to(float *sum, size_t i, vec d, size_t rest)
{
	if (sum != NULL)
		store(sum + i, load(sum + i, rest) + d, rest);
}

INLINE void activate_as(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	for (size_t r = 0; r < pre.rows; r++) {
		float *x = matrix_row(pre, r), *y = matrix_row(out, r);

		for (size_t i = 0; i < pre.columns; i += LANES) {
			size_t rest = pre.columns - i;
			vec v = load(x + i, rest) + load_or_0(bias, i, rest);

			store(x + i, v, rest);
			store(y + i, activation_of(v, f), rest);
		}
	}
}

INLINE void activate_backward_as(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	for (size_t r = 0; r < pre.rows; r++) {
		float *x = matrix_row(pre, r);
		const float *g = matrix_row(grad, r);

		for (size_t i = 0; i < pre.columns; i += LANES) {
			size_t rest = pre.columns - i;
			vec d = derivative_of(load(x + i, rest), f) * load(g + i, rest);

			store(x + i, d, rest);
			add_to(bias_grad, i, d, rest);
		}
	}
}

static void activate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	if (f == VECTOR_GELU)
		activate_as(out, pre, bias, VECTOR_GELU);
	else if (f == VECTOR_GELU_TANH)
		activate_as(out, pre, bias, VECTOR_GELU_TANH);
	else
		activate_as(out, pre, bias, VECTOR_RELU);
}

static void activate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	if (f == VECTOR_GELU)
		activate_backward_as(pre, grad, bias_grad, VECTOR_GELU);
	else if (f == VECTOR_GELU_TANH)
		activate_backward_as(pre, grad, bias_grad, VECTOR_GELU_TANH);
	else
		activate_backward_as(pre, grad, bias_grad, VECTOR_RELU);
}

INLINE void gate_as(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	const size_t n = out.columns;

	for (size_t r = 0; r < pre.rows; r++) {
		float *x = matrix_row(pre, r), *y = matrix_row(out, r);

		for (size_t i = 0; i < n; i += LANES) {
			size_t rest = n - i;
			vec a = load(x + i, rest) + load_or_0(bias, i, rest);
			vec b = load(x + n + i, rest) + load_or_0(bias, n + i, rest);

			store(x + i, a, rest);
			store(x + n + i, b, rest);
			store(y + i, activation_of(a, f) * b, rest);
		}
	}
}

INLINE void gate_backward_as(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	const size_t n = grad.columns;

	for (size_t r = 0; r < pre.rows; r++) {
		float *x = matrix_row(pre, r);
		const float *g = matrix_row(grad, r);

		for (size_t i = 0; i < n; i += LANES) {
			size_t rest = n - i;
			vec a = load(x + i, rest), b = load(x + n + i, rest), d = load(g + i, rest);
			vec da = d * b * derivative_of(a, f), db = d * activation_of(a, f);

			store(x + i, da, rest);
			store(x + n + i, db, rest);
			add_to(bias_grad, i, da, rest);
			add_to(bias_grad, n + i, db, rest);
		}
	}
}

static void gate(struct matrix out, struct matrix pre, const float *bias, enum vector_activation f)
{
	if (f == VECTOR_GELU)
		gate_as(out, pre, bias, VECTOR_GELU);
	else if (f == VECTOR_GELU_TANH)
		gate_as(out, pre, bias, VECTOR_GELU_TANH);
	else
		gate_as(out, pre, bias, VECTOR_RELU);
}

static void gate_backward(struct matrix pre, struct matrix grad, float *bias_grad, enum vector_activation f)
{
	if (f == VECTOR_GELU)
		gate_backward_as(pre, grad, bias_grad, VECTOR_GELU);
	else if (f == VECTOR_GELU_TANH)
		gate_backward_as(pre, grad, bias_grad, VECTOR_GELU_TANH);
	else
		gate_backward_as(pre, grad, bias_grad, VECTOR_RELU);
}

static void add_bias(struct matrix x, const float *bias)
{
	for (size_t r = 0; r < x.rows; r++)
		for (size_t i = 0; i < x.columns; i += LANES) {
			float *at = matrix_row(x, r) + i;

			store(at, load(at, x.columns - i) + load(bias + i, x.columns - i), x.columns - i);
		}
}

static void add_sum(float *sum, struct matrix x)
{
	for (size_t r = 0; r < x.rows; r++)
		for (size_t i = 0; i < x.columns; i += LANES)
			store(sum + i, load(sum + i, x.columns - i) + load(matrix_row(x, r) + i, x.columns - i),
			      x.columns - i);
}

static void add_rows(struct matrix y, struct matrix x)
{
	for (size_t r = 0; r < x.rows; r++)
		add_sum(matrix_row(y, r), (struct matrix){ matrix_row(x, r), 1, x.columns, x.stride });
}

static void softmax(struct matrix x, float scale)
{
	for (size_t r = 0; r < x.rows; r++) {
		float *row = matrix_row(x, r), top, total;
		vec tops = ALL(row[0]);
		sums sum = { 0 };

		for (size_t i = 0; i < x.columns; i += LANES) {
			vec v = load(row + i, x.columns - i);

			tops = choose((v > tops) & lanes_below(x.columns - i), v, tops);
		}
		top = lanes_max(tops);
		for (size_t i = 0; i < x.columns; i += LANES) {
			size_t rest = x.columns - i;
			vec e = exp_of((load(row + i, rest) - top) * scale);

			e = choose(lanes_below(rest), e, ALL(0.0f));
			store(row + i, e, rest);
			sum = sums_add(sum, e);
		}
		total = 1.0f / lanes_sum(sum);
		for (size_t i = 0; i < x.columns; i += LANES)
			store(row + i, load(row + i, x.columns - i) * total, x.columns - i);
	}
}

static void softmax_backward(struct matrix grad, struct matrix p, float scale)
{
	for (size_t r = 0; r < grad.rows; r++) {
		float *g = matrix_row(grad, r), dot;
		const float *q = matrix_row(p, r);
		sums sum = { 0 };

		for (size_t i = 0; i < grad.columns; i += LANES)
			sum = sums_multiply_add(sum, load(g + i, grad.columns - i), load(q + i, grad.columns - i));
		dot = lanes_sum(sum);
		for (size_t i = 0; i < grad.columns; i += LANES) {
			size_t rest = grad.columns - i;

			store(g + i, (load(g + i, rest) - dot) * load(q + i, rest) * scale, rest);
		}
	}
}

/* mask · scale as floats. */
INLINE vec kept(const struct dropout *d, size_t at, size_t count)
{
	bytes b = { 0 };

	if (count >= LANES)
		b = *(const bytes *)(d->mask + at);
	else
		memcpy(&b, d->mask + at, count);
	return __builtin_convertvector(__builtin_convertvector(b, ivec), vec) * d->scale;
}

static void drop(struct matrix out, struct matrix x, struct dropout d)
{
	for (size_t r = 0; r < x.rows; r++)
		for (size_t i = 0; i < x.columns; i += LANES) {
			size_t rest = x.columns - i;
			vec v = load(matrix_row(x, r) + i, rest);

			if (d.mask != NULL)
				v *= kept(&d, r * x.columns + i, rest);
			store(matrix_row(out, r) + i, v, rest);
		}
}

/* s = (y + bias) dropped + residual, in place; returns Σ s. */
INLINE float norm_input(float *y, size_t n, const float *bias, const struct dropout *d, size_t at,
			const float *residual)
{
	sums sum = { 0 };

	for (size_t i = 0; i < n; i += LANES) {
		size_t rest = n - i;
		vec s = load(y + i, rest);

		if (bias != NULL)
			s += load(bias + i, rest);
		if (d->mask != NULL)
			s *= kept(d, at + i, rest);
		if (residual != NULL)
			s += load(residual + i, rest);
		store(y + i, s, rest);
		sum = sums_add(sum, s);
	}
	return lanes_sum(sum);
}

static void norm(struct matrix out, struct matrix y, float *inverse, const float *bias, struct dropout d,
		 struct matrix residual, struct norm norm)
{
	const float n = (float)y.columns;

	for (size_t r = 0; r < y.rows; r++) {
		float *row = matrix_row(y, r), mean, scale;
		const float *from = residual.data != NULL ? matrix_row(residual, r) : NULL;
		sums squares = { 0 };

		mean = norm_input(row, y.columns, bias, &d, r * y.columns, from) / n;
		for (size_t i = 0; i < y.columns; i += LANES) {
			size_t rest = y.columns - i;
			vec x = choose(lanes_below(rest), load(row + i, rest) - mean, ALL(0.0f));

			squares = sums_multiply_add(squares, x, x);
		}
		scale = 1.0f / sqrtf(lanes_sum(squares) / n + norm.eps);
		inverse[r] = scale;
		for (size_t i = 0; i < y.columns; i += LANES) {
			size_t rest = y.columns - i;
			vec x = (load(row + i, rest) - mean) * scale;

			store(row + i, x, rest);
			store(matrix_row(out, r) + i,
			      MULTIPLY_ADD(x, load(norm.gamma + i, rest), load_or_0(norm.beta, i, rest)), rest);
		}
	}
}

static void norm_backward(struct matrix xhat, const float *inverse, struct matrix dout, const float *gamma,
			  float *gamma_grad, float *beta_grad)
{
	const float n = (float)xhat.columns;

	for (size_t r = 0; r < xhat.rows; r++) {
		float *x = matrix_row(xhat, r), mean, along;
		const float *g = matrix_row(dout, r);
		sums sum = { 0 }, dot = { 0 };

		for (size_t i = 0; i < xhat.columns; i += LANES) {
			size_t rest = xhat.columns - i;
			vec dy = load(g + i, rest), xi = load(x + i, rest), d = dy * load(gamma + i, rest);

			sum = sums_add(sum, d);
			dot = sums_multiply_add(dot, d, xi);
			add_to(beta_grad, i, dy, rest);
			store(gamma_grad + i, MULTIPLY_ADD(dy, xi, load(gamma_grad + i, rest)), rest);
		}
		mean = lanes_sum(sum) / n;
		along = lanes_sum(dot) / n;
		for (size_t i = 0; i < xhat.columns; i += LANES) {
			size_t rest = xhat.columns - i;
			vec d = load(g + i, rest) * load(gamma + i, rest);

			store(x + i, (d - mean - load(x + i, rest) * along) * inverse[r], rest);
		}
	}
}

/* The squares of the first eight elements are added to a, those of the next to b. */
INLINE void add_squares(sums *a, sums *b, const float *x, size_t rest)
{
	const vec v = load(x, rest);
#ifdef HALF
	*a = HALF_MULTIPLY_ADD(HALF(v, 0), HALF(v, 0), *a);
	*b = HALF_MULTIPLY_ADD(HALF(v, 1), HALF(v, 1), *b);
#else
	*a = MULTIPLY_ADD(v, v, *a);
	if (rest > LANES) {
		const vec w = load(x + LANES, rest - LANES);

		*b = MULTIPLY_ADD(w, w, *b);
	}
#endif
}

/* Partial sums of 4096 elements in float, the whole in double. */
static double squares(const float *x, size_t n)
{
	const size_t part = 4096, lanes = sizeof(sums) / sizeof(float);
	double total = 0.0;

	for (size_t start = 0; start < n; start += part) {
		size_t end = n - start < part ? n : start + part;
		sums a = { 0 }, b = { 0 };

		for (size_t i = start; i < end; i += 2 * lanes)
			add_squares(&a, &b, x + i, end - i);
		total += (double)lanes_sum(a + b);
	}
	return total;
}

static void adamw(float *p, float *m, float *v, const float *g, size_t n, const struct adamw *a)
{
	for (size_t i = 0; i < n; i += LANES) {
		size_t rest = n - i;
		vec gi = load(g + i, rest) * a->scale, mi = load(m + i, rest), vi = load(v + i, rest);
		vec pi = load(p + i, rest);

		mi = MULTIPLY_ADD(gi, ALL(a->rest1), mi * a->beta1);
		vi = MULTIPLY_ADD(gi * gi, ALL(a->rest2), vi * a->beta2);
		pi -= mi / (ROOT(vi) + a->eps) * a->step;
		pi -= pi * a->decay;
		store(m + i, mi, rest);
		store(v + i, vi, rest);
		store(p + i, pi, rest);
	}
}

const struct vector_table TABLE = {
	.exp = map_exp,
	.log = map_log,
	.erf = map_erf,
	.tanh = map_tanh,
	.activate = activate,
	.activate_backward = activate_backward,
	.gate = gate,
	.gate_backward = gate_backward,
	.bias = add_bias,
	.sum = add_sum,
	.add = add_rows,
	.softmax = softmax,
	.softmax_backward = softmax_backward,
	.dropout = drop,
	.norm = norm,
	.norm_backward = norm_backward,
	.squares = squares,
	.adamw = adamw,
};

#endif
