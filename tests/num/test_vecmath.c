/* The vector functions against the C library in double, and the fused passes
 * against plain loops and finite differences. */
#include "support.h"

#include "base/random.h"
#include "num/vecmath.h"
#include "num/vecmath_table.h"

#include <math.h>
#include <string.h>

static const struct vector_table *const versions[] = { &vector_plain, &vector_avx2, &vector_avx512 };

/* The versions that this processor runs. */
static size_t version_count(void)
{
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return 1;
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
			       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
		       ? 3
		       : 2;
}

static void fill(float *x, size_t n, uint64_t seed)
{
	struct stream s;

	stream_init(&s, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)stream_normal(&s);
}

/* The largest error over a grid: relative where |expected| > floor, absolute / floor below. */
static double largest_error(void (*f)(float *, const float *, size_t), double (*reference)(double), double low,
			    double high, double floor)
{
	enum { POINTS = 400003 };
	float *x = array_new(POINTS, 1, sizeof *x), *y = array_new(POINTS, 1, sizeof *y);
	double worst = 0.0;

	for (size_t i = 0; i < POINTS; i++)
		x[i] = (float)(low + (high - low) * (double)i / (POINTS - 1));
	f(y, x, POINTS);
	for (size_t i = 0; i < POINTS; i++) {
		double expected = reference((double)x[i]), size = fabs(expected) > floor ? fabs(expected) : floor;
		double error = fabs((double)y[i] - expected) / size;

		worst = error > worst || isnan(error) ? error : worst;
	}
	free(x);
	free(y);
	return worst;
}

static void functions_keep_their_bounds(void **state)
{
	(void)state;
	for (size_t v = 0; v < version_count(); v++) {
		assert_true(largest_error(versions[v]->exp, exp, -87.0, 88.0, 1e-37) < 3e-7);
		assert_true(largest_error(versions[v]->exp, exp, -0.01, 0.01, 1e-37) < 3e-7);
		assert_true(largest_error(versions[v]->log, log, 1e-30, 1e3, 1.0) < 2e-7);
		assert_true(largest_error(versions[v]->log, log, 1e-6, 0.4, 0.5) < 2e-7);
		assert_true(largest_error(versions[v]->log, log, 0.5, 2.0, 1.0) < 1e-7);
		assert_true(largest_error(versions[v]->erf, erf, -6.0, 6.0, 1.0) < 5e-7);
		assert_true(largest_error(versions[v]->tanh, tanh, -12.0, 12.0, 1.0) < 3e-7);
	}
}

static void functions_at_their_ends(void **state)
{
	const float in[9] = { -INFINITY, -100.0f, -87.34f, 0.0f, 1.0f, 200.0f, NAN, -88.0f, -0.0f };
	float out[9];

	(void)state;
	for (size_t v = 0; v < version_count(); v++) {
		versions[v]->exp(out, in, 9);
		assert_true(out[0] == 0.0f && out[1] == 0.0f && out[2] == 0.0f && out[3] == 1.0f && out[7] == 0.0f);
		assert_true(fabsf(out[4] - 2.71828183f) < 3e-7f && out[8] == 1.0f);
		assert_true(fabs((double)out[5] / exp(88.0) - 1.0) < 3e-7 && isnan(out[6]));
		versions[v]->erf(out, in, 9);
		assert_true(out[0] == -1.0f && fabsf(out[3]) < 5e-7f && out[5] == 1.0f && isnan(out[6]));
		versions[v]->tanh(out, in, 9);
		assert_true(out[0] == -1.0f && out[5] == 1.0f && isnan(out[6]));
	}
}

/* A result must not depend on where in a vector, or behind what end, it stands. */
static void functions_do_not_depend_on_place(void **state)
{
	float in[37], out[37], one;

	(void)state;
	fill(in, 37, 1);
	for (size_t v = 0; v < version_count(); v++) {
		versions[v]->erf(out, in, 37);
		for (size_t i = 0; i < 37; i++) {
			versions[v]->erf(&one, in + i, 1);
			assert_memory_equal(&one, &out[i], sizeof one);
		}
	}
}

static double activation(double x, enum vector_activation f)
{
	if (f == VECTOR_GELU)
		return 0.5 * x * erfc(-x / sqrt(2.0));
	if (f == VECTOR_GELU_TANH)
		return 0.5 * x * (1.0 + tanh(sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x)));
	return x > 0.0 ? x : 0.0;
}

