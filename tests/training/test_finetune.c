/* Fine-tuning: the curves of transformers and AdamW, what is written, threads,
 * interruptions, and numbers that stop being finite. */
#include "encoder/batch.h"

#include "base/sha256.h"
#include "base/table.h"
#include "training/finetune.h"
#include "training/training.h"
#include "num/blas.h"

static const char *const files[] = { TINY "/sentences.tsv", TINY "/pairs.tsv", TINY "/questions.tsv" };

/* A model directory with the head of a kind. */
static char *model_of(enum task_kind kind)
{
	struct error err = { 0 };
	char *path = support_folder();
	struct folder folder;
	struct batch b;

	batch_open(&b, TINY, files[kind], kind, 1);
	assert_ok(folder_open(&folder, path, &err), err);
	assert_ok(model_save(&b.model, (const char *const *)b.set.names, TINY, &folder, "", &err), err);
	folder_release(&folder);
	batch_close(&b);
	return path;
}

static struct finetune_job job_of(const char *model, enum task_kind kind)
{
	return (struct finetune_job){
		.model = model,
		.train = files[kind],
		.test = files[kind],
		.kind = kind,
		.params = { .training.epochs = 3,
			    .training.batch = 4,
			    .training.lr = 1e-3,
			    .training.warmup = 0.1,
			    .training.clip = 1.0,
			    .training.dropout = 0.1,
			    .training.shuffled = true,
			    .keep_head = true, /* the fixture's curves begin with it */
			    .checkpoints = 2 },
		.seeds = { 11, 12, 13 },
	};
}

/* Runs a job into a fresh folder, whose path it returns. */
static char *run_job(const struct finetune_job *job, unsigned threads)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(threads) };
	char *path = support_folder();
	struct folder out;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(finetune_run(job, &out, &ctx, &err), err);
	folder_release(&out);
	pool_free(ctx.pool);
	return path;
}

static void compare_weights(const struct checkpoint *expected, const char *run, int step, const char *model,
			    const json_t *names)
{
	struct error err = { 0 };
	struct checkpoint *ours;
	const json_t *name;
	size_t i;

	assert_ok(checkpoint_open(&ours, model, &bert_family.naming, &err), err);
	json_array_foreach(names, i, name)
	{
		char *full = text_format("%s.%d.%s", run, step, json_string_value(name));
		size_t count, same;
		float *b = tiny_tensor(expected, full, &count),
		      *a = tiny_tensor(ours, json_string_value(name), &same);

		assert_int_equal(count, same);
		if (!(tiny_distance(a, b, count) < 2e-6))
			fail_msg("%s: off by %g", full, tiny_distance(a, b, count));
		free(a);
		free(b);
		free(full);
	}
	checkpoint_close(ours);
}

static void curves_of_adamw(void **state)
{
	struct error err = { 0 };
	char *directory;
	struct checkpoint *weights = tiny_tensors("adamw.safetensors", &directory);
	json_t *fixture, *run;
	size_t i;

	(void)state;
	assert_ok(json_read(&fixture, TINY "/adamw.json", &err), err);
	json_array_foreach(json_object_get(fixture, "runs"), i, run)
	{
		const char *name = json_string_value(json_object_get(run, "name"));
		const json_t *curve = json_object_get(run, "curve"), *keep = json_object_get(run, "weights_after"),
			     *step;
		const long total = (long)json_array_size(curve);
		enum task_kind kind;
		struct finetune_job job;
		struct table loss;
		char *model, *out, *path;
		size_t k;

		assert_int_equal(task_kind_parse(&kind, json_string_value(json_object_get(run, "kind"))), 0);
		model = model_of(kind);
		job = job_of(model, kind);
		job.params.training.batch = (long)json_integer_value(json_object_get(run, "batch"));
		job.params.training.epochs = (long)json_integer_value(json_object_get(run, "epochs"));
		job.params.training.lr = json_real_value(json_object_get(run, "lr"));
		job.params.training.weight_decay = json_real_value(json_object_get(run, "weight_decay"));
		job.params.training.dropout = 0.0;
		job.params.training.shuffled = false;
		job.params.checkpoints = total; /* one after each update */
		out = run_job(&job, 2);
		path = text_format("%s/loss.csv", out);
		assert_ok(table_read_as(&loss, path, "step,lr,loss,grad_norm", &err), err);
		assert_int_equal(loss.rows, total);
		json_array_foreach(curve, k, step)
		{
			double expected = json_real_value(json_object_get(step, "loss"));
			double norm = json_real_value(json_object_get(step, "grad_norm"));

			assert_int_equal(table_number(&loss, k, 0), k + 1);
			assert_true(fabs(table_number(&loss, k, 1) - json_real_value(json_object_get(step, "lr"))) <
				    1e-12);
			assert_true(fabs(table_number(&loss, k, 2) - expected) < 2e-6);
			assert_true(fabs(table_number(&loss, k, 3) / norm - 1.0) < 1e-5);
		}
		json_array_foreach(keep, k, step)
		{
			int number = (int)json_integer_value(step);
			char *checkpoint = text_format("%s/c%02d", out, number);

			compare_weights(weights, name, number, checkpoint, json_object_get(fixture, "tensors"));
			free(checkpoint);
		}
		table_release(&loss);
		free(path);
		support_remove(out);
		support_remove(model);
	}
	json_decref(fixture);
	checkpoint_close(weights);
	support_remove(directory);
}

