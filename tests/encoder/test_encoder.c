/* The encoder against transformers: hidden states, losses, every gradient; and
 * against itself: finite differences, neighbours, threads. */
#include "encoder/batch.h"
#include "encoder/slopes.h"

#include "encoder/extract.h"
#include "num/blas.h"

/* Every layer of a model's lines against transformers': `theirs` is the path of
 * its files without "<layer>.npy". */
static void compare_layers(const char *model, const char *lines, const char *theirs, int layers, double most)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(2) };
	char *path = support_folder();
	struct folder out;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(encode_run(model, lines, &out, &ctx, &err), err);
	for (int l = 0; l <= layers; l++) {
		char *ours = text_format("%s/layer%d.npy", path, l), *expected = text_format("%s%d.npy", theirs, l);
		struct npy a, b;

		assert_ok(npy_open(&a, ours, &err), err);
		assert_ok(npy_open(&b, expected, &err), err);
		assert_int_equal(a.view.rows, b.view.rows);
		assert_int_equal(a.view.columns, b.view.columns);
		assert_true(tiny_distance(a.view.data, b.view.data, a.view.rows * a.view.columns) < most);
		npy_close(&a);
		npy_close(&b);
		free(ours);
		free(expected);
	}
	folder_release(&out);
	support_remove(path);
	pool_free(ctx.pool);
}

static void lines_give_the_hidden_states(void **state)
{
	(void)state;
	compare_layers(TINY, TINY "/lines.txt", TINY "/hidden-", 2, 1e-6);
}

static void a_real_checkpoint(void **state)
{
	const char *models = support_models(), *shared = support_shared_fixtures();
	char *model, *lines, *theirs;

	(void)state;
	if (models == NULL || shared == NULL)
		skip();
	model = text_format("%s/all-minilm-l6-v2", models);
	lines = text_format("%s/minilm-pud/lines.txt", shared);
	theirs = text_format("%s/minilm-pud/layer", shared);
	compare_layers(model, lines, theirs, 6, 1e-5);
	free(model);
	free(lines);
	free(theirs);
}

static void pieces_are_named(void **state)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder(), *file = text_format("%s/pieces.tsv", path);
	struct mapping ours, theirs;
	struct line line = { 0 }, row = { 0 };
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(encode_run(TINY, TINY "/lines.txt", &out, &ctx, &err), err);
	assert_ok(mapping_open(&ours, file, &err), err);
	assert_ok(mapping_open(&theirs, TINY "/pieces.txt", &err), err);
	while (line_next(&line, &theirs)) {
		size_t index = 0;

		for (size_t at = 0; at < line.length; index++) {
			size_t length = strcspn(line.data + at, " \n");
			char *expected =
				text_format("%zu\t%zu\t%.*s", line.number, index, (int)length, line.data + at);

			assert_true(line_next(&row, &ours));
			assert_int_equal(row.length, strlen(expected));
			assert_memory_equal(row.data, expected, row.length);
			free(expected);
			at += length + 1;
		}
	}
	assert_false(line_next(&row, &ours));
	mapping_close(&ours);
	mapping_close(&theirs);
	folder_release(&out);
	support_remove(path);
	free(file);
	pool_free(ctx.pool);
}

static void other_activations(void **state)
{
	static const char *const names[] = { "gelu_new", "relu" };
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };

	(void)state;
	for (int i = 0; i < 2; i++) {
		char *model = tiny_model(names[i], 0.0), *path = support_folder();
		char *ours = text_format("%s/layer2.npy", path);
		char *theirs = text_format("%s/hidden-2-%s.npy", TINY, names[i]);
		struct folder out;
		struct npy a, b;

		assert_ok(folder_open(&out, path, &err), err);
		assert_ok(encode_run(model, TINY "/lines.txt", &out, &ctx, &err), err);
		assert_ok(npy_open(&a, ours, &err), err);
		assert_ok(npy_open(&b, theirs, &err), err);
		assert_true(tiny_distance(a.view.data, b.view.data, a.view.rows * a.view.columns) < 1e-6);
		npy_close(&a);
		npy_close(&b);
		folder_release(&out);
		support_remove(path);
		support_remove(model);
		free(ours);
		free(theirs);
	}
	pool_free(ctx.pool);
}

static const struct training_step no_dropout = { .clip = 1.0, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };

static const char *const files[] = { TINY "/sentences.tsv", TINY "/pairs.tsv", TINY "/questions.tsv" };