static void activation_and_its_derivative(void **state)
{
	enum { ROWS = 5, N = 19 };
	const double h = 1e-6;
	float pre[ROWS * N], bias[N], out[ROWS * N], grad[ROWS * N], sum[N] = { 0 }, before[ROWS * N];

	(void)state;
	for (size_t v = 0; v < version_count(); v++)
		for (enum vector_activation f = VECTOR_GELU; f <= VECTOR_RELU; f++) {
			double sums[N] = { 0 };

			fill(pre, ROWS * N, 2);
			fill(bias, N, 3);
			fill(grad, ROWS * N, 4);
			memset(sum, 0, sizeof sum);
			memcpy(before, pre, sizeof pre);
			versions[v]->activate(matrix_of(out, ROWS, N), matrix_of(pre, ROWS, N), bias, f);
			for (size_t i = 0; i < ROWS * N; i++) {
				assert_true(fabs((double)pre[i] - (double)before[i] - (double)bias[i % N]) < 3e-7);
				assert_true(fabs((double)out[i] - activation((double)pre[i], f)) < 1e-6);
			}
			memcpy(before, pre, sizeof pre);
			versions[v]->activate_backward(matrix_of(pre, ROWS, N), matrix_of(grad, ROWS, N), sum, f);
			for (size_t i = 0; i < ROWS * N; i++) {
				double x = (double)before[i];
				double slope = (activation(x + h, f) - activation(x - h, f)) / (2.0 * h);

				assert_true(fabs((double)pre[i] - slope * (double)grad[i]) < 3e-6);
				sums[i % N] += (double)pre[i];
			}
			for (size_t i = 0; i < N; i++)
				assert_true(fabs((double)sum[i] - sums[i]) < 1e-5);
		}
}

static void softmax_and_its_gradient(void **state)
{
	enum { ROWS = 4, N = 21 };
	const float scale = 0.37f;
	float x[ROWS * N], p[ROWS * N], grad[ROWS * N], given[ROWS * N];

	(void)state;
	fill(x, ROWS * N, 5);
	for (size_t i = 0; i < N; i++)
		x[i] *= 90.0f; /* a row with large scores */
	fill(given, ROWS * N, 6);
	for (size_t v = 0; v < version_count(); v++) {
		memcpy(p, x, sizeof x);
		memcpy(grad, given, sizeof grad);
		versions[v]->softmax(matrix_of(p, ROWS, N), scale);
		versions[v]->softmax_backward(matrix_of(grad, ROWS, N), matrix_of(p, ROWS, N), scale);
		for (size_t r = 0; r < ROWS; r++) {
			double total = 0.0, top = -1e9, dot = 0.0;

			for (size_t i = 0; i < N; i++)
				top = fmax(top, (double)x[r * N + i]);
			for (size_t i = 0; i < N; i++)
				total += exp(((double)x[r * N + i] - top) * (double)scale);
			for (size_t i = 0; i < N; i++) {
				double q = exp(((double)x[r * N + i] - top) * (double)scale) / total;

				assert_true(fabs((double)p[r * N + i] - q) < 1e-6);
				dot += q * (double)given[r * N + i];
			}
			for (size_t i = 0; i < N; i++) {
				double q = exp(((double)x[r * N + i] - top) * (double)scale) / total;

				assert_true(fabs((double)grad[r * N + i] -
						 q * ((double)given[r * N + i] - dot) * (double)scale) < 1e-6);
			}
		}
	}
}

enum { NORM_ROWS = 3, NORM_N = 27 };

/* Σ weight ∘ norm(...) in double: what the gradients are checked against. */
static double norm_sum(const double *y, const float *gamma, const float *beta, const float *weight, double eps)
{
	double sum = 0.0;

	for (size_t r = 0; r < NORM_ROWS; r++) {
		double mean = 0.0, var = 0.0;

		for (size_t i = 0; i < NORM_N; i++)
			mean += y[r * NORM_N + i] / NORM_N;
		for (size_t i = 0; i < NORM_N; i++)
			var += (y[r * NORM_N + i] - mean) * (y[r * NORM_N + i] - mean) / NORM_N;
		for (size_t i = 0; i < NORM_N; i++)
			sum += (double)weight[r * NORM_N + i] *
			       ((y[r * NORM_N + i] - mean) / sqrt(var + eps) * (double)gamma[i] + (double)beta[i]);
	}
	return sum;
}

