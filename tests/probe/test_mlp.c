/* The backward pass against finite differences, in double; the padding; the
 * vectors of the update. */
#define REAL_DOUBLE
#include "support.h"

#include "probe/sweep_types.h"
#include "probe/mlp.h"

enum { N = 9, WIDTH = 5 };

struct fixture {
	float x[N * WIDTH];
	uint32_t rows[N], classes[N];
	struct probe_setting settings[2];
	const struct probe_setting *pointers[2];
	struct sweep_result results[2];
	struct sweep sweep;
	struct mlp_trainer trainer;
};

static void fixture_make(struct fixture *f, size_t classes, bool hidden)
{
	struct stream s;
	struct error err = { 0 };

	stream_init(&s, 11);
	memset(f, 0, sizeof *f);
	f->settings[0] = hidden ? (struct probe_setting){ 6, 3, 0.7 } : (struct probe_setting){ 0, 0, 0.7 };
	f->settings[1] = hidden ? (struct probe_setting){ 4, 9, 0.02 } : (struct probe_setting){ 0, 0, 0.02 };
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
	if (mlp_init(&f->trainer, f->results, &f->sweep, &err) < 0)
		fail_msg("%s", err.text);
	mlp_gather(&f->trainer, &f->sweep.train, NULL, 0, N);
}

/* Mean loss of one network at its present weights, penalty included. */
static double loss_at(struct fixture *f, size_t k)
{
	struct mlp_trainer *t = &f->trainer;
	struct network *n = &t->networks[k];
	double squares = 0;

	for (size_t l = 0; l < t->depth; l++)
		for (size_t i = 0; i < n->layers[l].w.rows * n->layers[l].w.columns; i++)
			squares += pow(n->layers[l].w.data[i], 2);
	return (batch_loss(t, network_forward(t, n, N)) + 0.5 * f->settings[k].alpha * squares) / N;
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
	mlp_step(&moved.trainer, N);
	for (size_t k = 0; k < 2; k++) {
		assert_true(fabs(moved.trainer.networks[k].loss / N - loss_at(&still, k)) < 1e-12);
		for (size_t l = 0; l < still.trainer.depth; l++) {
			struct mlp_layer *a = &moved.trainer.networks[k].layers[l];
			struct mlp_layer *b = &still.trainer.networks[k].layers[l];

			for (size_t i = 0; i < b->fan_in; i++)
				for (size_t j = 0; j < b->fan_out; j++, compared++)
					largest = fmax(
						largest,
						fabs(a->m[i * a->w.columns + j] / 0.1 -
						     difference_at(&still, k, &b->w.data[i * b->w.columns + j])));
			for (size_t j = 0; j < b->fan_out; j++, compared++)
				largest = fmax(largest, fabs(a->bm[j] / 0.1 - difference_at(&still, k, &b->b[j])));
		}
	}
	print_message("%zu classes: %zu gradients, largest difference %.1e\n", classes, compared, largest);
	assert_true(compared >= 2 * WIDTH);
	assert_true(largest < 1e-8);
	mlp_release(&moved.trainer);
	mlp_release(&still.trainer);
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
		mlp_step(&f.trainer, N);
	for (size_t k = 0; k < 2; k++) {
		for (size_t l = 0; l < LEVELS; l++) {
			const struct mlp_layer *layer = &f.trainer.networks[k].layers[l];

			for (size_t i = 0; i < layer->w.rows; i++)
				for (size_t j = 0; j < layer->w.columns; j++)
					if (i >= layer->fan_in || j >= layer->fan_out)
						assert_true(layer->w.data[i * layer->w.columns + j] == 0);
		}
	}
	mlp_release(&f.trainer);
}

/* The vectors of Adam against its formula. */
static void test_adam(void **state)
{
	enum { ROWS = 3, COUNT = 16 };
	real w[ROWS * COUNT], m[ROWS * COUNT], v[ROWS * COUNT], g[ROWS * COUNT], kept[3][ROWS * COUNT];
	struct adam a = { 3e-4, 0.3, 1.0 / 7 };
	double squares = 0;
	struct stream s;

	(void)state;
	stream_init(&s, 3);
	for (size_t i = 0; i < ROWS * COUNT; i++) {
		w[i] = kept[0][i] = stream_normal(&s);
		m[i] = kept[1][i] = stream_normal(&s);
		v[i] = kept[2][i] = stream_uniform(&s);
		g[i] = stream_normal(&s);
		squares += w[i] * w[i];
	}
	assert_true(fabs(adam_update(w, m, v, g, ROWS, COUNT, a) - squares) < 1e-12);
	for (size_t i = 0; i < ROWS * COUNT; i++) {
		double grad = (g[i] + 0.3 * kept[0][i]) / 7;
		double first = 0.9 * kept[1][i] + 0.1 * grad, second = 0.999 * kept[2][i] + 0.001 * grad * grad;

		assert_true(fabs(m[i] - first) < 1e-15);
		assert_true(fabs(v[i] - second) < 1e-15);
		assert_true(fabs(w[i] - (kept[0][i] - 3e-4 * first / (sqrt(second) + 1e-8))) < 1e-15);
	}
}

/* Our own exp and log against the C library's. */
static void test_double(void **state)
{
	doubles edge = { -1e30, 1e30, -709, 0 };
	double exps = 0, logs = 0;

	(void)state;
	for (int i = -28000; i < 28000; i++) {
		doubles x = { i / 40.0, i * 1e-5, i * 1e-9 - 0.3, -i / 41.0 }, e = x, l;

		double_exp(&e);
		for (int k = 0; k < 4; k++) {
			exps = fmax(exps, fabs(e[k] / exp(x[k]) - 1));
			x[k] = k == 0 ? fabs(x[k]) + 1e-300 : k == 1 ? 1 + x[k] : exp(x[k]);
		}
		l = x;
		double_log(&l);
		for (int k = 0; k < 4; k++)
			logs = fmax(logs, fabs(l[k] - log(x[k])) / fmax(1, fabs(log(x[k]))));
	}
	print_message("exp differs by %.1e, log by %.1e\n", exps, logs);
	assert_true(exps < 1e-15 && logs < 1e-15);
	double_exp(&edge);
	assert_true(edge[0] == 0 && edge[1] > 8e307 && isfinite(edge[1]) && edge[2] == 0 && edge[3] == 1);
}

/* The translation units for AVX2 and for any processor do the same. */
static void test_instructions(void **state)
{
#if defined(__x86_64__)
	static struct fixture f;
	struct sweep_result r[2][2] = { 0 };
	struct error err = { 0 };

	(void)state;
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		skip();
	fixture_make(&f, 4, true);
	mlp_release(&f.trainer);
	f.sweep.max_iter = 20;
	for (int float64 = 0; float64 < 2; float64++) {
		assert_int_equal((float64 ? sweep_run_f64_plain : sweep_run_f32_plain)(r[0], &f.sweep, &err), 0);
		assert_int_equal((float64 ? sweep_run_f64_avx2 : sweep_run_f32_avx2)(r[1], &f.sweep, &err), 0);
		for (size_t k = 0; k < 2; k++) {
			assert_int_equal(r[0][k].epochs, 20);
			for (size_t e = 0; e < 20; e++)
				assert_true(fabs(r[0][k].losses[e] - r[1][k].losses[e]) < (float64 ? 1e-13 : 2e-6));
		}
		for (size_t k = 0; k < 2; k++)
			sweep_results_release(r[k], 2);
	}
#else
	(void)state;
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients), cmocka_unit_test(test_padding),      cmocka_unit_test(test_adam),
		cmocka_unit_test(test_double),    cmocka_unit_test(test_instructions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
