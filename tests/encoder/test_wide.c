/* A model whose matrices are several tiles and panels each way, with all kernels that
 * the processor has: against plain loops, alone and among others, and with any
 * number of threads. */
#include "encoder/family.h"
#include "encoder/tiny.h"

#include "base/random.h"
#include "encoder/inference.h"
#include "training/mlm_head.h"
#include "training/trainer.h"
#include "num/kernels.h"

enum { HIDDEN = 320, WIDE = 1280, HEADS = 5, LAYERS = 2, VOCABULARY = 700, POSITIONS = 48, SENTENCES = 12 };

/* Sentences of random pieces, every fifth of which is to be guessed. */
struct wide {
	struct encoder_model model;
	struct packed_sentence sentences[SENTENCES];
	size_t start[SENTENCES + 1];
	int32_t ids[SENTENCES * POSITIONS], targets[SENTENCES * POSITIONS];
};

static struct wide *wide_new(void)
{
	const struct encoder_shape shape = { .family = &bert_family,
					     .hidden = HIDDEN,
					     .embedding = HIDDEN,
					     .drops_out = true,
					     .drops_down = true,
					     .layers = LAYERS,
					     .heads = HEADS,
					     .intermediate = WIDE,
					     .vocabulary = VOCABULARY,
					     .positions = POSITIONS,
					     .types = 2,
					     .layer_norm_eps = 1e-12,
					     .initializer_range = 0.05 };
	struct wide *w = calloc(1, sizeof *w);
	struct error err = { 0 };
	struct stream s;

	assert_non_null(w);
	assert_ok(model_init(&w->model, &shape, HEAD_MLM, 0, 0, &err), err);
	model_randomize(&w->model, 3);
	stream_init(&s, 4);
	for (size_t i = 0; i < w->model.size - w->model.vectors; i++) /* biases that are not 0 */
		w->model.weights[w->model.vectors + i] += (float)(0.1 * stream_normal(&s));
	for (size_t i = 0; i < SENTENCES; i++) {
		size_t length = i == 3 ? 3 : POSITIONS - 2 * i;

		w->start[i + 1] = w->start[i] + length;
		w->sentences[i] = (struct packed_sentence){
			.ids = w->ids + w->start[i], .length = length, .source = i, .number = (uint32_t)i
		};
	}
	for (size_t p = 0; p < w->start[SENTENCES]; p++) {
		w->ids[p] = (int32_t)(stream_uniform(&s) * VOCABULARY);
		w->targets[p] = p % 5 == 0 ? (int32_t)(p * 7 % VOCABULARY) : -1;
	}
	return w;
}

static void wide_free(struct wide *w)
{
	model_release(&w->model);
	free(w);
}

/* Hidden states: layers one after the other, each (rows, hidden), the sentences
 * end to end. */
struct states {
	const struct wide *wide;
	float *rows;
};

static void keep(void *arg, const struct group_view *v, size_t layer, struct matrix output,
		 struct encoder_scratch *scratch)
{
	const struct states *s = arg;

	(void)scratch;
	for (size_t i = v->group->first; i < v->group->first + v->group->count; i++) {
		const struct packed_sentence *p = &v->pack->sentences[i];

		memcpy(s->rows + (layer * s->wide->start[SENTENCES] + s->wide->start[p->source]) * HIDDEN,
		       matrix_row(output, p->row - v->group->row), p->length * HIDDEN * sizeof(float));
	}
}

static float *states_of(const struct wide *w, size_t first, size_t count, unsigned threads)
{
	struct states s = { w, array_new((LAYERS + 1) * w->start[SENTENCES], HIDDEN, sizeof(float)) };
	struct context ctx = { .pool = pool_new(threads) };
	struct error err = { 0 };

	assert_ok(inference_run(&(struct inference){ .model = &w->model,
						     .sentences = w->sentences + first,
						     .count = count,
						     .phase = "",
						     .layer = keep,
						     .arg = &s },
				&ctx, &err),
		  err);
	pool_free(ctx.pool);
	return s.rows;
}

