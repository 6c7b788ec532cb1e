/* The backward pass against finite differences, in double; and each loop over
 * vectors against the plain one. */
#define REAL_DOUBLE
#include "support.h"

#include "probe/trainer.h"

enum { N = 9, WIDTH = 5 };

struct fixture {
	float x[N * WIDTH];
	uint32_t rows[N], classes[N];
	struct setting settings[2];
	const struct setting *pointers[2];
	struct sweep_result results[2];
	struct sweep sweep;
	struct trainer trainer;
};

static void fixture_make(struct fixture *f, size_t classes, bool hidden)
{
	struct stream s;
	struct error err = { 0 };

	stream_init(&s, 11);
	memset(f, 0, sizeof *f);
	f->settings[0] = hidden ? (struct setting){ 6, 3, 0.7 } : (struct setting){ 0, 0, 0.7 };
	f->settings[1] = hidden ? (struct setting){ 4, 9, 0.02 } : (struct setting){ 0, 0, 0.02 };
	for (size_t k = 0; k < 2; k++)
		f->pointers[k] = &f->settings[k];
	for (size_t i = 0; i < N * WIDTH; i++)
		f->x[i] = (float)stream_normal(&s);
	for (uint32_t i = 0; i < N; i++) {
		f->rows[i] = N - 1 - i;
		f->classes[i] = i % (uint32_t)classes;
	}
	f->sweep = (struct sweep){ .settings = f->pointers,
		                   .count = 2,
		                   .train = { matrix_of(f->x, N, WIDTH), f->rows, f->classes, N },
		                   .classes = classes,
		                   .seed = 5,
		                   .max_iter = 1 };
	if (trainer_init(&f->trainer, f->results, &f->sweep, &err) < 0)
		fail_msg("%s", err.text);
	trainer_gather(&f->trainer, &f->sweep.train, NULL, 0, N);
}

/* Mean loss of one network at its present weights, penalty included. */
static double loss_at(struct fixture *f, size_t k)
{
	struct trainer *t = &f->trainer;
	struct network *n = &t->networks[k];
	double squares = 0;

	trainer_forward(t, N);
	for (size_t l = 0; l < t->depth; l++)
		for (size_t i = 0; i < n->layers[l].w.rows; i++)
			for (size_t j = 0; j < n->layers[l].w.columns; j++)
				squares += pow(n->layers[l].w.data[i * n->layers[l].w.stride + j], 2);
	return (network_loss(t, n, N) + 0.5 * f->settings[k].alpha * squares) / N;
}

/* The gradient of one weight or bias by central differences. */
static double difference_at(struct fixture *f, size_t k, real *w)
{
	const double h = 1e-6;
	real kept = *w;
	double above, below;

	*w = kept + h;
	above = loss_at(f, k);
	*w = kept - h;
	below = loss_at(f, k);
	*w = kept;
	return (above - below) / (2 * h);
}

/* One step from moments of zero leaves m = (1 − b1)·gradient. */
static void gradients_compare(size_t classes, bool hidden)
{
	static struct fixture moved, still;
	double largest = 0;
	size_t compared = 0;

	fixture_make(&moved, classes, hidden);
	fixture_make(&still, classes, hidden);
	trainer_step(&moved.trainer, N);
	for (size_t k = 0; k < 2; k++) {
		assert_true(fabs(moved.trainer.networks[k].loss / N - loss_at(&still, k)) < 1e-12);
		for (size_t l = 0; l < still.trainer.depth; l++) {
			struct layer *a = &moved.trainer.networks[k].layers[l];
			struct layer *b = &still.trainer.networks[k].layers[l];

			for (size_t i = 0; i < b->fan_in; i++)
				for (size_t j = 0; j < b->fan_out; j++, compared++)
					largest = fmax(largest, fabs(a->m[i * a->w.stride + j] / 0.1 -
					                             difference_at(&still, k, &b->w.data[i * b->w.stride + j])));
			for (size_t j = 0; j < b->fan_out; j++, compared++)
				largest = fmax(largest, fabs(a->bm[j] / 0.1 - difference_at(&still, k, &b->b[j])));
		}
	}
	print_message("%zu classes: %zu gradients, largest difference %.1e\n", classes, compared, largest);
	assert_true(compared >= 2 * WIDTH);
	assert_true(largest < 1e-8);
	trainer_release(&moved.trainer);
	trainer_release(&still.trainer);
}

static void test_gradients(void **state)
{
	(void)state;
	gradients_compare(4, true);
	gradients_compare(2, true);
	gradients_compare(3, false);
	gradients_compare(2, false);
}

/* Padding never takes a value: its weights are zero after any number of steps. */
static void test_padding(void **state)
{
	static struct fixture f;

	(void)state;
	fixture_make(&f, 3, true);
	for (int step = 0; step < 5; step++)
		trainer_step(&f.trainer, N);
	for (size_t k = 0; k < 2; k++) {
		for (size_t l = 0; l < LEVELS; l++) {
			const struct layer *layer = &f.trainer.networks[k].layers[l];

			for (size_t i = 0; i < layer->w.rows; i++)
				for (size_t j = 0; j < layer->w.columns; j++)
					if (i >= layer->fan_in || j >= layer->fan_out)
						assert_true(layer->w.data[i * layer->w.stride + j] == 0);
		}
	}
	trainer_release(&f.trainer);
}

#if defined(__x86_64__)
static void test_adam(void **state)
{
	enum { COUNT = 64 };
	real w[2][COUNT], m[2][COUNT], v[2][COUNT], g[COUNT], squares[2];
	struct adam a = { 3e-4, 0.3, 1.0 / 7 };
	struct stream s;

	(void)state;
	if (!real_has_vectors())
		skip();
	stream_init(&s, 3);
	for (size_t i = 0; i < COUNT; i++) {
		w[0][i] = w[1][i] = stream_normal(&s);
		m[0][i] = m[1][i] = stream_normal(&s);
		v[0][i] = v[1][i] = stream_uniform(&s);
		g[i] = stream_normal(&s);
	}
	squares[0] = adam_row_plain(w[0], m[0], v[0], g, COUNT, a);
	squares[1] = adam_row_avx2(w[1], m[1], v[1], g, COUNT, a);
	assert_true(fabs(squares[0] - squares[1]) < 1e-12);
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(fabs(w[0][i] - w[1][i]) < 1e-15);
		assert_true(fabs(m[0][i] - m[1][i]) < 1e-15);
		assert_true(fabs(v[0][i] - v[1][i]) < 1e-15);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_padding),
#if defined(__x86_64__)
		cmocka_unit_test(test_adam),
#endif
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
