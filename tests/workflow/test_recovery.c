/* A miniature experiment that is killed, runs out of room, meets files it may not
 * write, and is run twice at once: what it ends with are the bytes of an
 * undisturbed run. KILLS says how often it is killed (4); make check-kill, two
 * hundred times. */
#include "mini.h"

#include "base/random.h"

#include <signal.h>
#include <time.h>

/* The digests of every artefact and of what was published, a line each. */
#define LIST                                                                                                         \
	"find cache/mini figures/mini report/mini manifests/mini -type f ! -name run.json ! -name log ! -name lock " \
	"! -name digests ! -name tally ! -name released ! -path '*/times/*' | sort | xargs sha256sum"

/* Those of the undisturbed run, which an audit found sound: the same bytes are so,
 * too. */
static int set_up(void **state)
{
	if (mini_set_up(state) != 0 || shell("$T audit --quiet --experiment $F && { " LIST "; } > undisturbed") != 0)
		return -1;
	return shell("mv cache whole") == 0 ? 0 : -1;
}

static int is_undisturbed(void)
{
	return shell(LIST " | diff undisturbed -");
}

/* The run is finished, and has the bytes of the undisturbed one. */
static void expect_whole(void)
{
	expect(shell("%s", whole_run), 0);
	expect(is_undisturbed(), 0);
	expect(shell("$T status --experiment $F > /dev/null && rm -rf cache"), 0);
}

static long kills_wanted(void)
{
	const char *text = getenv("KILLS");
	long kills = 4;

	if (text != NULL && (integer_parse(&kills, text) < 0 || kills < 1))
		fail_msg("KILLS=%s: expected the number of kills", text);
	return kills;
}

/* The whole run, by make or by the program. */
static const char *const runs[] = { all_cells, whole_run };

/* Starts the run in a session of its own, and kills every process of it after
 * the given time. True if it had not ended by itself. */
