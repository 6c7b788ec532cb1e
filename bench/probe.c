/* How near the training of a grid comes to the matrix product's own speed, on
 * one core, by processor time. Usage: probe [EXAMPLES WIDTH LABELS [GRID [WIDE]]]
 *
 * The limit is OpenBLAS on the largest product of a BERT layer at 800 rows. */
#include "base/array.h"
#include "base/random.h"
#include "probe/sweep.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double processor_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* GFLOP/s of a (800, 768) × (768, 3072) product, the best of several. */
static double limit_measure(bool float64)
{
	enum { M = 800, K = 768, N = 3072 };
	size_t size = float64 ? sizeof(double) : sizeof(float);
	void *a = array_new(M, K, size), *b = array_new(K, N, size), *c = array_new(M, N, size);
	double best = 0;

	if (a == NULL || b == NULL || c == NULL)
		exit(3);
	for (int i = 0; i < 12; i++) {
		double start = processor_time(), speed;

		if (float64)
			cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, M, N, K, 1, a, K, b, N, 0, c, N);
		else
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, M, N, K, 1, a, K, b, N, 0, c, N);
		speed = 2e-9 * M * K * N / (processor_time() - start);
		best = speed > best ? speed : best;
	}
	free(a);
	free(b);
	free(c);
	return best;
}

/* Multiplications and additions of an epoch: each weight takes part in two
 * products, and in a third where there is a layer below. */
static double epoch_operations(const struct setting *s, size_t examples, size_t width, size_t classes)
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

/* A few epochs of the grid, `wide` settings at a time. */
static double bench_grid(const struct bench *b, const struct settings *g, size_t wide, bool float64)
{
	const struct setting **settings = array_new(g->count, 1, sizeof(void *));
	struct sweep_result *results = array_new(g->count, 1, sizeof *results);
	struct error err = { 0 };
	const long epochs = 4;
	double operations = 0, start = processor_time(), taken;
	size_t groups = (g->count + wide - 1) / wide;

	for (size_t first = 0; first < groups; first++) {
		struct sweep s = {
			.settings = settings, .classes = b->classes, .seed = 1, .max_iter = epochs, .float64 = float64
		};

		s.train = (struct part){ matrix_of(b->x, b->examples, b->width), b->rows, b->labels, b->examples };
		for (size_t i = first; i < g->count; i += groups) {
			settings[s.count++] = &g->items[i];
			operations +=
				(double)epochs * epoch_operations(&g->items[i], b->examples, b->width, b->classes);
		}
		if (sweep_run(results, &s, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			exit(3);
		}
		sweep_results_release(results, s.count);
	}
	taken = processor_time() - start;
	free(settings);
	free(results);
	return 1e-9 * operations / taken;
}

int main(int argc, char **argv)
{
	struct bench b = { 3400, 768, 46, NULL, NULL, NULL };
	struct settings g;
	struct error err = { 0 };
	size_t wide;

	if (argc > 3) {
		b.examples = strtoul(argv[1], NULL, 10);
		b.width = strtoul(argv[2], NULL, 10);
		b.classes = strtoul(argv[3], NULL, 10);
	}
	if (b.examples == 0 || b.width == 0 || b.classes < 2 ||
	    settings_parse(&g, argc > 4 ? argv[4] : "small", &err) < 0) {
		fprintf(stderr, "usage: probe [EXAMPLES WIDTH LABELS [GRID [WIDE]]]\n");
		return 2;
	}
	wide = argc > 5 ? strtoul(argv[5], NULL, 10) : g.count;
	openblas_set_num_threads(1);
	bench_make(&b);
	printf("%zu examples × %zu, %zu labels, %zu settings, %zu side by side, %s\n", b.examples, b.width, b.classes,
	       g.count, wide, openblas_get_corename());
	for (int float64 = 0; float64 < 2; float64++) {
		double limit = limit_measure(float64), speed = bench_grid(&b, &g, wide, float64);

		printf("float%d: %.1f GFLOP/s, product alone %.1f: %.0f %%\n", float64 ? 64 : 32, speed, limit,
		       100 * speed / limit);
	}
	settings_release(&g);
	free(b.x);
	free(b.rows);
	free(b.labels);
	return 0;
}