static void same_file(const char *a, const char *b, const char *name)
{
	char *x = text_format("%s/%s", a, name), *y = text_format("%s/%s", b, name), first[65], second[65];
	struct error err = { 0 };
	uint64_t bytes;

	assert_ok(sha256_file(first, &bytes, x, &err), err);
	assert_ok(sha256_file(second, &bytes, y, &err), err);
	if (strcmp(first, second) != 0)
		fail_msg("%s and %s differ", x, y);
	free(x);
	free(y);
}

static const char *const outputs[] = {
	"c01/model.safetensors", "c02/model.safetensors", "c02/config.json", "c02/vocab.txt", "loss.csv", "eval.csv"
};

static void same_folders(const char *a, const char *b)
{
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
		same_file(a, b, outputs[i]);
}

static void threads_do_not_matter(void **state)
{
	const struct finetune_job job = job_of(TINY, TASK_WORD);
	const unsigned threads[] = { 2, 3, 8 };
	char *first = run_job(&job, 1);

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *other = run_job(&job, threads[i]);

		same_folders(first, other);
		support_remove(other);
	}
	support_remove(first);
}

static bool differ(const char *a, const char *b, const char *name)
{
	char *x = text_format("%s/%s", a, name), *y = text_format("%s/%s", b, name), first[65], second[65];
	struct error err = { 0 };
	uint64_t bytes;

	assert_ok(sha256_file(first, &bytes, x, &err), err);
	assert_ok(sha256_file(second, &bytes, y, &err), err);
	free(x);
	free(y);
	return strcmp(first, second) != 0;
}

static void seeds_matter(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	char *first = run_job(&job, 2), *other;

	(void)state;
	job.seeds.order++;
	other = run_job(&job, 2);
	assert_true(differ(first, other, "loss.csv"));
	support_remove(other);
	job.seeds.order--;
	job.seeds.dropout++;
	other = run_job(&job, 2);
	assert_true(differ(first, other, "loss.csv"));
	support_remove(other);
	job.seeds.dropout--;
	job.seeds.head++; /* the model's own head is kept */
	other = run_job(&job, 2);
	assert_false(differ(first, other, "loss.csv"));
	support_remove(other);
	job.params.keep_head = false;
	other = run_job(&job, 2);
	assert_true(differ(first, other, "loss.csv"));
	support_remove(first);
	first = other;
	job.seeds.head++;
	other = run_job(&job, 2);
	assert_true(differ(first, other, "loss.csv"));
	support_remove(other);
	support_remove(first);
}

/* classifier_dropout of config.json alone, where no probability is given. */
static void dropout_of_the_head(void **state)
{
	char *none = tiny_model("gelu", 0.0), *some = tiny_model("gelu", 0.0), *path = path_join(some, "config.json");
	struct finetune_job job = job_of(none, TASK_WORD), other = job_of(some, TASK_WORD);
	struct error err = { 0 };
	struct folder folder;
	json_t *config;

	(void)state;
	assert_ok(json_read(&config, path, &err), err);
	json_object_set_new(config, "classifier_dropout", json_real(0.4));
	assert_ok(folder_open(&folder, some, &err), err);
	assert_ok(json_write(&folder, "config.json", config, &err), err);
	folder_release(&folder);
	json_decref(config);
	job.params.keep_head = other.params.keep_head = false;
	for (int given = 0; given < 2; given++) {
		char *a, *b;

		job.params.training.dropout = other.params.training.dropout = given ? 0.1 : -1.0;
		a = run_job(&job, 1);
		b = run_job(&other, 1);
		assert_int_equal(differ(a, b, "loss.csv"), !given);
		support_remove(a);
		support_remove(b);
	}
	support_remove(none);
	support_remove(some);
	free(path);
}