static void norm_and_its_gradient(void **state)
{
	enum { COUNT = NORM_ROWS * NORM_N };
	const double eps = 1e-3, h = 1e-5;
	float y[COUNT], residual[COUNT], bias[NORM_N], gamma[NORM_N], beta[NORM_N], weight[COUNT];
	float hat[COUNT], out[COUNT], inverse[NORM_ROWS];
	uint8_t mask[COUNT];
	double input[COUNT], sum;

	(void)state;
	fill(y, COUNT, 7);
	fill(residual, COUNT, 8);
	fill(bias, NORM_N, 9);
	fill(gamma, NORM_N, 10);
	fill(beta, NORM_N, 11);
	fill(weight, COUNT, 12);
	for (size_t i = 0; i < COUNT; i++) {
		mask[i] = i % 3 != 0;
		input[i] = ((double)y[i] + (double)bias[i % NORM_N]) * (mask[i] ? 1.5 : 0.0) + (double)residual[i];
	}
	for (size_t v = 0; v < version_count(); v++) {
		float gamma_grad[NORM_N] = { 0 }, beta_grad[NORM_N] = { 0 };

		memcpy(hat, y, sizeof y);
		versions[v]->norm(matrix_of(out, NORM_ROWS, NORM_N), matrix_of(hat, NORM_ROWS, NORM_N), inverse, bias,
				  (struct dropout){ mask, 1.5f }, matrix_of(residual, NORM_ROWS, NORM_N),
				  (struct norm){ gamma, beta, (float)eps });
		sum = 0.0;
		for (size_t i = 0; i < COUNT; i++)
			sum += (double)out[i] * (double)weight[i];
		assert_true(fabs(sum - norm_sum(input, gamma, beta, weight, eps)) < 1e-4);
		versions[v]->norm_backward(matrix_of(hat, NORM_ROWS, NORM_N), inverse,
					   matrix_of(weight, NORM_ROWS, NORM_N), gamma, gamma_grad, beta_grad);
		for (size_t i = 0; i < COUNT; i++) {
			double kept = input[i], slope;

			input[i] = kept + h;
			slope = norm_sum(input, gamma, beta, weight, eps);
			input[i] = kept - h;
			slope = (slope - norm_sum(input, gamma, beta, weight, eps)) / (2.0 * h);
			input[i] = kept;
			assert_true(fabs((double)hat[i] - slope) < 5e-6);
		}
		for (size_t i = 0; i < NORM_N; i++) {
			float moved[NORM_N];
			double slope, expected = 0.0;

			memcpy(moved, gamma, sizeof moved);
			moved[i] += 0.5f;
			slope = norm_sum(input, moved, beta, weight, eps);
			moved[i] -= 1.0f;
			slope -= norm_sum(input, moved, beta, weight, eps);
			assert_true(fabs((double)gamma_grad[i] - slope) < 5e-6);
			for (size_t r = 0; r < NORM_ROWS; r++)
				expected += (double)weight[r * NORM_N + i];
			assert_true(fabs((double)beta_grad[i] - expected) < 1e-6);
		}
	}
}

static void adamw_as_written(void **state)
{
	enum { N = 21 };
	float start[N], g[N], p[N], m[N], v[N];
	const struct adamw a = { .scale = 0.4f,
				 .beta1 = 0.9f,
				 .beta2 = 0.999f,
				 .rest1 = 0.1f,
				 .rest2 = 0.001f,
				 .eps = 1e-8f,
				 .step = 0.01f,
				 .decay = 0.003f };

	(void)state;
	fill(start, N, 13);
	fill(g, N, 14);
	for (size_t k = 0; k < version_count(); k++) {
		memcpy(p, start, sizeof p);
		for (size_t i = 0; i < N; i++) {
			m[i] = 0.1f * start[i];
			v[i] = start[i] * start[i];
		}
		versions[k]->adamw(p, m, v, g, N, &a);
		for (size_t i = 0; i < N; i++) {
			double s = (double)start[i], gi = 0.4 * (double)g[i];
			double mi = 0.9 * 0.1 * s + 0.1 * gi, vi = 0.999 * s * s + 0.001 * gi * gi;
			double pi = s - 0.01 * mi / (sqrt(vi) + 1e-8);

			pi -= 0.003 * pi;
			assert_true(fabs((double)p[i] - pi) < 3e-7 && fabs((double)m[i] - mi) < 1e-7);
			assert_true(fabs((double)v[i] - vi) < 3e-7 * vi);
		}
	}
}

