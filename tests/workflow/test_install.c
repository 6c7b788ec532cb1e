/* What make install and make dist make: a program that works away from the
 * checkout, and an archive whose bytes follow from the commit. */
#include "mini.h"

static int install(void **state)
{
	(void)state;
	place = support_folder();
	if (shell("cp '%s/tests/workflow/mini.ini' . && make -s -C '%s' install B='%s' DESTDIR=$PWD/root PREFIX=/usr",
		  SOURCE, SOURCE, PROGRAMS) != 0) {
		char *text = printed();

		print_error("%s", text);
		free(text);
		return -1;
	}
	return 0;
}

static void everything_is_in_its_place(void **state)
{
	(void)state;
	expect(shell("cd root/usr && test -x bin/tunescope && test -x libexec/tunescope/directprobe && "
		     "test -s share/man/man1/tunescope.1 && test -s share/tunescope/experiments/paper.ini && "
		     "test -s share/tunescope/report/style.css && test -s "
		     "share/tunescope/manifests/reference/embedded.json && root=$(pwd) && "
		     "! find . -type f | grep -v "
		     "'^./bin\\|^./libexec/tunescope\\|^./share/man\\|^./share/tunescope'"),
	       0);
}

/* The manual page names every stage and command that the program lists. */
static void the_manual_is_complete(void **state)
{
	(void)state;
	expect(shell("root/usr/bin/tunescope --help | sed -n 's/^  \\([a-z]*\\) .*/\\1/p' > names; "
		     "[ $(wc -l < names) -gt 20 ] && for n in $(cat names); do "
		     "grep -q \"^.B $n$\" root/usr/share/man/man1/tunescope.1 || echo $n; done"),
	       0);
	expect(shell("test ! -s out.txt"), 0);
}

static void it_works_away_from_the_checkout(void **state)
{
	(void)state;
	expect(shell("cp -r '%s/geometry/mixed-3' in && root/usr/bin/tunescope directprobe --embeddings "
		     "in/embeddings.npy "
		     "--labels in/labels.txt --out out && tail -n +2 in/clusters.txt > a; tail -n +2 "
		     "out/clusters.txt > b; "
		     "cmp a b",
		     FIXTURES),
	       0);
	/* The report's template and style are those installed. */
	expect(shell("T=$PWD/root/usr/bin/tunescope; %s && test -s report/mini/index.html && $T audit --quiet "
		     "--experiment $F",
		     all_cells),
	       0);
	expect(shell("root/usr/bin/tunescope verify --experiment root/usr/share/tunescope/experiments/embedded.ini"),
	       2);
	assert_printed("collect/results.csv: cannot read");
}

static void an_archive_has_the_same_bytes(void **state)
{
	(void)state;
	if (shell("git -C '%s' rev-parse HEAD", SOURCE) != 0) {
		print_message("skipped: no git checkout here\n");
		skip();
	}
	expect(shell("git clone -q '%s' clone && cd clone && make -s dist && mv tunescope-*.tar.gz ../a && umask 077 "
		     "&& "
		     "touch Makefile && make -s dist && cmp tunescope-*.tar.gz ../a && tar tzf ../a | grep -q "
		     "'^tunescope-[0-9.]*/README.md$'",
		     SOURCE),
	       0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_in_its_place),
		cmocka_unit_test(the_manual_is_complete),
		cmocka_unit_test(it_works_away_from_the_checkout),
		cmocka_unit_test(an_archive_has_the_same_bytes),
	};

	return cmocka_run_group_tests_name("install", tests, install, mini_tear_down);
}