/* Asks to stop once so many updates are done, and keeps the first update told
 * of, from which it is seen whether a run went on or began. */
struct stopper {
	volatile sig_atomic_t flag;
	double after, first;
};

static void watch(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct stopper *s = arg;

	(void)total;
	(void)detail;
	if (strcmp(phase, "finetune") != 0)
		return;
	if (s->first == 0.0)
		s->first = done;
	if (done >= s->after)
		s->flag = 1;
}

static void interrupted_runs_end_with_the_same_bytes(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	char *whole = run_job(&job, 2);

	(void)state;
	for (double after = 1.0; after < 9.0; after += 3.0) { /* before c01, after c01, near the end */
		struct stopper stopper = { .after = after };
		struct context ctx = {
			.pool = pool_new(2), .stop = &stopper.flag, .progress = watch, .arg = &stopper
		};
		char *path = support_folder(), *resume = text_format("%s/resume.bin", path);
		struct error err = { 0 };
		struct folder out;

		assert_ok(folder_open(&out, path, &err), err);
		assert_int_equal(finetune_run(&job, &out, &ctx, &err), -1);
		assert_int_equal(err.status, STATUS_STOPPED);
		assert_true(file_exists(resume));
		folder_release(&out);
		stopper = (struct stopper){ .after = 1e9 };
		assert_ok(folder_open(&out, path, &err), err);
		assert_ok(finetune_run(&job, &out, &ctx, &err), err);
		assert_true(stopper.first == after + 1.0);
		folder_settle(&out);
		assert_false(file_exists(resume));
		assert_int_equal(out.count, 10); /* as if it had not been interrupted */
		assert_string_equal(out.items[0].name, "c01/config.json");
		same_folders(whole, path);
		folder_release(&out);
		support_remove(path);
		free(resume);
		pool_free(ctx.pool);
	}
	support_remove(whole);
}

static void read_line(void *arg, const char *phase, double done, double total, const char *detail)
{
	long epoch, step, steps, tokens;
	double loss;
	int end = 0;

	if (strcmp(phase, "finetune") != 0)
		return;
	assert_int_equal(sscanf(detail, "epoch %ld, step %ld of %ld, loss %lf, %ld tokens/s%n", &epoch, &step, &steps,
				&loss, &tokens, &end),
			 5);
	assert_int_equal(detail[end], '\0');
	assert_int_equal(step, done);
	assert_int_equal(steps, total);
	assert_int_equal(epoch, (step - 1) / 3 + 1);
	assert_true(loss > 0.0 && loss < 10.0);
	assert_true(tokens > 0);
	++*(int *)arg;
}

static void each_step_is_told(void **state)
{
	const struct finetune_job job = job_of(TINY, TASK_WORD);
	struct error err = { 0 };
	int steps = 0;
	struct context ctx = { .pool = pool_new(1), .progress = read_line, .arg = &steps };
	char *path = support_folder();
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(finetune_run(&job, &out, &ctx, &err), err);
	assert_int_equal(steps, 9);
	folder_release(&out);
	support_remove(path);
	pool_free(ctx.pool);
}

/* A resume.bin of another run, or cut short, or beside a changed file, or of
 * another program, is not used. */
static void foreign_resumes_are_ignored(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD), other = job;
	char *whole;

	(void)state;
	other.seeds.dropout = 99;
	other.made_by = "sha256:11 Haswell";
	whole = run_job(&other, 2);
	for (int how = 0; how < 4; how++) {
		struct stopper stopper = { .after = 5.0 };
		struct context ctx = {
			.pool = pool_new(2), .stop = &stopper.flag, .progress = watch, .arg = &stopper
		};
		char *path = support_folder(), *resume = text_format("%s/resume.bin", path);
		const struct finetune_job *first = how == 0 ? &job : &other;
		struct error err = { 0 };
		struct folder out;

		assert_ok(folder_open(&out, path, &err), err);
		assert_int_equal(finetune_run(first, &out, &ctx, &err), -1);
		if (how == 1)
			assert_int_equal(truncate(resume, 100000), 0);
		if (how == 2)
			assert_ok(output_file(&out, "c01/model.safetensors", "x", 1, &err), err);
		folder_release(&out);
		stopper = (struct stopper){ .after = 1e9 };
		if (how == 3)
			other.made_by = "sha256:22 Haswell";
		assert_ok(folder_open(&out, path, &err), err);
		assert_ok(finetune_run(&other, &out, &ctx, &err), err);
		assert_true(stopper.first == 1.0);
		same_folders(whole, path);
		folder_release(&out);
		support_remove(path);
		free(resume);
		pool_free(ctx.pool);
	}
	support_remove(whole);
}