/* y (n, out) = x (n, in) Wᵀ + b. */
static double *plain_linear(const double *x, size_t n, size_t in, size_t out, const float *weight, const float *bias)
{
	double *y = array_new(n, out, sizeof *y);

	for (size_t r = 0; r < n; r++)
		for (size_t o = 0; o < out; o++) {
			double sum = (double)bias[o];

			for (size_t i = 0; i < in; i++)
				sum += x[r * in + i] * (double)weight[o * in + i];
			y[r * out + o] = sum;
		}
	return y;
}

/* y = norm(x + y), (n, hidden). */
static void plain_norm(double *y, const double *x, size_t n, const float *gain, const float *bias)
{
	for (size_t r = 0; r < n; r++) {
		double *row = y + r * HIDDEN, mean = 0.0, variance = 0.0;

		for (size_t j = 0; j < HIDDEN; j++) {
			row[j] += x[r * HIDDEN + j];
			mean += row[j] / HIDDEN;
		}
		for (size_t j = 0; j < HIDDEN; j++)
			variance += (row[j] - mean) * (row[j] - mean) / HIDDEN;
		for (size_t j = 0; j < HIDDEN; j++)
			row[j] = (row[j] - mean) / sqrt(variance + 1e-12) * (double)gain[j] + (double)bias[j];
	}
}

/* Attention of one sentence, (n, hidden), from (n, 3 hidden). */
static double *plain_attention(const double *qkv, size_t n)
{
	enum { D = HIDDEN / HEADS, ROW = 3 * HIDDEN };
	double *context = array_new(n, HIDDEN, sizeof *context), prob[POSITIONS];

	for (size_t head = 0; head < HEADS; head++)
		for (size_t r = 0; r < n; r++) {
			double sum = 0.0;

			for (size_t c = 0; c < n; c++) {
				prob[c] = 0.0;
				for (size_t j = 0; j < D; j++)
					prob[c] += qkv[r * ROW + head * D + j] * qkv[c * ROW + HIDDEN + head * D + j];
				prob[c] = exp(prob[c] / sqrt(D));
				sum += prob[c];
			}
			for (size_t c = 0; c < n; c++)
				for (size_t j = 0; j < D; j++)
					context[r * HIDDEN + head * D + j] +=
						prob[c] / sum * qkv[c * ROW + 2 * HIDDEN + head * D + j];
		}
	return context;
}

/* One layer over one sentence. */
static double *plain_layer(const struct wide *w, size_t layer, const float *input, size_t n)
{
	const struct layer_places *l = &w->model.layers[layer];
	const float *a = w->model.weights;
	double *x = array_new(n, HIDDEN, sizeof *x), *qkv, *context, *middle, *act, *out;

	for (size_t i = 0; i < n * HIDDEN; i++)
		x[i] = (double)input[i];
	qkv = plain_linear(x, n, HIDDEN, 3 * HIDDEN, a + l->qkv, a + l->qkv_bias);
	context = plain_attention(qkv, n);
	middle = plain_linear(context, n, HIDDEN, HIDDEN, a + l->out, a + l->out_bias);
	plain_norm(middle, x, n, a + l->norm1, a + l->norm1_bias);
	act = plain_linear(middle, n, HIDDEN, WIDE, a + l->up, a + l->up_bias);
	for (size_t i = 0; i < n * WIDE; i++)
		act[i] *= 0.5 * (1.0 + erf(act[i] / sqrt(2.0)));
	out = plain_linear(act, n, WIDE, HIDDEN, a + l->down, a + l->down_bias);
	plain_norm(out, middle, n, a + l->norm2, a + l->norm2_bias);
	free(x);
	free(qkv);
	free(context);
	free(middle);
	free(act);
	return out;
}

