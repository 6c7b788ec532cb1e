/* A real checkpoint against transformers: its curve of fine-tuning. */
#include "encoder/batch.h"

#include "base/table.h"

/* The sanitizers make each of these updates take seconds. */
#ifdef __SANITIZE_ADDRESS__
enum { REAL_STEPS = 2 };
#else
enum { REAL_STEPS = 60 };
#endif

/* The first 60 updates. */
static void the_curve_of_transformers(void **state)
{
	const char *models = support_models(), *shared = support_shared_fixtures();
	static const char *const parts[] = { "weight", "bias" };
	struct error err = { 0 };
	struct encoder_model model;
	struct packed_sentence *sentences;
	struct linear_head head;
	struct trainer trainer;
	struct examples examples;
	struct encoding encoding;
	struct labelset set;
	struct tokenizer *tokenizer;
	struct context ctx;
	struct table curve;
	char *directory, *train, *file;
	int32_t *labels;

	(void)state;
	if (models == NULL || shared == NULL)
		skip();
	ctx = (struct context){ .pool = pool_new(2) };
	directory = text_format("%s/all-minilm-l6-v2", models);
	train = text_format("%s/minilm-pud/train.tsv", shared);
	file = text_format("%s/minilm-pud/loss.csv", shared);
	assert_ok(table_read_as(&curve, file, "step,lr,loss,grad_norm", &err), err);
	assert_int_equal(curve.rows, 60);
	assert_ok(examples_read(&examples, train, TASK_WORD, &err), err);
	assert_ok(labelset_of_examples(&set, &examples, &err), err);
	assert_ok(tokenizer_load(&tokenizer, directory, &err), err);
	assert_ok(model_load(&model, directory, HEAD_LINEAR, set.count, 384, 1, &err), err);
	for (int i = 0; i < 2; i++) {
		char *path = text_format("%s/minilm-pud/classifier.%s.npy", shared, parts[i]);
		struct npy npy;

		assert_ok(npy_open(&npy, path, &err), err);
		memcpy(model.weights + (i == 0 ? model.head.weight : model.head.bias), npy.view.data,
		       npy.view.rows * npy.view.columns * sizeof(float));
		npy_close(&npy);
		free(path);
	}
	assert_ok(encoding_init(&encoding, tokenizer, &examples, 512, false, &err), err);
	labels = array_new(examples.count, 1, sizeof *labels);
	for (size_t i = 0; i < examples.count; i++)
		labels[i] = labelset_find(&set, examples.items[i].label);
	sentences = inference_sentences(&encoding);
	linear_head_init(&head, &encoding, labels, POOLING_MEAN);
	assert_ok(trainer_init(&trainer, &model, &head.head, 2, &err), err);
	for (size_t k = 0; k < REAL_STEPS; k++) {
		struct training_step step = { .lr = table_number(&curve, k, 1),
					      .clip = 1.0,
					      .beta1 = 0.9,
					      .beta2 = 0.999,
					      .eps = 1e-8,
					      .t = (long)k + 1 };
		struct step_result result;
		size_t from = 32 * (k % 13), left = encoding.sentences - from;

		assert_ok(trainer_step(&trainer, sentences + from, left < 32 ? left : 32, &step, &result, &ctx, &err),
			  err);
		if (!(fabs(result.loss - table_number(&curve, k, 2)) <= 1e-5))
			fail_msg("step %zu: loss %.9g, expected %s", k + 1, result.loss, table_text(&curve, k, 2));
	}
	trainer_release(&trainer);
	linear_head_release(&head);
	free(sentences);
	free(labels);
	encoding_release(&encoding);
	model_release(&model);
	tokenizer_free(tokenizer);
	labelset_release(&set);
	examples_release(&examples);
	pool_free(ctx.pool);
	table_release(&curve);
	free(directory);
	free(train);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_curve_of_transformers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