static void sums_and_squares(void **state)
{
	enum { ROWS = 7, N = 5003 };
	float *x = array_new(ROWS, N, sizeof *x), *sum = array_new(N, 1, sizeof *sum);

	(void)state;
	fill(x, ROWS * N, 15);
	for (size_t v = 0; v < version_count(); v++) {
		double squares = 0.0;

		for (size_t i = 0; i < ROWS * N; i++)
			squares += (double)x[i] * (double)x[i];
		assert_true(fabs(versions[v]->squares(x, ROWS * N) / squares - 1.0) < 1e-6);
		memset(sum, 0, N * sizeof *sum);
		versions[v]->sum(sum, matrix_of(x, ROWS, N));
		for (size_t i = 0; i < N; i++) {
			double expected = 0.0;

			for (size_t r = 0; r < ROWS; r++)
				expected += (double)x[r * N + i];
			assert_true(fabs((double)sum[i] - expected) < 1e-5);
		}
	}
	free(x);
	free(sum);
}

enum { SAME_ROWS = 5, SAME_N = 83, SAME_COUNT = SAME_ROWS * SAME_N };

/* What every function makes of random rows of n elements, one result behind the other. */
static void all_results(const struct vector_table *t, size_t n, float *out)
{
	struct block {
		float a[SAME_COUNT], b[SAME_COUNT], pre[2 * SAME_COUNT], bias[2 * SAME_N], sum[2 * SAME_N];
		float inverse[SAME_ROWS], gamma[SAME_N], gamma_grad[SAME_N];
	} w;
	const struct matrix a = matrix_of(w.a, SAME_ROWS, n), b = matrix_of(w.b, SAME_ROWS, n);
	const struct matrix pre = matrix_of(w.pre, SAME_ROWS, n), gates = matrix_of(w.pre, SAME_ROWS, 2 * n);
	uint8_t mask[SAME_COUNT];
	double squares;

	fill((float *)&w, sizeof w / sizeof(float), n);
	for (size_t i = 0; i < SAME_COUNT; i++)
		mask[i] = i % 7 != 0;
#define KEEP() memcpy(out, &w, sizeof w), out += sizeof w / sizeof(float)
	t->exp(w.a, w.b, SAME_ROWS * n);
	t->log(w.b, w.a, SAME_ROWS * n);
	KEEP();
	for (enum vector_activation f = VECTOR_GELU; f <= VECTOR_RELU; f++) {
		t->activate(a, pre, w.bias, f);
		t->activate_backward(pre, b, w.sum, f);
		KEEP();
		t->gate(a, gates, w.bias, f);
		t->gate_backward(gates, b, w.sum, f);
		KEEP();
	}
	t->softmax(a, 0.3f);
	t->softmax_backward(b, a, 0.3f);
	KEEP();
	t->norm(a, b, w.inverse, w.bias, (struct dropout){ mask, 1.5f }, pre,
		(struct norm){ w.gamma, w.bias, 1e-3f });
	t->norm_backward(b, w.inverse, pre, w.gamma, w.gamma_grad, w.sum);
	t->bias(a, w.bias);
	t->sum(w.sum, a);
	t->add(b, a);
	t->dropout(a, a, (struct dropout){ mask, 1.5f });
	KEEP();
	squares = t->squares(w.pre, n * SAME_ROWS);
	memcpy(w.sum, &squares, sizeof squares);
	t->adamw(w.a, w.b, w.pre, w.bias, n,
		 &(struct adamw){ 0.4f, 0.9f, 0.999f, 0.1f, 0.001f, 1e-8f, 0.01f, 0.003f });
	KEEP();
#undef KEEP
}

static void instructions_do_not_matter(void **state)
{
	const size_t room = 16 * (8 * SAME_COUNT);

	(void)state;
	if (version_count() < 3) {
		print_message("skipped: this processor has one width of vectors\n");
		skip();
	}
	for (size_t n = 1; n <= SAME_N; n++) {
		float *narrow = array_new(room, 1, sizeof *narrow), *wide = array_new(room, 1, sizeof *wide);

		all_results(&vector_avx2, n, narrow);
		all_results(&vector_avx512, n, wide);
		assert_memory_equal(narrow, wide, room * sizeof *narrow);
		free(narrow);
		free(wide);
	}
}

