/* What a file, a cell and an experiment are known by: their bytes, whatever times,
 * links, paths and names say. */
#include "study.h"

static const char run[] = "CACHE=cache $T reproduce study.ini";

static void bytes_that_change_under_their_times_are_seen(void **state)
{
	(void)state;
	expect(shell("%s && $T status study.ini", run), 0);
	expect(shell("cp -p data/train.tsv kept && sed '2s/NOUN$/VERB/' kept > new && cat new > data/train.tsv && "
		     "touch -r kept data/train.tsv && $T status study.ini | grep prepare"),
	       0);
	assert_printed("would run   prepare/tags: inputs changed: data/train.tsv\n");
	expect(shell("%s && d=$(sha256sum < data/train.tsv | cut -c1-64) && "
		     "grep -q $d cache/study/prepare/tags/manifest.json",
		     run),
	       0);
	expect(shell("cat kept > data/train.tsv && touch data/train.tsv && %s", run), 0);
}

/* A file that was only touched stays what it was. */
static void times_alone_change_nothing(void **state)
{
	(void)state;
	expect(shell("touch data/*.tsv && chmod a-x data/*.tsv && $T status study.ini > /dev/null && %s | head -1",
		     run),
	       0);
	assert_printed("study: all is up to date\n");
}

/* When a stage runs for another reason, its manifest tells the bytes that it read,
 * not those that were remembered. */
static void a_manifest_tells_the_bytes_that_were_read(void **state)
{
	(void)state;
	expect(shell("d=$(sha256sum < data/test.tsv | cut -c1-64) && sed -i \"s/^$d/$(echo $d | tr 0-9a-f "
		     "f0-9a-e)/\" cache/study/digests && rm cache/study/prepare/tags/test.tsv && $T run --experiment "
		     "study.ini prepare/tags && grep -q $d cache/study/prepare/tags/manifest.json && %s",
		     run),
	       0);
}

static void a_link_that_leads_elsewhere_is_another_input(void **state)
{
	(void)state;
	expect(shell("mkdir v1 v2 && cp data/*.tsv v1 && sed 's/NOUN$/VERB/' data/train.tsv > v2/train.tsv && cp "
		     "data/test.tsv v2 && touch -r v1/train.tsv v2/train.tsv && ln -s v1 current && sed "
		     "'s,= \\(t[a-z]*.tsv\\),= current/\\1,' study.ini > linked.ini && DATA=. $T reproduce "
		     "linked.ini --only prepare "
		     "&& ln -sfn v2 current && DATA=. $T reproduce linked.ini --only prepare && cmp "
		     "cache/linked/prepare/tags/train.tsv v2/train.tsv"),
	       0);
	assert_printed("prepare/tags: runs: inputs changed: data/current/train.tsv\n");
}

static void two_files_of_one_name_do_not_share_a_folder(void **state)
{
	(void)state;
	expect(shell("mkdir q && sed 's/epochs = 1/epochs = 2/' study.ini > q/study.ini && $T reproduce q/study.ini"),
	       2);
	assert_printed("tunescope-reproduce: q/study.ini: cache/study is where ");
	assert_printed("/study.ini has its results; give this experiment another name ([experiment] name = …)");
	expect(shell("CACHE=other $T reproduce q/study.ini"), 2);
	assert_printed("q/study.ini: manifests/study is where ");
	expect(shell("test ! -e other && $T status q/study.ini"), 2);
	expect(shell("sed -i '1a name = second' q/study.ini && $T plan q/study.ini && test ! -e cache/second"), 0);
	/* By another path, linked, moved, or copied to another machine it is the same file still. */
	expect(shell("$T status ./data/../study.ini && ln -s study.ini q/link.ini && ln study.ini q/hard.ini && sed "
		     "-i 's,$,,' q/hard.ini && mkdir r && cp study.ini r && $T status r/study.ini && mv study.ini "
		     "s.ini && cd r && $T status study.ini --cache ../cache --data ../data --models ../models "
		     "--publish ..; s=$?; cd .. && mv s.ini study.ini; exit $s"),
	       0);
}

/* One that is out of sight, as on a disk that is not mounted, keeps what is its own. */
static void an_absent_file_keeps_its_folder(void **state)
{
	(void)state;
	expect(shell("$T reproduce study.ini && mv study.ini away && $T reproduce q/study.ini --cache cache"), 0);
	expect(shell("sed '/^name/d' q/study.ini > q/s.ini && mv q/s.ini q/study.ini && $T reproduce q/study.ini; "
		     "s=$?; "
		     "mv away study.ini; exit $s"),
	       2);
	assert_printed(
		"/study.ini has its results, which is not there now and had other bytes; give this experiment "
		"another name ([experiment] name = …), or, if it is the same one, remove cache/study/experiment");
	expect(shell("$T reproduce study.ini && rm -rf cache/second report/second figures/second manifests/second*"),
	       0);
}

