/* Fine-tuning that is ended from outside, by each signal and at any moment, and
 * goes on: the bytes at the end are those of a run that nobody disturbed. */
#include "encoder/tiny.h"

#include "base/sha256.h"
#include "training/finetune.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static const char *const outputs[] = { "c01/model.safetensors", "c02/model.safetensors", "loss.csv", "eval.csv" };

static void same_outputs(const char *a, const char *b)
{
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
		char *x = text_format("%s/%s", a, outputs[i]), *y = text_format("%s/%s", b, outputs[i]);
		char first[65], second[65];
		struct error err = { 0 };
		uint64_t bytes;

		assert_ok(sha256_file(first, &bytes, x, &err), err);
		assert_ok(sha256_file(second, &bytes, y, &err), err);
		if (strcmp(first, second) != 0)
			fail_msg("%s and %s differ", x, y);
		free(x);
		free(y);
	}
}

/* Until a file is there, or the process is gone. */
static void wait_for(const char *path, pid_t child)
{
	for (int i = 0; i < 60000 && !file_exists(path); i++) {
		assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
	assert_true(file_exists(path));
}

/* Starts the program as a user does. */
static pid_t start_program(const char *out)
{
	pid_t child = fork();

	if (child == 0) {
		execl(PROGRAMS "/bin/tunescope", "tunescope", "finetune", "--model", TINY, "--train",
		      TINY "/sentences.tsv", "--test", TINY "/sentences.tsv", "--kind", "word", "--epochs", "400",
		      "--batch", "4", "--checkpoints", "2", "--threads", "2", "--seed", "5", "--out", out, NULL);
		_exit(127);
	}
	assert_true(child > 0);
	return child;
}

static int end_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void signals_to_the_program(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM };
	char *whole = support_folder();

	(void)state;
	assert_int_equal(end_of(start_program(whole)), 0);
	for (size_t i = 0; i < 2; i++) {
		char *path = support_folder(), *resume = text_format("%s/resume.bin", path);
		char *first = text_format("%s/c01/model.safetensors", path);
		char *second = text_format("%s/c02/model.safetensors", path);
		pid_t child = start_program(path);

		wait_for(first, child);
		assert_int_equal(kill(child, signals[i]), 0);
		assert_int_equal(end_of(child), 128 + signals[i]);
		assert_true(file_exists(resume));
		assert_false(file_exists(second));
		assert_int_equal(end_of(start_program(path)), 0);
		assert_false(file_exists(resume));
		same_outputs(whole, path);
		support_remove(path);
		free(resume);
		free(first);
		free(second);
	}
	support_remove(whole);
}

static const struct finetune_job job = {
	.model = TINY,
	.train = TINY "/sentences.tsv",
	.test = TINY "/sentences.tsv",
	.kind = TASK_WORD,
	.params = { .training.epochs = 20,
		    .training.batch = 4,
		    .training.lr = 1e-3,
		    .training.warmup = 0.1,
		    .training.clip = 1.0,
		    .training.dropout = 0.1,
		    .training.shuffled = true,
		    .checkpoints = 2 },
	.seeds = { 11, 12, 13 },
	.resume_seconds = 1e-9, /* after every update */
};

enum { UPDATES = 60 };

/* Asks to stop once so many updates are done, and keeps the first told of. */
struct watcher {
	volatile sig_atomic_t stop;
	double after, first;
};

static void watch(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct watcher *w = arg;

	(void)detail;
	if (strcmp(phase, "finetune") != 0)
		return;
	assert_int_equal(total, UPDATES);
	if (w->first == 0.0)
		w->first = done;
	w->stop = done >= w->after;
}

/* Runs until so many updates are done; returns the first it made. */
static long run_until(const char *path, double after)
{
	struct watcher w = { .after = after };
	struct context ctx = { .pool = pool_new(2), .stop = &w.stop, .progress = watch, .arg = &w };
	struct error err = { 0 };
	struct folder out;
	int rc;

	assert_ok(folder_open(&out, path, &err), err);
	rc = finetune_run(&job, &out, &ctx, &err);
	if (after > UPDATES)
		assert_ok(rc, err);
	else
		assert_int_equal(err.status, STATUS_STOPPED);
	folder_release(&out);
	pool_free(ctx.pool);
	return (long)w.first;
}

/* No handler runs, and nothing is written any more: what is there must do. */
static void killed_runs_go_on(void **state)
{
	char *whole = support_folder();

	(void)state;
	assert_int_equal(run_until(whole, 1e9), 1);
	for (int i = 0; i < 4; i++) {
		static const char *const until[] = { "resume.bin", "c01/config.json", "c01/model.safetensors",
						     "c02/vocab.txt" };
		char *path = support_folder(), *resume = text_format("%s/resume.bin", path);
		char *sign = text_format("%s/%s", path, until[i]);
		pid_t child = fork();
		long first;

		if (child == 0) {
			run_until(path, 1e9);
			_exit(0);
		}
		wait_for(sign, child);
		nanosleep(&(struct timespec){ 0, 700000 * i }, NULL);
		kill(child, SIGKILL);
		if (end_of(child) == -SIGKILL) {
			bool there = file_exists(resume);

			assert_true(there || i == 3); /* where all was done but to exit */
			first = run_until(path, 1e9);
			assert_true(first > 1 || i == 0 || !there);
		}
		same_outputs(whole, path);
		support_remove(path);
		free(resume);
		free(sign);
	}
	support_remove(whole);
}

static void copy_file(const char *from, const char *to)
{
	struct error err = { 0 };
	struct mapping map;
	FILE *file = fopen(to, "w");

	assert_non_null(file);
	assert_ok(mapping_open(&map, from, &err), err);
	assert_int_equal(fwrite(map.data, 1, map.size, file), map.size);
	assert_int_equal(fclose(file), 0);
	mapping_close(&map);
}

/* Killed between a checkpoint and the next resume.bin: the checkpoint is there,
 * but resume.bin knows nothing of it. */
static void a_resume_older_than_the_checkpoints(void **state)
{
	char *whole = support_folder(), *path = support_folder(), *resume = text_format("%s/resume.bin", path);
	char *old = text_format("%s/old", path), *first = text_format("%s/c01/model.safetensors", path);

	(void)state;
	run_until(whole, 1e9);
	run_until(path, 12);
	assert_false(file_exists(first));
	copy_file(resume, old);
	assert_int_equal(run_until(path, 33), 13);
	assert_true(file_exists(first));
	assert_int_equal(rename(old, resume), 0);
	assert_int_equal(run_until(path, 1e9), 13);
	same_outputs(whole, path);
	support_remove(whole);
	support_remove(path);
	free(resume);
	free(old);
	free(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_to_the_program),
		cmocka_unit_test(killed_runs_go_on),
		cmocka_unit_test(a_resume_older_than_the_checkpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