static bool run_and_kill(const char *run, double seconds)
{
	struct timespec wait = { (time_t)seconds, (long)(1e9 * (seconds - (double)(time_t)seconds)) };
	pid_t child = fork();
	int status;
	bool ended;

	if (child == 0) {
		setsid();
		_exit(shell("%s", run) == 0 ? 0 : 1);
	}
	assert_true(child > 0);
	nanosleep(&wait, NULL);
	ended = waitpid(child, &status, WNOHANG) == child;
	if (ended)
		return false;
	kill(-child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	return true;
}

/* At instants that a seed draws, up to somewhat more than a whole run takes;
 * where one ends before its kill, the next begins anew. */
static void killed_runs_end_in_the_same_bytes(void **state)
{
	const long wanted = kills_wanted();
	long kills = 0, whole = 0;
	struct timespec start, end;
	struct stream random;
	double takes;

	(void)state;
	stream_init(&random, 20);
	clock_gettime(CLOCK_MONOTONIC, &start);
	expect(shell("%s", all_cells), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	takes = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
	expect_whole();
	while (kills < wanted) {
		/* The less time between two kills, the more of them a run meets. */
		double room = takes * (kills % 2 == 0 ? 0.3 : 1.1);

		if (run_and_kill(runs[kills / 2 % 2], room * stream_uniform(&random))) {
			kills++;
		} else {
			whole++;
			expect_whole();
		}
	}
	expect_whole();
	print_message("%ld kills, %ld runs ended before theirs\n", kills, whole);
}

/* On a file system of a few hundred kilobytes, then on one with room. */
static void a_full_disk_is_one_error_and_no_loss(void **state)
{
	(void)state;
	if (shell("mkdir -p cache && mount -t tmpfs -o size=600k tmpfs cache") != 0) {
		print_message("skipped: a small file system cannot be mounted here\n");
		skip();
	}
	assert_int_not_equal(shell("%s", all_cells), 0);
	assert_printed("No space left on device");
	/* What has a manifest is whole. */
	expect(shell("for m in $(find cache -name manifest.json); do $T check --experiment $F "
		     "$(dirname ${m#cache/mini/}) || echo $m; done; [ $(find cache -name manifest.json | wc -l) -gt "
		     "1 ]"),
	       0);
	expect(shell("test ! -s out.txt; mount -o remount,size=64m cache"), 0);
	expect(shell("%s", all_cells), 0);
	expect(shell("umount -l cache && rmdir cache && mv whole cache && $T audit --quiet --experiment $F; s=$?; mv "
		     "cache whole; exit $s"),
	       0);
}

static void files_that_may_not_be_written_are_replaced_or_told(void **state)
{
	static const char file[] = "cache/mini/probe/small/original/pos/accuracy.csv";

	(void)state;
	expect(shell("cp -r whole cache && chmod -R a-w %s cache/mini/probe/small/original/pos/log && echo x > x && "
		     "mv -f x %s && $T run --experiment $F probe/small/original/pos",
		     file, file),
	       0);
	if (shell("echo x > y && mv -f y %s && chattr +i %s", file, file) != 0) {
		print_message("skipped: no file can be made immutable here\n");
	} else {
		expect(shell("$T run --experiment $F probe/small/original/pos"), 3);
		assert_printed("accuracy.csv: cannot write: Operation not permitted");
		expect(shell("$T status --failed --experiment $F"), 1);
		assert_printed("failed      probe/small/original/pos: ");
		assert_printed("; log: cache/mini/probe/small/original/pos/log\n");
		expect(shell("chattr -i %s", file), 0);
	}
	expect_whole();
}

static void two_runs_at_once_do_no_harm(void **state)
{
	(void)state;
	expect(shell("sh -c '%s' > one 2>&1 & first=$!; $T reproduce $F --jobs 2 > two 2>&1; s=$?; wait $first && "
		     "exit $s",
		     all_cells),
	       0);
	expect_whole();
	expect(shell("$T reproduce $F --jobs 2 > one 2>&1 & first=$!; $T reproduce $F --jobs 2 > two 2>&1; s=$?; cat "
		     "one "
		     "two; wait $first && exit $s"),
	       0);
	expect_whole();
}

/* Every stage's cell, with so much room that the disk is full at its first write, in
 * the middle, at its end: an error and no manifest, or all of it. */
static void a_disk_that_fills_at_any_write_takes_nothing(void **state)
{
	static const char *const cells[] = { "prepare/pos",
					     "pretrain/small",
					     "finetune/small/pos-s1",
					     "extract/small/original/pos",
					     "probe/small/original/pos",
					     "directprobe/small/original/pos/train",
					     "trajectory/small/pos-s1",
					     "divergence/small/original/pos",
					     "similarity/small/pos-s1",
					     "collect",
					     "figures/minimum",
					     "report" };
	static const int rooms[] = { 0, 12, 80 }; /* KiB */
	size_t full = 0;

	(void)state;
	if (shell("mkdir -p cache && mount -t tmpfs -o size=24m tmpfs cache && cp -r whole/mini cache") != 0) {
		print_message("skipped: a small file system cannot be mounted here\n");
		skip();
	}
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		for (size_t r = 0; r < sizeof rooms / sizeof rooms[0]; r++) {
			int status;

			expect(shell("cd cache/mini/%s && find . -type f ! -name lock ! -name released -delete; cd - "
				     "> "
				     "/dev/null; cat /dev/zero > cache/ballast 2> /dev/null; truncate -s -%dK "
				     "cache/ballast; "
				     "true",
				     cells[i], rooms[r]),
			       0);
			status = shell("$T run --experiment $F %s", cells[i]);
			if (status != 0) {
				full++;
				assert_int_equal(status, 3);
				assert_printed("No space left on device");
				expect(shell("test ! -e cache/mini/%s/manifest.json", cells[i]), 0);
			}
			expect(shell("rm cache/ballast && $T run --experiment $F %s", cells[i]), 0);
		}
	assert_true(full > 12);
	expect(shell("%s", whole_run), 0);
	expect(is_undisturbed(), 0);
	expect(shell("umount -l cache && rmdir cache"), 0);
}

/* A cache that is moved away, or can no longer be written, under a run: an error,
 * and what was done is there when it is back. */
static void a_cache_that_goes_away_is_an_error_and_no_loss(void **state)
{
	(void)state;
	for (int moment = 1; moment < 3; moment++) {
		shell("$T reproduce $F --jobs 2 > one 2>&1 & run=$!; sleep 0.%d; mv cache away; wait $run; rm -rf "
		      "report; "
		      "[ -d away ] || exit 0; rm -rf cache; mv away cache",
		      3 * moment);
		expect_whole();
	}
	if (shell("unshare -m true") != 0) {
		print_message("skipped: nothing can be mounted here\n");
		return;
	}
	for (int moment = 1; moment < 3; moment++) {
		expect(shell("mkdir -p cache && unshare -m sh -c 'mount --bind cache cache && cd $PWD && { $T "
			     "reproduce $F "
			     "--jobs 2 > one 2>&1 & run=$!; sleep 0.%d; mount -o remount,bind,ro cache; wait $run; "
			     "}'; "
			     "true",
			     3 * moment),
		       0);
		expect_whole();
	}
}

/* What killed the program is told, and the cell is repeated. */
static void a_killed_program_is_a_failed_cell(void **state)
{
	(void)state;
	expect(shell("cp -r whole cache && rm -rf cache/mini/probe/small/original/pos && $T run --experiment $F "
		     "probe/small/original/pos -- sh -c 'echo lost the node; kill -KILL $$'"),
	       137);
	assert_printed("lost the node");
	expect(shell("$T status --failed --experiment $F"), 1);
	assert_printed("failed      probe/small/original/pos: killed by signal 9 (SIGKILL): lost the node; log: ");
	expect(shell("grep -q 'lost the node' cache/mini/probe/small/original/pos/log"), 0);
	expect(shell("$T run --experiment $F probe/small/original/pos -- sh -c 'exit 7'"), 7);
	expect(shell("$T run --experiment $F probe/small/original/pos -- no-such-launcher"), 127);
	assert_printed("no-such-launcher: cannot start: No such file or directory");
	expect(shell("$T run --experiment $F probe/small/original/pos -- env -u NOTHING"), 0);
	expect_whole();
}

/* What a stage goes on from is there until its manifest is: a kill between its last
 * output and that repeats nothing that takes long. */
static void work_is_kept_until_the_manifest(void **state)
{
	(void)state;
	expect(shell("cp -r whole cache && cd cache/mini/probe/small/original/pos && rm manifest.json && mkdir -p "
		     "manifest.json/in/the/way && cd - > /dev/null && $T run --experiment $F "
		     "probe/small/original/pos"),
	       2);
	assert_printed("manifest.json: cannot write");
	expect(shell("cd cache/mini/probe/small/original/pos && test -s probe.work && rm -r manifest.json && cd - > "
		     "/dev/null && $T run --experiment $F probe/small/original/pos && test ! -e "
		     "cache/mini/probe/small/original/pos/probe.work"),
	       0);
	expect_whole();
}

/* A kill right after a manifest leaves what is spent, half-written copies and weights
 * that nobody reads any more: the next run tidies up, whether it looks at all cells
 * or at one, and repeats no stage. */
static void what_a_kill_after_the_manifest_leaves_is_tidied(void **state)
{
	static const char *const leave[] = {
		"touch cache/mini/directprobe/small/original/pos/train/.work-1",
		"touch cache/mini/probe/small/original/pos/probe.work",
		"touch cache/mini/finetune/small/pos-s1/resume.bin",
		"touch cache/mini/finetune/small/pos-s1/c02/.config.json.0123456789abcdef.tmp",
		"mkdir -p cache/mini/finetune/small/pos-s1/again/c01 && touch "
		"cache/mini/finetune/small/pos-s1/again/c01/model.safetensors",
		"rm report/mini/index.html; touch report/mini/.index.html.0123456789abcdef.tmp",
		"rm manifests/mini/prepare/pos.json; touch manifests/mini/prepare/.pos.json.0123456789abcdef.tmp",
		"rm cache/mini/finetune/small/pos-s1/released && cp "
		"cache/mini/finetune/small/pos-s1/c02/model.safetensors "
		"cache/mini/finetune/small/pos-s1/c01/model.safetensors",
	};
	static const char *const cells[] = { "directprobe/small/original/pos/train",
					     "probe/small/original/pos",
					     "finetune/small/pos-s1",
					     "finetune/small/pos-s1",
					     "finetune/small/pos-s1",
					     "report",
					     "report",
					     "trajectory/small/pos-s1" };

	const size_t count = sizeof leave / sizeof leave[0];

	(void)state;
	expect(shell("cp -r whole cache && %s", whole_run), 0);
	for (size_t i = 0; i < count; i++)
		for (int all = 0; all < (i == 0 || i + 1 == count ? 2 : 1); all++) {
			char *said;

			expect(shell("%s", leave[i]), 0);
			expect(is_undisturbed(), 1);
			expect(all ? shell("%s", whole_run) : shell("$T run --experiment $F %s", cells[i]), 0);
			said = printed();
			assert_string_equal(said, "");
			free(said);
			expect(is_undisturbed(), 0);
		}
	expect(shell("rm -rf cache"), 0);
}

/* The weights of the checkpoint in between were released; what reads them makes
 * them again, checks their bytes, and lets them go. */
static void released_weights_are_made_again(void **state)
{
	static const char weights[] = "cache/mini/finetune/small/pos-s1/c01/model.safetensors";

	(void)state;
	expect(shell("cp -r whole cache && test ! -e %s && grep -q c01/model.safetensors "
		     "cache/mini/finetune/small/pos-s1/released && $T status --experiment $F",
		     weights),
	       0);
	assert_printed("released    finetune/small/pos-s1\n");
	assert_printed("(2 released)");
	expect(shell("rm -rf cache/mini/trajectory/small/pos-s1 && $T run --experiment $F trajectory/small/pos-s1"),
	       0);
	expect(shell("test ! -e %s && test ! -e cache/mini/finetune/small/pos-s1/again", weights), 0);
	/* Weights that come out otherwise are refused, and nothing is lost. */
	expect(shell("rm -rf cache/mini/trajectory/small/pos-s1; cp cache/mini/finetune/small/pos-s1/manifest.json "
		     "k; "
		     "M=cache/mini/finetune/small/pos-s1/manifest.json; "
		     "d=$(grep -B3 'c01/model.safetensors' $M | grep -o '[0-9a-f]\\{64\\}'); sed -i "
		     "\"s/$d/$(echo $d | tr 0-9a-f f0-9a-e)/\" $M; $T run --experiment $F trajectory/small/pos-s1; "
		     "s=$?; "
		     "cp k $M; exit $s"),
	       1);
	assert_printed("c01/model.safetensors: made again its SHA-256 is ");
	expect_whole();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_runs_end_in_the_same_bytes),
		cmocka_unit_test(a_full_disk_is_one_error_and_no_loss),
		cmocka_unit_test(a_disk_that_fills_at_any_write_takes_nothing),
		cmocka_unit_test(a_cache_that_goes_away_is_an_error_and_no_loss),
		cmocka_unit_test(files_that_may_not_be_written_are_replaced_or_told),
		cmocka_unit_test(two_runs_at_once_do_no_harm),
		cmocka_unit_test(a_killed_program_is_a_failed_cell),
		cmocka_unit_test(work_is_kept_until_the_manifest),
		cmocka_unit_test(what_a_kill_after_the_manifest_leaves_is_tidied),
		cmocka_unit_test(released_weights_are_made_again),
	};

	return cmocka_run_group_tests_name("recovery", tests, set_up, mini_tear_down);
}
