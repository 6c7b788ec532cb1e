/* Masked-language-model training: loss and gradients of transformers, masks,
 * and whole runs on a small text. */
#include "encoder/tiny.h"

#include "base/sha256.h"
#include "base/table.h"
#include "encoder/inference.h"
#include "training/mlm_head.h"
#include "training/pretrain.h"
#include "training/trainer.h"

static void loss_and_gradients(void **state)
{
	const struct training_step step = { .clip = 1.0, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(2) };
	struct packed_sentence sentences[4];
	int32_t ids[4][48], targets[4 * 48];
	size_t start[5] = { 0 }, i, k;
	struct step_result result;
	struct encoder_shape shape;
	struct encoder_model model;
	struct mlm_head head;
	struct trainer trainer;
	char *first, *second, *third;
	struct checkpoint *base = tiny_tensors("model.safetensors", &first);
	struct checkpoint *tops = tiny_tensors("mlm-head.safetensors", &second);
	struct checkpoint *gradients = tiny_tensors("mlm-gradients.safetensors", &third);
	json_t *fixture, *sequence, *number;

	(void)state;
	assert_ok(config_read(&shape, TINY, &err), err);
	assert_ok(model_init(&model, &shape, HEAD_MLM, 0, 0, &err), err);
	for (i = 0; i < model.parameter_count; i++) {
		const struct model_tensor *p = &model.parameters[i];
		size_t count;
		float *data = tiny_tensor(strncmp(p->name, "cls.", 4) == 0 ? tops : base, p->name, &count);

		memcpy(model.weights + p->offset, data, count * sizeof *data);
		free(data);
	}
	assert_ok(json_read(&fixture, TINY "/mlm.json", &err), err);
	json_array_foreach(json_object_get(fixture, "sequences"), i, sequence)
	{
		const size_t length = json_array_size(json_object_get(sequence, "ids"));

		start[i + 1] = start[i] + length;
		json_array_foreach(json_object_get(sequence, "ids"), k, number)
		{
			ids[i][k] = (int32_t)json_integer_value(number);
			targets[start[i] + k] = -1;
		}
		json_array_foreach(json_object_get(sequence, "positions"), k, number)
			targets[start[i] + (size_t)json_integer_value(number)] =
				(int32_t)json_integer_value(json_array_get(json_object_get(sequence, "targets"), k));
		sentences[i] = (struct packed_sentence){
			.ids = ids[i], .length = length, .source = i, .number = (uint32_t)i
		};
	}
	mlm_head_init(&head, targets, start);
	assert_ok(trainer_init(&trainer, &model, &head.head, 2, &err), err);
	assert_ok(trainer_gradients(&trainer, sentences, 4, &step, &result, &ctx, &err), err);
	assert_int_equal(head.head.count, json_array_size(json_object_get(fixture, "losses")));
	assert_true(fabs(result.loss - json_real_value(json_object_get(fixture, "loss"))) < 2e-6);
	assert_true(fabs(result.norm / json_real_value(json_object_get(fixture, "grad_norm")) - 1.0) < 1e-6);
	for (i = 0; i < model.parameter_count; i++) {
		const struct model_tensor *p = &model.parameters[i];
		size_t count;
		float *expected;

		if (strstr(p->name, "key.bias") != NULL)
			continue; /* 0 but for rounding */
		expected = tiny_tensor(gradients, p->name, &count);
		if (!(tiny_distance(trainer.gradients + p->offset, expected, count) < 2e-6))
			fail_msg("%s: off by %g", p->name,
				 tiny_distance(trainer.gradients + p->offset, expected, count));
		free(expected);
	}
	trainer_release(&trainer);
	mlm_head_release(&head);
	model_release(&model);
	json_decref(fixture);
	checkpoint_close(base);
	checkpoint_close(tops);
	checkpoint_close(gradients);
	support_remove(first);
	support_remove(second);
	support_remove(third);
	pool_free(ctx.pool);
}

/* A text in which each word decides the next. */
static char *write_text(void)
{
	static const char *const words[] = { "the", "old", "boat", "is", "on", "the", "lake", "at", "night" };
	struct error err = { 0 };
	char *path = support_folder();
	struct folder folder;
	struct output *o;

	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(output_open(&o, &folder, "text.txt", &err), err);
	for (size_t line = 0; line < 200; line++)
		for (size_t i = 0; i < 9; i++)
			output_format(o, "%s%s", words[(line + i) % 9], i == 8 ? "\n" : " ");
	assert_ok(output_commit(o, &err), err);
	folder_release(&folder);
	return path;
}

static struct pretrain_job job_of(const char *text)
{
	return (struct pretrain_job){
		.text = text,
		.heldout = text,
		.vocabulary = TINY,
		.params = { .family = "bert",
			    .layers = 2,
			    .hidden = 32,
			    .heads = 2,
			    .intermediate = 64,
			    .positions = 24,
			    .training.epochs = 60,
			    .training.batch = 8,
			    .training.lr = 5e-3,
			    .training.warmup = 0.1,
			    .training.weight_decay = 0.01,
			    .training.clip = 1.0,
			    .training.dropout = 0.0 },
		.seed_weights = 1,
		.seed_order = 2,
		.seed_mask = 3,
		.seed_dropout = 4,
	};
}

