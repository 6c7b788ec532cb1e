/* The same bytes whatever the threads, and whatever ends a run on its way. */
#include "scene.h"

#include <cblas.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The digests of the tables of a run. */
static void digests_of(char out[8][65], const struct scene *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->out.count; i++) {
		size_t length = strlen(s->out.items[i].name);

		if (strcmp(s->out.items[i].name + length - 4, ".csv") == 0 && count < 8)
			strcpy(out[count++], s->out.items[i].sha256);
	}
	assert_int_equal(count, 6);
}

static void scene_everything(struct scene *s, long wide)
{
	s->job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
	s->job.params.wide = wide;
	scene_run(s);
}

/* The same bytes from one thread and from three with other settings side by side,
 * and from a run that was stopped and went on. */
static void test_same_bytes(void **state)
{
	char one[8][65], three[8][65], resumed[8][65], *work;
	struct scene s;
	struct error err = { 0 };

	(void)state;
	scene_make(&s, 1);
	scene_everything(&s, 3);
	digests_of(one, &s);
	scene_remove(&s);
	scene_make(&s, 3);
	scene_everything(&s, 0);
	digests_of(three, &s);
	scene_remove(&s);

	scene_make(&s, 1);
	work = path_join(s.path, "probe.work");
	s.job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
	s.job.params.wide = 3;
	for (int stop = 5; stop < 30; stop += 20) {
		s.fits_before_stop = stop;
		assert_int_equal(probe_run(&s.job, &s.out, &s.ctx, &err), -1);
		assert_int_equal(err.status, STATUS_STOPPED);
		assert_true(file_exists(work));
		s.stop = 0;
	}
	s.fits_before_stop = 0;
	scene_run(&s);
	assert_false(file_exists(work));
	digests_of(resumed, &s);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(one[i], three[i]);
		assert_string_equal(one[i], resumed[i]);
	}
	free(work);
	scene_remove(&s);
}

static void stopped_run(struct scene *s)
{
	struct error err = { 0 };

	s->fits_before_stop = 5;
	assert_int_equal(probe_run(&s->job, &s->out, &s->ctx, &err), -1);
	assert_int_equal(err.status, STATUS_STOPPED);
	s->stop = 0;
}

/* The fits that a whole run makes after a stopped one. */
static size_t fits_after_stop(struct scene *s)
{
	s->fits_before_stop = 1000;
	scene_run(s);
	return (size_t)(1000 - s->fits_before_stop);
}

/* What another program, or other kernels, left unfinished is not gone on with. */
static void test_foreign_work(void **state)
{
	struct scene s;
	size_t rest;

	(void)state;
	scene_make(&s, 1);
	s.job.params.wide = 1;
	stopped_run(&s);
	rest = fits_after_stop(&s);
	assert_true(rest < 4 * 5 + 2);
	stopped_run(&s);
	s.job.program = "4567";
	assert_int_equal(fits_after_stop(&s), 4 * 5 + 2);
	stopped_run(&s);
	s.job.kernels = "plain";
	assert_int_equal(fits_after_stop(&s), 4 * 5 + 2);
	stopped_run(&s);
	assert_int_equal(fits_after_stop(&s), rest);
	scene_remove(&s);
}

/* Of a work file that a kill cut short, or that rotted, the records before the
 * fault still count. */
static void test_torn_work(void **state)
{
	struct scene s;
	size_t rest;
	char *work;

	(void)state;
	scene_make(&s, 1);
	s.job.params.wide = 1;
	work = path_join(s.path, "probe.work");
	stopped_run(&s);
	rest = fits_after_stop(&s);
	for (int fault = 0; fault < 2; fault++) {
		struct stat whole;
		FILE *f;

		stopped_run(&s);
		assert_int_equal(stat(work, &whole), 0);
		if (fault == 0) {
			assert_int_equal(truncate(work, whole.st_size - 3), 0);
		} else {
			f = fopen(work, "r+b");
			assert_non_null(f);
			assert_int_equal(fseek(f, -1, SEEK_END), 0);
			assert_int_equal(fputc(0x5a, f), 0x5a);
			assert_int_equal(fclose(f), 0);
		}
		assert_int_equal(fits_after_stop(&s), rest + 1);
	}
	free(work);
	scene_remove(&s);
}

/* A run in a process of its own, which is killed at one of its fits. */
static void killed_run(struct scene *s, unsigned threads, int fits)
{
	pid_t child = fork();
	struct error err = { 0 };
	int status;

	if (child == 0) {
		s->ctx.pool = pool_new(threads); /* the parent's threads are not here */
		s->fits_before_stop = fits;
		s->deadly = SIGKILL;
		probe_run(&s->job, &s->out, &s->ctx, &err);
		_exit(1);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Killed outright, three times at different places, a run goes on with the fits
 * that it had ended, and has the bytes of one that nobody disturbed. */
static void test_killed(void **state)
{
	enum { FITS = 4 * 5 + 2 * 5 + 3 * 2 + 5 }; /* both selections, three kinds, blocks of the online code */
	static const int fits[3] = { 12, 12, 17 }; /* the last among the final runs */
	char whole[8][65], found[8][65];
	struct scene s;

	(void)state;
	scene_make(&s, 1);
	s.fits_before_stop = 1000;
	scene_everything(&s, 1);
	assert_int_equal(s.fits_before_stop, 1000 - FITS);
	digests_of(whole, &s);
	scene_remove(&s);
	for (unsigned threads = 1; threads < 4; threads += 2) {
		size_t rest;

		scene_make(&s, 1);
		s.job.params.kinds = PROBE_MLP | PROBE_LINEAR | PROBE_CONTROL | PROBE_MDL;
		s.job.params.wide = 1;
		for (int kill = 0; kill < 3; kill++)
			killed_run(&s, threads, fits[kill]);
		rest = fits_after_stop(&s);
		/* The fit that it is killed at has not been kept, nor those beside it. */
		if (threads == 1)
			assert_int_equal(rest, FITS - 38);
		else
			assert_in_range(rest, FITS - 38, FITS - 38 + 3 * 2);
		digests_of(found, &s);
		for (size_t i = 0; i < 6; i++)
			assert_string_equal(found[i], whole[i]);
		scene_remove(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_foreign_work),
		cmocka_unit_test(test_torn_work),
		cmocka_unit_test(test_killed),
	};

	openblas_set_num_threads(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
