/* Launchers: success is a manifest, and a failure is told as what it was. */
#include "study.h"

static int launch_set_up(void **state)
{
	return study_set_up(state) == 0 && shell("$T reproduce study.ini --only prepare") == 0 ? 0 : -1;
}

static void a_launcher_that_runs_nothing_has_failed(void **state)
{
	(void)state;
	expect(shell("printf '#!/bin/sh\\necho Submitted batch job 4711 >&2\\n' > submit && chmod +x submit && "
		     "LAUNCH=./submit $T reproduce study.ini --only finetune"),
	       2);
	assert_printed(
		"tunescope-run: finetune/net/tags-s1: the launcher returned 0, but there is no manifest of this "
		"run (never ran); look at cache/study/finetune/net/tags-s1/log");
	expect(shell("$T status --failed study.ini"), 1);
	assert_printed(
		"failed      finetune/net/tags-s1: the launcher returned 0, but there is no manifest of this run "
		"(never ran): Submitted batch job 4711; log: ");
	expect(shell("grep -q 'Submitted batch job 4711' cache/study/finetune/net/tags-s1/log"), 0);
}

/* One that left an older manifest in place has not succeeded either. */
static void an_older_manifest_is_no_success(void **state)
{
	(void)state;
	expect(shell("$T reproduce study.ini --only finetune && sed 's/epochs = 1/epochs = 2/' study.ini > s && cp "
		     "study.ini kept && cat s > study.ini && LAUNCH=true $T reproduce study.ini --only finetune"),
	       2);
	assert_printed("no manifest of this run (parameters changed: epochs 1 → 2)");
	expect(shell("cat kept > study.ini && $T status study.ini | grep finetune"), 0);
	assert_printed("up to date  finetune/net/tags-s1\n");
}

static void a_failure_is_told_as_the_last_one_was(void **state)
{
	(void)state;
	expect(shell("rm -rf cache/study/finetune; printf '#!/bin/sh\\necho no node is free >&2\\nexit 4\\n' > "
		     "first; "
		     "printf '#!/bin/sh\\necho task 0: killed, time limit >&2\\nkill -9 $$\\n' > second; chmod +x "
		     "first second; LAUNCH=./first $T reproduce study.ini --only finetune"),
	       2);
	expect(shell("$T status --failed study.ini"), 1);
	assert_printed("finetune/net/tags-s1: ended with status 4: no node is free; log: ");
	expect(shell("LAUNCH=./second $T reproduce study.ini --only finetune"), 2);
	expect(shell("$T status --failed study.ini"), 1);
	assert_printed("finetune/net/tags-s1: killed by signal 9 (SIGKILL): task 0: killed, time limit; log: ");
	expect(shell("! grep 'no node' cache/study/finetune/net/tags-s1/log && grep -q 'time limit' "
		     "cache/study/finetune/net/tags-s1/log"),
	       0);
	expect(shell("printf '#!/bin/sh\\necho STEP 7.0 CANCELLED DUE TO TIME LIMIT >&2\\necho task 0: Terminated "
		     ">&2\\nexit 143\\n' > fourth && chmod +x fourth && LAUNCH=./fourth $T reproduce study.ini "
		     "--only "
		     "finetune"),
	       2);
	expect(shell("$T status --failed study.ini"), 1);
	assert_printed("killed by signal 15 (SIGTERM): STEP 7.0 CANCELLED DUE TO TIME LIMIT; log: ");
	expect(shell("printf '#!/bin/sh\\nkill -XCPU $$\\n' > third && chmod +x third && LAUNCH=./third $T reproduce "
		     "study.ini --only finetune"),
	       2);
	expect(shell("$T status --failed study.ini"), 1);
	assert_printed("finetune/net/tags-s1: stopped at its limit of processor time (signal 24); log: ");
}

/* A mark ends when the cell starts again, and success leaves none. */
static void success_leaves_no_mark(void **state)
{
	(void)state;
	expect(shell("LAUNCH='env NOTHING=1' $T reproduce study.ini --only finetune && test ! -e "
		     "cache/study/finetune/net/tags-s1/failed && $T status --failed study.ini"),
	       1);
	expect(shell("test ! -s out.txt"), 0);
}

/* What was launched runs with the places that it was asked with. */
static void launched_cells_keep_their_places(void **state)
{
	(void)state;
	expect(shell("LAUNCH='env A=b' $T reproduce study.ini --cache 'a cache' --only finetune && test -s "
		     "'a cache/study/finetune/net/tags-s1/manifest.json'"),
	       0);
}

/* A command and its arguments, as a shell reads them; make reads nothing in it. */
static void launchers_are_commands(void **state)
{
	static const struct {
		const char *launch, *printed;
	} refused[] = {
		{ "env A=b; touch made",
		  "LAUNCH=env A=b; touch made: ';' is not part of a command and its arguments" },
		{ "env A=$(touch made)", "'(' is not part of a command" },
		{ "env \"A=b", "LAUNCH=env \"A=b: the quote \" is not closed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		expect(shell("LAUNCH='%s' $T reproduce study.ini --only finetune", refused[i].launch), 2);
		assert_printed(refused[i].printed);
		expect(shell("test ! -e made"), 0);
	}
	expect(shell("mkdir 'd$x' && printf '#!/bin/sh\necho \"$1\" > told; shift; exec \"$@\"\n' > 'd$x/go' && "
		     "chmod +x "
		     "'d$x/go' && rm -rf cache/study/finetune && LAUNCH=\"'$PWD/d\\$x/go' 'a; b'\" $T reproduce "
		     "study.ini --only finetune && grep -qx 'a; b' told"),
	       0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_launcher_that_runs_nothing_has_failed),
		cmocka_unit_test(an_older_manifest_is_no_success),
		cmocka_unit_test(a_failure_is_told_as_the_last_one_was),
		cmocka_unit_test(success_leaves_no_mark),
		cmocka_unit_test(launched_cells_keep_their_places),
		cmocka_unit_test(launchers_are_commands),
	};

	return cmocka_run_group_tests_name("launch", tests, launch_set_up, mini_tear_down);
}