static void names_that_are_taken_are_refused(void **state)
{
	static const struct {
		const char *name, *printed;
	} cases[] = {
		{ "reference", "n.ini: an experiment cannot be called reference: manifests/reference holds the "
			       "expected results; give it another name" },
		{ "first.experiment", "n.ini: the name of an experiment cannot end in .experiment; give it another" },
		{ "style.css",
		  "n.ini: report/style.css is a file, where the experiment's results would lie; give it" },
	};

	(void)state;
	expect(shell("mkdir -p report && touch report/style.css"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		expect(shell("sed '1a name = %s' study.ini > n.ini && $T reproduce n.ini", cases[i].name), 2);
		assert_printed(cases[i].printed);
		expect(shell("test ! -e 'cache/%s'", cases[i].name), 0);
	}
	expect(shell("rm report/style.css"), 0);
}

static void a_moved_stage_is_what_its_link_leads_to(void **state)
{
	(void)state;
	expect(shell("mkdir disk && mv cache/study/extract disk && ln -s ../../disk/extract cache/study/extract && "
		     "$T "
		     "gc study.ini --delete && $T status study.ini"),
	       0);
	expect(shell("$T gc study.ini"), 0);
	assert_printed("study: 0 files, 0.0 MB that no manifest refers to\n");
	/* What lies behind the link is another's: told, and left. A link to nowhere is itself. */
	expect(shell("echo x > disk/extract/own && ln -s nowhere cache/study/lost && ln -s . cache/study/round && $T "
		     "gc study.ini --delete && test -e disk/extract/own && test ! -L cache/study/lost"),
	       0);
	assert_printed("extract/own (behind a link: not deleted)\n");
	expect(shell("rm disk/extract/own cache/study/round cache/study/extract && mv disk/extract cache/study && "
		     "rmdir disk"),
	       0);
}

/* What was published of a task goes with it, and nothing else does. */
static void what_no_longer_belongs_is_taken_away(void **state)
{
	static const char list[] = "find report/study figures/study manifests/study -path '*secret*'";

	(void)state;
	expect(shell("cp study.ini one.ini && sed -n '/^.task/,/^test/p' study.ini | sed 's/tags/secret/' >> "
		     "study.ini && %s && [ $(%s | wc -l) -gt 50 ]",
		     run, list),
	       0);
	expect(shell("echo mine > report/study/notes.txt && cp one.ini study.ini && $T status study.ini | grep "
		     "published; %s && ! %s | grep . && test -e report/study/notes.txt",
		     run, list),
	       0);
	expect(shell("$T gc study.ini"), 0);
	assert_printed("  report/study/notes.txt\n");
	assert_printed("  probe/net/original/secret/accuracy.csv\n");
	expect(shell("$T gc study.ini --delete && test ! -e report/study/notes.txt && $T status study.ini && cd "
		     "report/study && sha256sum --quiet -c SHA256SUMS"),
	       0);
}

static void what_is_up_to_date_needs_nothing_written(void **state)
{
	(void)state;
	if (shell("unshare -m true") != 0) {
		print_message("skipped: nothing can be mounted here\n");
		skip();
	}
	expect(shell("%s && unshare -m sh -c 'mount --bind . . && mount -o remount,bind,ro . && cd $PWD && %s && $T "
		     "reproduce study.ini --only prepare && $T figures study.ini && $T report study.ini && $T "
		     "status study.ini && $T gc study.ini && $T verify study.ini --reference none; true' > "
		     "/dev/shm/tunescope.$$; s=$?; cat /dev/shm/tunescope.$$; rm /dev/shm/tunescope.$$; exit $s",
		     run, run),
	       0);
	assert_printed("study: all is up to date\n");
	assert_printed("29 up to date");
}

static void a_cache_moves_and_is_copied(void **state)
{
	(void)state;
	expect(shell("mv cache moved && CACHE=moved $T status study.ini && cp -r moved copied && CACHE=copied $T "
		     "status study.ini && CACHE=copied $T audit study.ini --quiet; s=$?; rm -rf copied; mv moved "
		     "cache; exit $s"),
	       0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_that_change_under_their_times_are_seen),
		cmocka_unit_test(times_alone_change_nothing),
		cmocka_unit_test(a_manifest_tells_the_bytes_that_were_read),
		cmocka_unit_test(a_link_that_leads_elsewhere_is_another_input),
		cmocka_unit_test(two_files_of_one_name_do_not_share_a_folder),
		cmocka_unit_test(an_absent_file_keeps_its_folder),
		cmocka_unit_test(names_that_are_taken_are_refused),
		cmocka_unit_test(a_moved_stage_is_what_its_link_leads_to),
		cmocka_unit_test(what_no_longer_belongs_is_taken_away),
		cmocka_unit_test(what_is_up_to_date_needs_nothing_written),
		cmocka_unit_test(a_cache_moves_and_is_copied),
	};

	return cmocka_run_group_tests_name("identity", tests, study_set_up, mini_tear_down);
}
