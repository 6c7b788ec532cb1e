/* The online code against one that is worked out by plain loops. */
#include "scene.h"

#include "plain.h"

#include <cblas.h>

/* The bits of the examples known … end − 1 of the order, by a probe that was
 * trained on those before them. */
static double block_bits(const float *x, const uint32_t *order, size_t known, size_t end, double alpha, uint32_t seed,
			 long max_iter)
{
	static const size_t size[4] = { WIDTH, 8, 4, 3 };
	static struct plain n;
	uint32_t classes[TRAIN];
	double bits = 0;

	/* NOUN, VERB, ADJ in turn, and bytewise ADJ, NOUN, VERB. */
	for (size_t i = 0; i < end; i++)
		classes[i] = (order[i] + 1) % 3;
	plain_init(&n, size, alpha, seed);
	assert_true(plain_train(&n, x, order, classes, known, seed, max_iter) > 20);
	for (size_t i = known; i < end; i++) {
		plain_forward(&n, x + order[i] * WIDTH);
		bits -= log2(n.a[3][classes[i]]);
	}
	return bits;
}

static void code_compare(struct scene *s, const char *grid, double alpha, long max_iter)
{
	/* 0.1 % to 1.6 % of 60 examples are none. */
	static const size_t ends[] = { 1, 3, 7, 15, 30, 60 };
	enum { BLOCKS = sizeof ends / sizeof *ends };
	const uint32_t seed = 3;
	uint32_t order[TRAIN];
	struct stream shuffle;
	struct npy x;
	struct table t;
	struct error err = { 0 };
	double total = 0;

	s->job.params.kinds = PROBE_MDL;
	s->job.params.float64 = true;
	s->job.params.grid = grid;
	s->job.params.seed = seed;
	s->job.params.max_iter = max_iter;
	scene_run(s);
	if (npy_open(&x, s->files[0], &err) < 0)
		fail_msg("%s", err.text);
	for (uint32_t i = 0; i < TRAIN; i++)
		order[i] = i;
	stream_init(&shuffle, seed);
	stream_permute(&shuffle, order, TRAIN);
	scene_table(&t, s, "codelength.csv", "layer,fraction,examples,bits,total_bits,compression");
	assert_int_equal(t.rows, BLOCKS);
	for (size_t b = 0; b < BLOCKS; b++) {
		double bits = b == 0 ? log2(3)
				     : block_bits(x.view.data, order, ends[b - 1], ends[b], alpha, seed, max_iter);

		total += bits;
		assert_true(table_number(&t, b, 0) == 2);
		assert_true(fabs(table_number(&t, b, 1) - (double)ends[b] / TRAIN) < 1e-15);
		assert_true(table_number(&t, b, 2) == (double)ends[b]);
		assert_true(fabs(table_number(&t, b, 3) / bits - 1) < 1e-9);
		assert_true(fabs(table_number(&t, b, 4) / total - 1) < 1e-9);
		assert_true(fabs(table_number(&t, b, 5) * total / ((double)ends[b] * log2(3)) - 1) < 1e-9);
	}
	print_message("%g bits, compression %g\n", total, TRAIN * log2(3) / total);
	table_release(&t);
	npy_close(&x);
}

/* Few epochs, and as many as it takes to stop. */
static void test_codelength(void **state)
{
	struct scene s;
	struct table t;

	(void)state;
	scene_make(&s, 1);
	code_compare(&s, "8x4:1e-2", 1e-2, 25);
	code_compare(&s, "8x4:1", 1, 5000);
	/* A code alone asks for no final runs. */
	scene_table(&t, &s, "accuracy.csv", accuracy_header);
	assert_int_equal(t.rows, 0);
	table_release(&t);
	scene_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codelength),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