static void losses_of_a_step(void **state)
{
	struct error err = { 0 };
	json_t *expected;

	(void)state;
	assert_ok(json_read(&expected, TINY "/loss.json", &err), err);
	for (int kind = TASK_WORD; kind <= TASK_SENTENCE; kind++) {
		const json_t *e = json_object_get(expected, task_kind_name((enum task_kind)kind));
		struct step_result result;
		struct batch b;

		batch_open(&b, TINY, files[kind], (enum task_kind)kind, 2);
		assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &no_dropout, &result,
					    &b.ctx, &err),
			  err);
		assert_int_equal(b.head.head.count, json_integer_value(json_object_get(e, "examples")));
		assert_true(fabs(result.loss - json_real_value(json_object_get(e, "loss"))) < 1e-6);
		assert_true(fabs(result.norm / json_real_value(json_object_get(e, "grad_norm")) - 1.0) < 1e-6);
		batch_close(&b);
	}
	json_decref(expected);
}

static void every_gradient_of_words(void **state)
{
	struct error err = { 0 };
	struct step_result result;
	struct batch b;
	char *directory;
	struct checkpoint *c = tiny_tensors("gradients.safetensors", &directory);

	(void)state;
	batch_open(&b, TINY, files[TASK_WORD], TASK_WORD, 3);
	assert_ok(
		trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &no_dropout, &result, &b.ctx, &err),
		err);
	for (size_t i = 0; i < b.model.parameter_count; i++) {
		const struct model_tensor *p = &b.model.parameters[i];
		size_t count;
		float *expected = tiny_tensor(c, p->name, &count);

		assert_int_equal(count, p->count);
		if (strstr(p->name, "key.bias") != NULL) /* 0 but for rounding */
			for (size_t j = 0; j < count; j++)
				assert_true(fabsf(b.trainer.gradients[p->offset + j]) < 1e-5f);
		else if (!(tiny_distance(b.trainer.gradients + p->offset, expected, count) < 2e-6))
			fail_msg("%s: off by %g", p->name,
				 tiny_distance(b.trainer.gradients + p->offset, expected, count));
		free(expected);
	}
	checkpoint_close(c);
	support_remove(directory);
	batch_close(&b);
}

static void some_gradients_of_others(void **state)
{
	static const char *const names[] = { "classifier.weight", "classifier.bias",
					     "bert.embeddings.word_embeddings.weight",
					     "bert.encoder.layer.0.intermediate.dense.weight" };
	static const char *const activations[] = { "gelu_new", "relu" };
	struct error err = { 0 };
	char *directory;
	struct checkpoint *c = tiny_tensors("gradients-other.safetensors", &directory);

	(void)state;
	for (int which = 0; which < 4; which++) {
		const enum task_kind kind = which < 2 ? (enum task_kind)(which + 1) : TASK_WORD;
		char *model = tiny_model(which < 2 ? "gelu" : activations[which - 2], 0.0);
		struct step_result result;
		struct batch b;

		batch_open(&b, model, files[kind], kind, 1);
		assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &no_dropout, &result,
					    &b.ctx, &err),
			  err);
		for (int i = which < 2 ? 0 : 3; i < 4; i++) {
			char *name = text_format("%s.%s", which < 2 ? task_kind_name(kind) : activations[which - 2],
						 names[i]);
			const struct model_tensor *p = batch_parameter(&b, names[i]);
			size_t count;
			float *expected = tiny_tensor(c, name, &count);

			assert_true(tiny_distance(b.trainer.gradients + p->offset, expected, count) < 2e-6);
			free(expected);
			free(name);
		}
		batch_close(&b);
		support_remove(model);
	}
	checkpoint_close(c);
	support_remove(directory);
}

static void gradients_with_dropout(void **state)
{
	char *model = tiny_model("gelu", 0.0);
	struct batch b;

	(void)state;
	batch_open(&b, model, files[TASK_WORD], TASK_WORD, 2);
	check_slopes(&b.trainer, b.sentences, b.encoding.sentences, &b.ctx);
	batch_close(&b);
	support_remove(model);
}

struct kept_rows {
	size_t sentence, layers;
	float *rows; /* (layers + 1, length, hidden) */
	size_t length;
};

static void keep_sentence(void *arg, const struct group_view *v, size_t layer, struct matrix output,
			  struct encoder_scratch *scratch)
{
	const struct kept_rows *kept = arg;

	(void)scratch;
	for (size_t i = v->group->first; i < v->group->first + v->group->count; i++) {
		const struct packed_sentence *s = &v->pack->sentences[i];

		if (s->source == kept->sentence)
			memcpy(kept->rows + layer * kept->length * output.columns,
			       matrix_row(output, s->row - v->group->row),
			       s->length * output.columns * sizeof(float));
	}
}

