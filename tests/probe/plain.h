/* A probe as its formulas stand (probe/sweep.h), in plain loops and doubles: the
 * slow reference of the fast one. One batch an epoch, three labels or more. */
#ifndef TESTS_PROBE_PLAIN_H
#define TESTS_PROBE_PLAIN_H

#include "support.h"

#include "base/random.h"
#include "probe/draw.h"

#include <math.h>
#include <string.h>

enum { PLAIN_UNITS = 20, PLAIN_EXAMPLES = 200 };

struct plain {
	size_t size[4]; /* units, the input's first */
	/* Weights (size[l], size[l + 1]), then a row of biases; moments; gradients. */
	double w[3][PLAIN_UNITS][PLAIN_UNITS], m[3][PLAIN_UNITS][PLAIN_UNITS], v[3][PLAIN_UNITS][PLAIN_UNITS];
	double g[3][PLAIN_UNITS][PLAIN_UNITS];
	double a[4][PLAIN_UNITS]; /* outputs of the example at hand */
	double alpha;
};

static inline void plain_init(struct plain *n, const size_t size[4], double alpha, uint32_t seed)
{
	gsl_rng *stream = draw_new(seed);

	memset(n, 0, sizeof *n);
	memcpy(n->size, size, sizeof n->size);
	n->alpha = alpha;
	for (size_t l = 0; l < 3; l++) {
		double bound = sqrt(6.0 / (double)(size[l] + size[l + 1]));

		assert_true(size[l] < PLAIN_UNITS && size[l + 1] <= PLAIN_UNITS);
		for (size_t i = 0; i <= size[l]; i++)
			for (size_t j = 0; j < size[l + 1]; j++)
				n->w[l][i][j] = draw_uniform(stream, -bound, bound);
	}
	gsl_rng_free(stream);
}

/* Fills a[3] with the probabilities of the labels. */
static inline void plain_forward(struct plain *n, const float *x)
{
	double sum = 0;

	for (size_t i = 0; i < n->size[0]; i++)
		n->a[0][i] = x[i];
	for (size_t l = 0; l < 3; l++) {
		for (size_t j = 0; j < n->size[l + 1]; j++) {
			double z = n->w[l][n->size[l]][j];

			for (size_t i = 0; i < n->size[l]; i++)
				z += n->a[l][i] * n->w[l][i][j];
			n->a[l + 1][j] = l < 2 ? fmax(z, 0) : exp(z);
		}
	}
	for (size_t j = 0; j < n->size[3]; j++)
		sum += n->a[3][j];
	for (size_t j = 0; j < n->size[3]; j++)
		n->a[3][j] /= sum;
}

/* Adds an example's gradient; returns its loss. */
static inline double plain_backward(struct plain *n, const float *x, uint32_t class)
{
	double delta[4][PLAIN_UNITS] = { 0 };

	plain_forward(n, x);
	for (size_t j = 0; j < n->size[3]; j++)
		delta[3][j] = n->a[3][j] - (j == class);
	for (size_t l = 3; l-- > 0;) {
		for (size_t j = 0; j < n->size[l + 1]; j++) {
			for (size_t i = 0; i < n->size[l]; i++) {
				n->g[l][i][j] += n->a[l][i] * delta[l + 1][j];
				if (n->a[l][i] > 0)
					delta[l][i] += n->w[l][i][j] * delta[l + 1][j];
			}
			n->g[l][n->size[l]][j] += delta[l + 1][j];
		}
	}
	return -log(n->a[3][class]);
}

/* Adam's step `t`, from the gradient of `count` examples; returns Σ‖W‖² before. */
static inline double plain_update(struct plain *n, double t, double count)
{
	double squares = 0, rate = 1e-3 * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t));

	for (size_t l = 0; l < 3; l++)
		for (size_t i = 0; i <= n->size[l]; i++)
			for (size_t j = 0; j < n->size[l + 1]; j++) {
				double w = n->w[l][i][j], penalty = i < n->size[l] ? n->alpha * w : 0;
				double g = (n->g[l][i][j] + penalty) / count;

				squares += i < n->size[l] ? w * w : 0;
				n->m[l][i][j] = 0.9 * n->m[l][i][j] + 0.1 * g;
				n->v[l][i][j] = 0.999 * n->v[l][i][j] + 0.001 * g * g;
				n->w[l][i][j] -= rate * n->m[l][i][j] / (sqrt(n->v[l][i][j]) + 1e-8);
				n->g[l][i][j] = 0;
			}
	return squares;
}

/* Trains on the rows; returns the epochs. */
static inline long plain_train(struct plain *n, const float *x, const uint32_t *rows, const uint32_t *classes,
			       size_t count, uint64_t seed, long max_iter)
{
	uint32_t order[PLAIN_EXAMPLES];
	struct stream shuffle;
	double best = INFINITY;
	long epoch = 0;

	assert_true(count <= PLAIN_EXAMPLES);
	stream_init(&shuffle, seed);
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (int bad = 0; epoch < max_iter && bad <= 10;) {
		double loss = 0;

		epoch++;
		stream_permute(&shuffle, order, count);
		for (size_t i = 0; i < count; i++)
			loss += plain_backward(n, x + rows[order[i]] * n->size[0], classes[order[i]]);
		loss += 0.5 * n->alpha * plain_update(n, (double)epoch, (double)count);
		loss /= (double)count;
		bad = loss > best - 1e-4 ? bad + 1 : 0;
		best = fmin(best, loss);
	}
	return epoch;
}

#endif