static void layers_as_in_plain_loops(void **state)
{
	struct wide *w = wide_new();
	float *rows = states_of(w, 0, SENTENCES, 2);

	(void)state;
	for (size_t i = 0; i < SENTENCES; i += 3)
		for (size_t l = 0; l < LAYERS; l++) {
			const float *in = rows + (l * w->start[SENTENCES] + w->start[i]) * HIDDEN;
			const float *out = in + w->start[SENTENCES] * HIDDEN;
			const size_t n = w->sentences[i].length;
			double *expected = plain_layer(w, l, in, n), difference = 0.0, size = 0.0;

			for (size_t k = 0; k < n * HIDDEN; k++) {
				difference += ((double)out[k] - expected[k]) * ((double)out[k] - expected[k]);
				size += expected[k] * expected[k];
			}
			if (!(sqrt(difference / size) < 1e-6))
				fail_msg("sentence %zu, layer %zu: off by %g", i, l + 1, sqrt(difference / size));
			free(expected);
		}
	free(rows);
	wide_free(w);
}

/* A sentence's vectors have the same bytes alone and among others. */
static void vectors_do_not_depend_on_neighbours(void **state)
{
	struct wide *w = wide_new();
	float *among = states_of(w, 0, SENTENCES, 2);

	(void)state;
	for (size_t i = 0; i < SENTENCES; i++) {
		float *alone = states_of(w, i, 1, 1);

		for (size_t l = 0; l <= LAYERS; l++) {
			size_t at = (l * w->start[SENTENCES] + w->start[i]) * HIDDEN;

			assert_true(alone[at] != 0.0f);
			assert_memory_equal(alone + at, among + at, w->sentences[i].length * HIDDEN * sizeof *alone);
		}
		free(alone);
	}
	free(among);
	wide_free(w);
}

/* gradient (out, in) of a weight against dyᵀ x, from what the backward pass left
 * of both. */
static void compare_gradient(const struct trainer *t, const char *name, size_t offset, const float *dy,
			     const float *x, size_t out, size_t in)
{
	double difference = 0.0, size = 0.0;

	for (size_t o = 0; o < out; o++)
		for (size_t i = 0; i < in; i++) {
			double sum = 0.0, d;

			for (size_t r = 0; r < t->pack.rows; r++)
				sum += (double)dy[r * out + o] * (double)x[r * in + i];
			d = (double)t->gradients[offset + o * in + i] - sum;
			difference += d * d;
			size += sum * sum;
		}
	if (!(sqrt(difference / size) < 1e-6))
		fail_msg("%s: off by %g", name, sqrt(difference / size));
}

static void gradients_as_in_plain_loops(void **state)
{
	const struct training_step step = { .hidden_dropout = 0.1, .attention_dropout = 0.1, .dropout_seed = 5 };
	struct wide *w = wide_new();
	struct context ctx = { .pool = pool_new(2) };
	struct error err = { 0 };
	struct step_result result;
	struct mlm_head head;
	struct trainer t;

	(void)state;
	mlm_head_init(&head, w->targets, w->start);
	assert_ok(trainer_init(&t, &w->model, &head.head, 2, &err), err);
	assert_ok(trainer_gradients(&t, w->sentences, SENTENCES, &step, &result, &ctx, &err), err);
	assert_true(t.pack.group_count > 1);
	for (size_t i = 0; i < LAYERS; i++) {
		const struct layer_places *l = &w->model.layers[i];
		const struct layer_state *s = activations_layer(&t.activations, i);

		compare_gradient(&t, "query, key and value", l->qkv, s->qkv, s->input, 3 * HIDDEN, HIDDEN);
		compare_gradient(&t, "attention's output", l->out, s->hat1, s->context, HIDDEN, HIDDEN);
		compare_gradient(&t, "up", l->up, s->pre, s->middle, WIDE, HIDDEN);
		compare_gradient(&t, "down", l->down, s->hat2, s->act, HIDDEN, WIDE);
	}
	trainer_release(&t);
	mlm_head_release(&head);
	pool_free(ctx.pool);
	wide_free(w);
}

