/* Places may be called anything: what users name is never part of a line that a
 * shell or make reads. And experiments are named from anywhere. */
#include "study.h"

/* Each character that means something to a shell, to make or to an INI file. */
static const char odd[] = "a b;touch c$d#e%f'g\"h`i\\j&k(l)=m,é";

/* The folder, in quotes for the shell. */
static char *quoted(void)
{
	char *out = text_copy("'");

	for (const char *p = odd; *p != '\0'; p++) {
		char *longer = *p == '\'' ? text_format("%s'\\''", out) : text_format("%s%c", out, *p);

		free(out);
		out = longer;
	}
	{
		char *whole = text_format("%s'", out);

		free(out);
		return whole;
	}
}

static void every_place_may_have_an_odd_name(void **state)
{
	char *name = quoted();

	(void)state;
	expect(shell("O=%s; mkdir \"$O\" && cp -r data models study.ini \"$O\" && ls > before && CACHE=\"$O/cache\" "
		     "$T "
		     "reproduce \"$O/study.ini\" --data \"$O/data\" --models \"$O/models\" --publish \"$O\" && ls > "
		     "after && diff before after | grep -v after; test -s \"$O/report/study/index.html\" && $T audit "
		     "\"$O/study.ini\" --cache \"$O/cache\" --data \"$O/data\" --models \"$O/models\" --publish "
		     "\"$O\" "
		     "--quiet && $T reproduce \"$O/study.ini\" --cache \"$O/cache\" --data \"$O/data\" --models "
		     "\"$O/models\" --publish \"$O\" | head -1",
		     name),
	       0);
	assert_printed("study: all is up to date\n");
	free(name);
}

/* The same through make, on its command line and by the environment. */
static void make_hands_places_on_as_they_are(void **state)
{
	char *name = quoted();

	(void)state;
	expect(shell("O=$PWD/%s; make -s -C '%s' B='%s' status EXPERIMENT=\"$O/study.ini\" CACHE=\"$O/cache\" "
		     "DATA=\"$O/data\" MODELS=\"$O/models\" | tail -1",
		     name, SOURCE, PROGRAMS),
	       0);
	assert_printed(" 0 missing, 0 failed\n");
	expect(shell("O=$PWD/%s; rm -rf \"$O/cache/study/probe\"; export EXPERIMENT=\"$O/study.ini\" "
		     "CACHE=\"$O/cache\" DATA=\"$O/data\" MODELS=\"$O/models\"; make -s -j2 -C '%s' B='%s' probe && "
		     "test -s \"$O/cache/study/probe/net/original/tags/manifest.json\"",
		     name, SOURCE, PROGRAMS),
	       0);
	expect(shell("O=$PWD/%s; make -s -n -C '%s' B='%s' probe EXPERIMENT=\"$O/study.ini\" CACHE=\"$O/cache\" "
		     "DATA=\"$O/data\" MODELS=\"$O/models\"",
		     name, SOURCE, PROGRAMS),
	       0);
	assert_printed("probe/net/original/tags");
	free(name);
}

/* A checkout in such a folder, with all that was built, and an installation. */
static void the_program_may_lie_anywhere(void **state)
{
	char *name = quoted();

	(void)state;
	expect(shell("O=%s; mkdir -p there/\"$O\" && cd there/\"$O\" && for f in Makefile build.mk deps.mk VERSION "
		     "src "
		     "experiments report man manifests share; do cp -a '%s'/$f . || exit 1; done && cp -a '%s' build "
		     "&& "
		     "touch build/gen/program.c && make -s programs && make -s prepare EXPERIMENT=../../study.ini "
		     "CACHE=../../there/cache DATA=../../data MODELS=../../models && make -s install "
		     "DESTDIR=\"$PWD/to $d\" "
		     "PREFIX='/usr $x' && cd / && \"$OLDPWD/to $d/usr \\$x/bin/tunescope\" plan embedded > /dev/null",
		     name, SOURCE, PROGRAMS),
	       0);
	free(name);
}

static void a_users_file_is_not_overwritten(void **state)
{
	(void)state;
	expect(shell("echo mine > results && CACHE='results 2024/cache' $T reproduce study.ini --only prepare && "
		     "grep "
		     "-q '^mine$' results && test -s 'results 2024/cache/study/prepare/tags/manifest.json'"),
	       0);
}

static void experiments_are_named_from_anywhere(void **state)
{
	(void)state;
	expect(shell("mkdir paper embedded && $T plan --graph paper"), 0);
	assert_printed("finetune/bert-base/pos-s1");
	expect(shell("rm -rf paper && $T status | tail -1"), 0);
	assert_printed("embedded: 165 cells:");
	expect(shell("$T status data"), 2);
	assert_printed("data: a folder, expected an experiment file\n");
	expect(shell("$T reproduce embeded"), 2);
	assert_printed("embeded: no such experiment; with the program come embedded, encoders, "
		       "paper-minilm, paper, recipes-minilm, recipes, robust-minilm, robust; one of your own is a "
		       "file's path\n");
	expect(shell("$T status study.ini embedded"), 2);
	assert_printed("embedded: one experiment at a time is expected\n");
	expect(shell("$T reproduce study.ini --only probe/net"), 2);
	assert_printed("study.ini: no cell and no stage probe/net; tunescope status lists the cells\n");
	expect(shell("$T reproduce study.ini --jobs many"), 2);
	assert_printed("--jobs many: expected 1 to 10000\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_may_have_an_odd_name),
		cmocka_unit_test(make_hands_places_on_as_they_are),
		cmocka_unit_test(the_program_may_lie_anywhere),
		cmocka_unit_test(a_users_file_is_not_overwritten),
		cmocka_unit_test(experiments_are_named_from_anywhere),
	};

	return cmocka_run_group_tests_name("places", tests, study_set_up, mini_tear_down);
}