/* A sentence's vectors have the same bytes alone and among others. */
static void vectors_do_not_depend_on_neighbours(void **state)
{
	struct error err = { 0 };
	struct batch b;

	(void)state;
	batch_open(&b, TINY, files[TASK_WORD], TASK_WORD, 2);
	for (size_t s = 0; s < b.encoding.sentences; s++) {
		const size_t size = 3 * b.sentences[s].length * 32;
		struct kept_rows alone = { s, 2, array_new(size, 1, sizeof(float)), b.sentences[s].length };
		struct kept_rows among = { s, 2, array_new(size, 1, sizeof(float)), b.sentences[s].length };
		struct inference f = { .model = &b.model,
				       .sentences = b.sentences,
				       .count = b.encoding.sentences,
				       .phase = "",
				       .layer = keep_sentence,
				       .arg = &among };

		assert_ok(inference_run(&f, &b.ctx, &err), err);
		f.sentences = &b.sentences[s];
		f.count = 1;
		f.arg = &alone;
		assert_ok(inference_run(&f, &b.ctx, &err), err);
		assert_true(alone.rows[0] != 0.0f);
		assert_memory_equal(alone.rows, among.rows, size * sizeof(float));
		free(alone.rows);
		free(among.rows);
	}
	batch_close(&b);
}

static void gradients_do_not_depend_on_threads(void **state)
{
	const struct training_step step = {
		.hidden_dropout = 0.1, .attention_dropout = 0.1, .head_dropout = 0.1, .dropout_seed = 7, .update = 3
	};
	const unsigned threads[] = { 1, 2, 3, 8 };
	struct error err = { 0 };
	float *first = NULL;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct step_result result;
		struct batch b;

		batch_open(&b, TINY, files[TASK_WORD], TASK_WORD, threads[i]);
		assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &step, &result, &b.ctx,
					    &err),
			  err);
		if (first == NULL) {
			first = array_new(b.model.size, 1, sizeof *first);
			memcpy(first, b.trainer.gradients, b.model.size * sizeof *first);
		}
		assert_memory_equal(first, b.trainer.gradients, b.model.size * sizeof *first);
		batch_close(&b);
	}
	free(first);
}

/* A mask depends on the sentence's number, not on its batch: sentences in
 * another order give the same losses, example by example. */
static void dropout_does_not_depend_on_order(void **state)
{
	const struct training_step step = {
		.hidden_dropout = 0.1, .attention_dropout = 0.1, .head_dropout = 0.1, .dropout_seed = 9, .update = 1
	};
	struct error err = { 0 };
	struct step_result result;
	float losses[42];
	struct batch b;

	(void)state;
	batch_open(&b, TINY, files[TASK_WORD], TASK_WORD, 2);
	assert_ok(trainer_gradients(&b.trainer, b.sentences, b.encoding.sentences, &step, &result, &b.ctx, &err),
		  err);
	for (size_t i = 0; i < 42; i++)
		losses[b.head.place[i]] = b.head.head.losses[i];
	for (size_t s = 0; s < b.encoding.sentences; s++) {
		assert_ok(trainer_gradients(&b.trainer, &b.sentences[s], 1, &step, &result, &b.ctx, &err), err);
		for (size_t i = 0; i < b.head.head.count; i++)
			assert_true(losses[b.head.place[i]] == b.head.head.losses[i]);
	}
	batch_close(&b);
}

static void too_long_a_line_is_named(void **state)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder(), *lines = text_format("%s/lines.txt", path);
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(output_file(&out, "lines.txt", "a\nzyxwvutsrqponmlkjihgfedcba zyxwvutsrqponmlkjihgfedcba\n", 56,
			      &err),
		  err);
	assert_int_equal(encode_run(TINY, lines, &out, &ctx, &err), -1);
	assert_non_null(strstr(err.text, "lines.txt:2: 52 pieces, the model takes 48"));
	assert_int_equal(err.status, STATUS_INPUT);
	folder_release(&out);
	support_remove(path);
	free(lines);
	pool_free(ctx.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_give_the_hidden_states),
		cmocka_unit_test(a_real_checkpoint),
		cmocka_unit_test(pieces_are_named),
		cmocka_unit_test(other_activations),
		cmocka_unit_test(losses_of_a_step),
		cmocka_unit_test(every_gradient_of_words),
		cmocka_unit_test(some_gradients_of_others),
		cmocka_unit_test(gradients_with_dropout),
		cmocka_unit_test(vectors_do_not_depend_on_neighbours),
		cmocka_unit_test(gradients_do_not_depend_on_threads),
		cmocka_unit_test(dropout_does_not_depend_on_order),
		cmocka_unit_test(too_long_a_line_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