static char *run_job(const struct pretrain_job *job, unsigned threads)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(threads) };
	char *path = support_folder();
	struct folder out;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(pretrain_run(job, &out, &ctx, &err), err);
	folder_release(&out);
	pool_free(ctx.pool);
	return path;
}

static void it_learns_and_writes_a_model(void **state)
{
	char *folder = write_text(), *text = text_format("%s/text.txt", folder);
	const struct pretrain_job job = job_of(text);
	struct error err = { 0 };
	char *out = run_job(&job, 2), *path = text_format("%s/eval.csv", out);
	struct encoder_model model;
	struct table eval;
	double baseline;

	(void)state;
	assert_ok(table_read_as(&eval, path, "epoch,step,split,loss,accuracy,baseline", &err), err);
	assert_int_equal(eval.rows, 61);
	assert_true(fabs(table_number(&eval, 0, 3) - log(107.0)) < 0.2); /* nothing learnt yet: 107 pieces */
	baseline = table_number(&eval, 60, 5);
	assert_true(fabs(baseline - 2.0 / 9.0) < 0.06); /* "the" */
	assert_true(table_number(&eval, 60, 4) > 0.8);
	assert_int_equal(table_number(&eval, 60, 1), 60 * 25);
	assert_ok(model_load(&model, out, HEAD_NONE, 0, 0, 0, &err), err);
	assert_int_equal(model.shape.hidden, 32);
	assert_int_equal(model.shape.vocabulary, 107);
	model_release(&model);
	table_release(&eval);
	free(path);
	free(text);
	support_remove(out);
	support_remove(folder);
}

static void digest_of(char hex[65], const char *folder, const char *name)
{
	struct error err = { 0 };
	char *path = text_format("%s/%s", folder, name);
	uint64_t bytes;

	assert_ok(sha256_file(hex, &bytes, path, &err), err);
	free(path);
}

struct stopper {
	volatile sig_atomic_t flag;
	double after;
};

static void watch(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct stopper *s = arg;

	(void)total;
	(void)detail;
	if (strcmp(phase, "pretrain") == 0 && done >= s->after)
		s->flag = 1;
}

static void threads_and_interruptions_do_not_matter(void **state)
{
	char *folder = write_text(), *text = text_format("%s/text.txt", folder), first[65], other[65];
	struct pretrain_job job = job_of(text);
	struct stopper stopper = { .after = 30.0 };
	struct context ctx = { .pool = pool_new(3), .stop = &stopper.flag, .progress = watch, .arg = &stopper };
	struct error err = { 0 };
	char *one, *three = support_folder();
	struct folder out;

	(void)state;
	job.params.training.epochs = 2;
	job.params.training.dropout = 0.1;
	one = run_job(&job, 1);
	assert_ok(folder_open(&out, three, &err), err);
	assert_int_equal(pretrain_run(&job, &out, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_STOPPED);
	stopper.flag = 0;
	stopper.after = 1e9;
	assert_ok(pretrain_run(&job, &out, &ctx, &err), err);
	folder_release(&out);
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = { "model.safetensors", "loss.csv", "eval.csv" };

		digest_of(first, one, names[i]);
		digest_of(other, three, names[i]);
		assert_string_equal(first, other);
	}
	support_remove(one);
	support_remove(three);
	support_remove(folder);
	free(text);
	pool_free(ctx.pool);
}

static void parameters_are_checked(void **state)
{
	const struct pretrain_params good = job_of("").params;
	struct pretrain_params p;

	(void)state;
	assert_null(pretrain_params_check(&good));
#define BAD(field, value, word)                                                                                      \
	p = good;                                                                                                    \
	p.field = value;                                                                                             \
	assert_non_null(pretrain_params_check(&p));                                                                  \
	assert_non_null(strstr(pretrain_params_check(&p), word))
	BAD(layers, 0, "layers");
	BAD(hidden, 33, "hidden");
	BAD(heads, 0, "hidden");
	BAD(intermediate, 0, "intermediate");
	BAD(positions, 1, "positions");
	BAD(training.epochs, 0, "epochs");
	BAD(training.batch, 0, "batch");
	BAD(training.lr, -1.0, "lr");
	BAD(training.warmup, 1.5, "warmup");
	BAD(training.weight_decay, NAN, "weight_decay");
	BAD(training.clip, -1.0, "clip");
	BAD(training.dropout, 1.0, "dropout");
#undef BAD
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loss_and_gradients),
		cmocka_unit_test(it_learns_and_writes_a_model),
		cmocka_unit_test(threads_and_interruptions_do_not_matter),
		cmocka_unit_test(parameters_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