static void evaluations(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	struct error err = { 0 };
	struct table eval;
	char *out, *path;

	(void)state;
	job.params.training.epochs = 40;
	job.params.training.dropout = 0.0;
	out = run_job(&job, 2);
	path = text_format("%s/eval.csv", out);
	assert_ok(table_read_as(&eval, path, "checkpoint,step,split,loss,accuracy", &err), err);
	assert_int_equal(eval.rows, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(table_number(&eval, i, 0), i / 2);
		assert_int_equal(table_number(&eval, i, 1), i / 2 * 60);
		assert_string_equal(table_text(&eval, i, 2), i % 2 ? "test" : "train");
	}
	/* The two parts are the same file; the first loss is that of the whole file. */
	assert_true(fabs(table_number(&eval, 0, 3) - 3.261209696945458) < 1e-6);
	assert_string_equal(table_text(&eval, 4, 3), table_text(&eval, 5, 3));
	assert_true(table_number(&eval, 4, 3) < 0.05);
	assert_true(table_number(&eval, 5, 4) == 1.0);
	table_release(&eval);
	free(path);
	support_remove(out);
}

/* Three updates and ten checkpoints: each is there, and says after which update
 * it was made. */
static void more_checkpoints_than_updates(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	struct error err = { 0 };
	struct table eval;
	char *out, *path;
	size_t row = 0;

	(void)state;
	job.params.training.epochs = 1;
	job.params.checkpoints = 10;
	out = run_job(&job, 1);
	path = text_format("%s/eval.csv", out);
	assert_ok(table_read(&eval, path, &err), err);
	for (int i = 0; i <= 10; i++) {
		char *weights = text_format("%s/c%02d/model.safetensors", out, i);

		assert_int_equal(file_exists(weights), i > 0);
		free(weights);
		while (row < eval.rows && table_number(&eval, row, 0) == i) {
			assert_int_equal(table_number(&eval, row, 1), lround(i * 3 / 10.0));
			row++;
		}
	}
	assert_int_equal(row, 13); /* the test part at each, the training part at both ends */
	assert_int_equal(row, eval.rows);
	table_release(&eval);
	free(path);
	support_remove(out);
}

static void unknown_labels_count_as_wrong(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	const char text[] = "a\tBirds sing .\t0\t0\t\t\tNOUN\na\tBirds sing .\t1\t1\t\t\tNEVER\n";
	struct error err = { 0 };
	char *folder_path = support_folder(), *test = text_format("%s/test.tsv", folder_path), *out, *path;
	struct folder folder;
	struct table eval;

	(void)state;
	assert_ok(folder_open(&folder, folder_path, &err), err);
	assert_ok(output_file(&folder, "test.tsv", text, sizeof text - 1, &err), err);
	folder_release(&folder);
	job.test = test;
	job.params.training.epochs = 40;
	out = run_job(&job, 1);
	path = text_format("%s/eval.csv", out);
	assert_ok(table_read(&eval, path, &err), err);
	assert_true(table_number(&eval, eval.rows - 1, 4) == 0.5);
	assert_true(table_number(&eval, eval.rows - 1, 3) < 0.5);
	table_release(&eval);
	free(path);
	free(test);
	support_remove(out);
	support_remove(folder_path);
}