/* The masks are those of the generator's definition, element by element. */
static void masks_follow_the_generator(void **state)
{
	uint8_t mask[203];

	(void)state;
	dropout_mask(mask, sizeof mask, 0.1, 0x123456789abcdefull, 7, 5, 3);
	for (uint32_t e = 0; e < sizeof mask; e++) {
		const uint32_t counter[4] = { 7, 5, 3, e / 4 };
		uint32_t words[4];

		philox_block(words, counter, 0x123456789abcdefull);
		assert_int_equal(mask[e], words[e % 4] >= 429496729u);
	}
}

/* Share of drops within five standard deviations, and no correlation of
 * neighbours or of one update with the next. */
static void masks_are_random(void **state)
{
	enum { N = 400000 };
	uint8_t *a = malloc(N), *b = malloc(N);
	double dropped = 0.0, pairs = 0.0, both = 0.0;
	const double p = 0.1;

	(void)state;
	dropout_mask(a, N, p, 42, 1, 2, 3);
	dropout_mask(b, N, p, 42, 2, 2, 3);
	for (size_t i = 0; i < N; i++) {
		dropped += !a[i];
		both += !a[i] && !b[i];
		pairs += i > 0 && !a[i] && !a[i - 1];
	}
	assert_true(fabs(dropped - p * N) < 5.0 * sqrt(N * p * (1.0 - p)));
	assert_true(fabs(both - p * p * N) < 5.0 * sqrt(N * p * p));
	assert_true(fabs(pairs - p * p * N) < 5.0 * sqrt(N * p * p));
	free(a);
	free(b);
}

static void dropout_scales_what_it_keeps(void **state)
{
	enum { ROWS = 3, N = 13 };
	float x[ROWS * N], y[ROWS * N];
	uint8_t mask[ROWS * N];

	(void)state;
	fill(x, ROWS * N, 16);
	dropout_mask(mask, ROWS * N, 0.5, 1, 1, 1, 1);
	for (size_t v = 0; v < version_count(); v++) {
		versions[v]->dropout(matrix_of(y, ROWS, N), matrix_of(x, ROWS, N), (struct dropout){ mask, 2.0f });
		for (size_t i = 0; i < ROWS * N; i++)
			assert_true(y[i] == (mask[i] ? 2.0f * x[i] : 0.0f));
		versions[v]->dropout(matrix_of(y, ROWS, N), matrix_of(x, ROWS, N), (struct dropout){ NULL, 1.0f });
		assert_memory_equal(x, y, sizeof x);
	}
}

/* Of n values x, each kept as x/(1 − p) or made 0: mean x and variance
 * x² p/(1 − p), within five standard errors of either. */
static void dropout_has_its_mean_and_variance(void **state)
{
	enum { SENTENCES = 500, N = 2000 };
	static const double rates[] = { 0.1, 0.25, 0.5, 0.9 };
	const double x = 1.7, count = (double)SENTENCES * N;
	static float in[N], out[N];
	static uint8_t mask[N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		in[i] = (float)x;
	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
		const double p = rates[r], odds = p / (1.0 - p), expected = x * x * odds;
		const double fourth = pow(x, 4.0) * ((1.0 - p) * pow(odds, 4.0) + p);
		double mean = 0.0, variance = 0.0;

		for (uint32_t sentence = 0; sentence < SENTENCES; sentence++) {
			dropout_mask(mask, N, p, 77, 3, 5, sentence);
			versions[0]->dropout(matrix_of(out, 1, N), matrix_of(in, 1, N),
					     (struct dropout){ mask, (float)(1.0 / (1.0 - p)) });
			for (size_t i = 0; i < N; i++) {
				mean += (double)out[i] / count;
				variance += ((double)out[i] - x) * ((double)out[i] - x) / count;
			}
		}
		assert_true(fabs(mean - x) < 5.0 * sqrt(expected / count));
		assert_true(fabs(variance - expected) < 5.0 * sqrt((fourth - expected * expected) / count) + 1e-6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_keep_their_bounds),
		cmocka_unit_test(functions_at_their_ends),
		cmocka_unit_test(functions_do_not_depend_on_place),
		cmocka_unit_test(activation_and_its_derivative),
		cmocka_unit_test(softmax_and_its_gradient),
		cmocka_unit_test(norm_and_its_gradient),
		cmocka_unit_test(adamw_as_written),
		cmocka_unit_test(sums_and_squares),
		cmocka_unit_test(instructions_do_not_matter),
		cmocka_unit_test(masks_follow_the_generator),
		cmocka_unit_test(masks_are_random),
		cmocka_unit_test(dropout_scales_what_it_keeps),
		cmocka_unit_test(dropout_has_its_mean_and_variance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
