/* How near the training of a grid comes to the matrix product's own speed, by
 * processor time: the first epochs of all settings, in the groups and on the
 * threads that `tunescope probe` would train them with.
 *
 *   build/bench/probe [EXAMPLES WIDTH LABELS [GRID [EPOCHS]]]
 *
 * The limit is what the processor's units can do (processor.h); beside it stands OpenBLAS
 * on the largest product of a BERT layer at 800 rows. */
#include "processor.h"

#include "base/array.h"
#include "base/random.h"
#include "base/pool.h"
#include "probe/groups.h"
#include "probe/sweep.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* GFLOP/s of a (800, 768) × (768, 3072) product, the best of several. */
static double product_measure(bool float64)
{
	enum { M = 800, K = 768, N = 3072 };
	size_t size = float64 ? sizeof(double) : sizeof(float);
	void *a = array_new(M, K, size), *b = array_new(K, N, size), *c = array_new(M, N, size);
	double best = 0;

	if (a == NULL || b == NULL || c == NULL)
		exit(3);
	for (int i = 0; i < 12; i++) {
		double start = seconds(CLOCK_THREAD_CPUTIME_ID), speed;

		if (float64)
			cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, M, N, K, 1, a, K, b, N, 0, c, N);
		else
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, M, N, K, 1, a, K, b, N, 0, c, N);
		speed = 2e-9 * M * K * N / (seconds(CLOCK_THREAD_CPUTIME_ID) - start);
		best = speed > best ? speed : best;
	}
	free(a);
	free(b);
	free(c);
	return best;
}

/* Multiplications and additions of an epoch: each weight takes part in two
 * products, and in a third where there is a layer below. */
static double epoch_operations(const struct probe_setting *s, size_t examples, size_t width, size_t classes)
{
	size_t weights = width * s->hidden1 * 2 + (s->hidden1 * s->hidden2 + s->hidden2 * classes) * 3;

	return 2.0 * (double)examples * (double)weights;
}

struct bench {
	size_t examples, width, classes;
	float *x;
	uint32_t *rows, *labels;
};

static void bench_make(struct bench *b)
{
	struct stream s;
	float *centres = array_new(b->classes, b->width, sizeof *centres);

	stream_init(&s, 1);
	b->x = array_new(b->examples, b->width, sizeof *b->x);
	b->rows = array_new(b->examples, 1, sizeof *b->rows);
	b->labels = array_new(b->examples, 1, sizeof *b->labels);
	if (centres == NULL || b->x == NULL || b->rows == NULL || b->labels == NULL)
		exit(3);
	for (size_t i = 0; i < b->classes * b->width; i++)
		centres[i] = (float)(0.2 * stream_normal(&s));
	for (uint32_t i = 0; i < b->examples; i++) {
		b->rows[i] = i;
		b->labels[i] = stream_below(&s, (uint32_t)b->classes);
		for (size_t j = 0; j < b->width; j++)
			b->x[i * b->width + j] = centres[b->labels[i] * b->width + j] + (float)stream_normal(&s);
	}
	free(centres);
}

struct probe_task {
	const struct bench *bench;
	const struct probe_grid *grid;
	const struct groups *groups;
	long epochs;
	bool float64;
};

/* The first epochs of one group. */
static void group_train(void *arg, size_t group, unsigned thread)
{
	const struct probe_task *t = arg;
	const struct bench *b = t->bench;
	const struct probe_setting **settings = array_new(t->grid->count, 1, sizeof(void *));
	struct sweep_result *results = array_new(t->grid->count, 1, sizeof *results);
	struct error err = { 0 };
	struct sweep s = { .name = "bench", .settings = settings, .classes = b->classes, .seed = 1 };

	(void)thread;
	if (settings == NULL || results == NULL)
		exit(3);
	s.max_iter = t->epochs;
	s.float64 = t->float64;
	s.train = (struct sweep_part){ matrix_of(b->x, b->examples, b->width), b->rows, b->labels, b->examples };
	for (size_t i = 0; i < t->grid->count; i++)
		if (t->groups->group_of[i] == group)
			settings[s.count++] = &t->grid->items[i];
	if (sweep_run(results, &s, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(3);
	}
	sweep_results_release(results, s.count);
	free(settings);
	free(results);
}

/* GFLOP/s of a thread's processor time, and those of all by the clock. */
static void bench_grid(struct probe_task *t, unsigned threads)
{
	struct pool *pool = pool_new(threads);
	double operations = 0, limit = processor_limit(1, t->float64), product = product_measure(t->float64), busy,
	       wall;

	if (pool == NULL)
		exit(3);
	for (size_t i = 0; i < t->grid->count; i++)
		operations +=
			1e-9 * (double)t->epochs *
			epoch_operations(&t->grid->items[i], t->bench->examples, t->bench->width, t->bench->classes);
	busy = seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	pool_run(pool, t->groups->count, group_train, t);
	busy = operations / (seconds(CLOCK_PROCESS_CPUTIME_ID) - busy);
	wall = operations / (seconds(CLOCK_MONOTONIC) - wall);
	printf("float%d, %u thread%s: %5.1f GFLOP/s a thread, %3.0f %% of the processor's %5.1f (product alone %3.0f "
	       "%%); "
	       "%5.1f by the clock\n",
	       t->float64 ? 64 : 32, threads, threads == 1 ? " " : "s", busy, 100 * busy / limit, limit,
	       100 * product / limit, wall);
	fflush(stdout);
	pool_free(pool);
}

int main(int argc, char **argv)
{
	struct bench b = { 4282, 384, 46, NULL, NULL, NULL };
	struct probe_grid grid;
	struct groups groups;
	struct probe_task task = { &b, &grid, &groups, 4, false };
	struct error err = { 0 };

	processor_choose_blas(argv);
	if (argc > 3) {
		b.examples = strtoul(argv[1], NULL, 10);
		b.width = strtoul(argv[2], NULL, 10);
		b.classes = strtoul(argv[3], NULL, 10);
	}
	if (argc > 5)
		task.epochs = strtol(argv[5], NULL, 10);
	if (b.examples == 0 || b.width == 0 || b.classes < 2 || task.epochs < 1 ||
	    grid_parse(&grid, argc > 4 ? argv[4] : "paper", &err) < 0 ||
	    groups_deal(&groups, &grid, 0, false, b.classes, &err) < 0) {
		fprintf(stderr, "usage: probe [EXAMPLES WIDTH LABELS [GRID [EPOCHS]]]\n");
		return 2;
	}
	openblas_set_num_threads(1);
	bench_make(&b);
	printf("%zu examples × %zu, %zu labels, %zu settings in %zu groups, %ld epochs, %s\n", b.examples, b.width,
	       b.classes, grid.count, groups.count, task.epochs, openblas_get_corename());
	for (int float64 = 0; float64 < 2; float64++)
		for (unsigned threads = 1; threads <= 2; threads++) {
			task.float64 = float64 != 0;
			bench_grid(&task, threads);
		}
	groups_release(&groups);
	grid_release(&grid);
	free(b.x);
	free(b.rows);
	free(b.labels);
	return 0;
}