/* A weight that is infinite, and a rate that throws the weights away. */
static void numbers_that_are_not_finite_stop(void **state)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(2) };
	struct finetune_job job;
	char *model = support_folder(), *path = support_folder();
	struct folder folder;
	struct batch b;

	(void)state;
	batch_open(&b, TINY, files[TASK_WORD], TASK_WORD, 1);
	b.model.weights[b.model.layers[1].up + 5] = 3e38f;
	assert_ok(folder_open(&folder, model, &err), err);
	assert_ok(model_save(&b.model, (const char *const *)b.set.names, TINY, &folder, "", &err), err);
	folder_release(&folder);
	batch_close(&b);
	job = job_of(model, TASK_WORD);
	job.params.training.shuffled = false;
	assert_ok(folder_open(&folder, path, &err), err);
	assert_int_equal(finetune_run(&job, &folder, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	assert_non_null(strstr(err.text, "step 1: loss is not finite, first in layer 2, sentence s0"));
	assert_non_null(strstr(err.text, "sentences of the batch: s03 s01 s02 s04;"));
	assert_non_null(strstr(err.text, "lower learning rate"));
	job.model = TINY;
	job.params.training.lr = 1e30;
	job.params.training.warmup = 0.0;
	assert_int_equal(finetune_run(&job, &folder, &ctx, &err), -1);
	assert_non_null(strstr(err.text, "step 2: loss is not finite"));
	folder_release(&folder);
	support_remove(model);
	support_remove(path);
	pool_free(ctx.pool);
}

/* A rate so large that the update itself overflows: the last update's weights
 * are in no later loss, and must not become a checkpoint. */
static void weights_that_are_not_finite_are_not_kept(void **state)
{
	struct finetune_job job = job_of(TINY, TASK_WORD);
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder(), *weights = text_format("%s/c01/model.safetensors", path);
	struct folder out;

	(void)state;
	job.params.training.batch = 100; /* one update */
	job.params.training.epochs = 1;
	job.params.checkpoints = 1;
	job.params.training.warmup = 0.0;
	job.params.training.lr = 1e39;
	assert_ok(folder_open(&out, path, &err), err);
	assert_int_equal(finetune_run(&job, &out, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	assert_non_null(strstr(err.text, "step 1: the update made bert."));
	assert_non_null(strstr(err.text, " not finite; try a lower learning rate"));
	assert_false(file_exists(weights));
	job.params.training.lr = 3e37; /* finite weights whose products are not */
	assert_int_equal(finetune_run(&job, &out, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_CHECK);
	assert_non_null(strstr(err.text, "step 1: the loss of the train part is not finite; try a lower"));
	assert_false(file_exists(weights));
	folder_release(&out);
	support_remove(path);
	free(weights);
	pool_free(ctx.pool);
}

static void parameters_are_checked(void **state)
{
	const struct finetune_params good = job_of(TINY, TASK_WORD).params;
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	struct finetune_job job = job_of(TINY, TASK_WORD);
	struct finetune_params p;
	char *path = support_folder();
	struct folder folder;

	(void)state;
	assert_null(finetune_params_check(&good));
#define BAD(field, value, word)                                                                                      \
	p = good;                                                                                                    \
	p.field = value;                                                                                             \
	assert_non_null(finetune_params_check(&p));                                                                  \
	assert_non_null(strstr(finetune_params_check(&p), word))
	BAD(training.epochs, 0, "epochs");
	BAD(training.batch, 0, "batch");
	BAD(training.lr, 0.0, "lr");
	BAD(training.lr, NAN, "lr");
	BAD(training.warmup, 1.001, "warmup");
	BAD(training.warmup, NAN, "warmup");
	BAD(training.weight_decay, -1.0, "weight_decay");
	BAD(training.clip, -1.0, "clip");
	BAD(training.dropout, 1.0, "dropout");
	BAD(checkpoints, 0, "checkpoints");
#undef BAD
	job.params.training.epochs = 0;
	assert_ok(folder_open(&folder, path, &err), err);
	assert_int_equal(finetune_run(&job, &folder, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	folder_release(&folder);
	support_remove(path);
	pool_free(ctx.pool);
}

static void rates_as_written(void **state)
{
	const double lr = 3e-4;

	(void)state;
	assert_true(training_rate(lr, 0.1, 0, 130) == 0.0);
	assert_true(fabs(training_rate(lr, 0.1, 1, 130) - lr / 13.0) < 1e-18); /* ⌈0.1 · 130⌉ is 13, not 14 */
	assert_true(fabs(training_rate(lr, 0.1, 13, 130) - lr) < 1e-18);
	assert_true(fabs(training_rate(lr, 0.1, 129, 130) - lr / 117.0) < 1e-18);
	assert_true(fabs(training_rate(lr, 0.1, 1, 11) - lr / 2.0) < 1e-18); /* ⌈1.1⌉ */
	assert_true(training_rate(lr, 0.0, 0, 10) == lr);
	assert_true(training_rate(lr, 1.0, 9, 10) == lr * 9.0 / 10.0); /* up to the end */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_of_adamw),
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(seeds_matter),
		cmocka_unit_test(dropout_of_the_head),
		cmocka_unit_test(interrupted_runs_end_with_the_same_bytes),
		cmocka_unit_test(each_step_is_told),
		cmocka_unit_test(foreign_resumes_are_ignored),
		cmocka_unit_test(evaluations),
		cmocka_unit_test(more_checkpoints_than_updates),
		cmocka_unit_test(unknown_labels_count_as_wrong),
		cmocka_unit_test(numbers_that_are_not_finite_stop),
		cmocka_unit_test(weights_that_are_not_finite_are_not_kept),
		cmocka_unit_test(parameters_are_checked),
		cmocka_unit_test(rates_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