/* The weights after three updates, and the hidden states they give. */
static void train(struct wide *w, unsigned threads)
{
	struct context ctx = { .pool = pool_new(threads) };
	struct error err = { 0 };
	struct mlm_head head;
	struct trainer t;

	mlm_head_init(&head, w->targets, w->start);
	assert_ok(trainer_init(&t, &w->model, &head.head, threads, &err), err);
	for (int k = 0; k < 3; k++) {
		const struct training_step step = { .hidden_dropout = 0.1,
						    .attention_dropout = 0.1,
						    .dropout_seed = 5,
						    .update = (uint32_t)k,
						    .lr = 1e-3,
						    .clip = 1.0,
						    .beta1 = 0.9,
						    .beta2 = 0.999,
						    .eps = 1e-8,
						    .t = k + 1 };
		struct step_result result;

		assert_ok(trainer_step(&t, w->sentences, SENTENCES, &step, &result, &ctx, &err), err);
		assert_true(isfinite(result.loss));
	}
	trainer_release(&t);
	mlm_head_release(&head);
	pool_free(ctx.pool);
}

/* Trains a model anew and compares it, and its hidden states, with another's. */
static void train_alike(const struct wide *first, const float *rows, unsigned threads)
{
	struct wide *other = wide_new();
	float *others;

	train(other, threads);
	others = states_of(other, 0, SENTENCES, threads);
	assert_memory_equal(first->model.weights, other->model.weights, first->model.size * sizeof(float));
	assert_memory_equal(rows, others, (LAYERS + 1) * first->start[SENTENCES] * HIDDEN * sizeof(float));
	free(others);
	wide_free(other);
}

static void threads_do_not_matter(void **state)
{
	static const unsigned threads[] = { 2, 3, 8 };
	struct wide *first = wide_new(), *fresh = wide_new();
	float *rows;

	(void)state;
	train(first, 1);
	rows = states_of(first, 0, SENTENCES, 1);
	assert_memory_not_equal(first->model.weights, fresh->model.weights, first->model.size * sizeof(float));
	for (size_t i = 0; i < 3; i++)
		train_alike(first, rows, threads[i]);
	free(rows);
	wide_free(first);
	wide_free(fresh);
}

static void instructions_do_not_matter(void **state)
{
	struct wide *first;
	float *rows;

	(void)state;
	if (kernels_in_use() < KERNELS_AVX512) {
		print_message("skipped: this processor has one width of vectors\n");
		skip();
	}
	first = wide_new();
	train(first, 2);
	rows = states_of(first, 0, SENTENCES, 2);
	kernels_limit(KERNELS_AVX2);
	train_alike(first, rows, 2);
	kernels_limit(KERNELS_AVX512);
	free(rows);
	wide_free(first);
}

/* The tests whose expectations are loops of their own, with one kind of kernels. */
static int run_with(enum kernels most, const char *name)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_as_in_plain_loops),
		cmocka_unit_test(vectors_do_not_depend_on_neighbours),
		cmocka_unit_test(gradients_as_in_plain_loops),
	};
	int failed;

	kernels_limit(most);
	failed = cmocka_run_group_tests_name(name, tests, NULL, NULL);
	kernels_limit(KERNELS_AVX512);
	return failed;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(instructions_do_not_matter),
	};

	return cmocka_run_group_tests_name("the same bytes", tests, NULL, NULL) + run_with(KERNELS_PLAIN, "plain") +
	       (kernels_in_use() >= KERNELS_AVX2 ? run_with(KERNELS_AVX2, "AVX2") : 0) +
	       (kernels_in_use() >= KERNELS_AVX512 ? run_with(KERNELS_AVX512, "AVX-512") : 0);
}
