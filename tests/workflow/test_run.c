/* A miniature experiment from its text to its report, run by make and the
 * programs themselves: what is up to date, why what is not would run, what an
 * audit finds, and what a kill leaves. */
#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "base/sha256.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* One directory for all tests: the experiment is run once, in the set-up. */
static char *place;

/* Runs a shell command in the directory, its output in out.txt; returns the exit
 * status. */
static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int shell(const char *format, ...)
{
	char command[2048], whole[4096];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	snprintf(whole, sizeof whole,
		 "cd '%s' && unset MAKEFLAGS MAKELEVEL RERUN DATA MODELS LAUNCH; export CACHE=cache "
		 "T='%s/bin/tunescope' "
		 "F='%s/mini.ini'; { %s; } > out.txt 2>&1",
		 place, PROGRAMS, place, command);
	status = system(whole);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the last command printed, in new memory. */
static char *printed(void)
{
	char *path = path_join(place, "out.txt"), *text;
	struct mapping map;
	struct error err;

	assert_int_equal(mapping_open(&map, path, &err), 0);
	text = text_copy_n(map.data, map.size);
	mapping_close(&map);
	free(path);
	return text;
}

static void assert_printed(const char *part)
{
	char *text = printed();

	if (strstr(text, part) == NULL)
		fail_msg("expected \"%s\" in:\n%s", part, text);
	free(text);
}

static void expect(int status, int expected)
{
	if (status != expected) {
		char *text = printed();

		fail_msg("exit status %d, expected %d:\n%s", status, expected, text);
	}
}

static const char all_cells[] =
	"$T plan --experiment $F > plan.mk && make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 cells "
	"&& make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 collect figures "
	"&& make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 report";

static int set_up(void **state)
{
	(void)state;
	place = support_folder();
	if (shell("cp '%s/tests/workflow/mini.ini' .", SOURCE) != 0)
		return -1;
	if (shell("%s", all_cells) != 0) {
		char *text = printed();

		print_error("%s", text);
		free(text);
		return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	support_remove(place);
	return 0;
}

static void digest(char hex[65], const char *name)
{
	char *path = path_join(place, name);
	struct error err;
	uint64_t bytes;

	if (sha256_file(hex, &bytes, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

static void everything_is_there_and_up_to_date(void **state)
{
	(void)state;
	expect(shell("$T status --experiment $F"), 0);
	assert_printed("would run, 0 missing, 0 failed");
	expect(shell("test -s report/mini/index.html && test -s report/mini/report.pdf && test -s "
		     "figures/mini/minimum/index.json "
		     "&& test -s manifests/mini/finetune/small/pos-s1.json"),
	       0);
	expect(shell("%s", all_cells), 0);
	expect(shell("test ! -s out.txt"), 0);
}

static void times_decide_nothing(void **state)
{
	(void)state;
	expect(shell("find cache -type f -exec touch {} + && cp -r cache elsewhere && $T status --experiment $F && "
		     "CACHE=elsewhere $T status --experiment $F; s=$?; rm -rf elsewhere; exit $s"),
	       0);
}

static void a_changed_parameter_is_the_reason(void **state)
{
	(void)state;
	expect(shell("sed -i 's/^lr          = 1e-3/lr          = 2e-3/' mini.ini && $T status --experiment $F"), 1);
	assert_printed("would run   finetune/small/pos-s1: parameters changed: lr 0.001 → 0.002\n");
	assert_printed("would run   probe/small/pos-s1-c02/pos: inputs: extract/small/pos-s1-c02/pos would run\n");
	expect(shell("! grep 'pretrain\\|prepare\\|original' out.txt"), 0);
	expect(shell("sed -i 's/^lr          = 2e-3/lr          = 1e-3/' mini.ini && $T status --experiment $F"), 0);
}

static void a_lost_output_is_made_again(void **state)
{
	static const char name[] = "cache/mini/probe/small/original/pos/accuracy.csv";
	char before[65], after[65];

	(void)state;
	digest(before, name);
	expect(shell("rm %s && $T status --experiment $F", name), 1);
	assert_printed("probe/small/original/pos: output missing: probe/small/original/pos/accuracy.csv");
	expect(shell("%s", all_cells), 0);
	digest(after, name);
	assert_string_equal(before, after);
}

/* Flips one bit in the middle of a file. */
static void flip(const char *name)
{
	char *path = path_join(place, name), byte;
	struct stat st;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0);
	assert_int_equal(pread(fd, &byte, 1, st.st_size / 2), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, st.st_size / 2), 1);
	close(fd);
	free(path);
}

static void an_audit_finds_a_flipped_bit_anywhere(void **state)
{
	static const char *const names[] = {
		"cache/mini/prepare/pos/train.tsv",
		"cache/mini/pretrain/small/model.safetensors",
		"cache/mini/finetune/small/pos-s1/c02/model.safetensors",
		"cache/mini/extract/small/original/pos/train/layer1.npy",
		"cache/mini/probe/small/original/pos/accuracy.csv",
		"cache/mini/directprobe/small/original/pos/train/distances.csv",
		"cache/mini/trajectory/small/pos-s1/minimum.csv",
		"cache/mini/similarity/small/pos-s1/similarity.csv",
		"cache/mini/collect/results.csv",
		"cache/mini/report/index.html",
		"report/mini/index.html",
		"report/mini/report.pdf",
	};

	(void)state;
	expect(shell("$T audit --experiment $F"), 0);
	assert_printed(" 0 links broken");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *base = path_base(names[i]);

		flip(names[i]);
		expect(shell("$T audit --quiet --experiment $F"), 1);
		assert_printed("broken   ");
		assert_printed(base);
		flip(names[i]);
	}
	expect(shell("$T audit --quiet --experiment $F"), 0);
}

static void an_audit_finds_an_edited_manifest(void **state)
{
	static const char name[] = "cache/mini/probe/small/original/pos/manifest.json";

	(void)state;
	expect(shell("cp %s kept && sed -i 's/\"runs\": \"2\"/\"runs\": \"3\"/' %s && ! cmp -s kept %s && "
		     "$T audit --quiet --experiment $F; s=$?; cp kept %s; exit $s",
		     name, name, name, name),
	       1);
	assert_printed("probe/small/original/pos: parameter runs is 2, the manifest has 3");
}

/* SIGKILL while make runs, at three instants; then the run goes on and ends with
 * the bytes of the undisturbed one. */
static void a_killed_run_goes_on_to_the_same_bytes(void **state)
{
	static const char *const names[] = { "collect/results.csv", "report/index.html",
					     "finetune/small/pos-s1/c02/model.safetensors", "report/report.pdf" };
	char kept[4][65], found[65], *name;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		name = path_join("cache/mini", names[i]);
		digest(kept[i], name);
		free(name);
	}
	expect(shell("mv cache kept-cache && mkdir cache"), 0);
	for (int i = 0; i < 3; i++)
		shell("setsid sh -c '%s' & pid=$!; sleep 0.%d; kill -KILL -$pid", all_cells, 3 + 3 * i);
	expect(shell("%s", all_cells), 0);
	for (size_t i = 0; i < 4; i++) {
		name = path_join("cache/mini", names[i]);
		digest(found, name);
		free(name);
		assert_string_equal(kept[i], found);
	}
	expect(shell("find cache -name '*.tmp' -newer cache/mini/report/manifest.json | grep -q . && exit 1; rm -rf "
		     "kept-cache; $T audit --quiet --experiment $F"),
	       0);
}

static void a_failed_cell_is_named_and_the_report_still_written(void **state)
{
	(void)state;
	expect(shell("cp -r cache broken && rm -rf broken/mini/extract/small/original/trec50 && printf x > "
		     "broken/mini/prepare/trec50/train.tsv && CACHE=broken $T extract --experiment $F --cell "
		     "extract/small/original/trec50"),
	       1);
	assert_printed("prepare/trec50/train.tsv: SHA-256 ");
	expect(shell("CACHE=broken $T status --experiment $F"), 1);
	assert_printed("failed      extract/small/original/trec50: prepare/trec50/train.tsv");
	expect(shell("CACHE=broken $T collect --experiment $F --cell collect && CACHE=broken $T figures --publish "
		     "broken "
		     "--experiment $F --cell figures/layers && CACHE=broken $T report --publish broken --experiment "
		     "$F --cell "
		     "report && grep -q 'probe/small/original/trec50' broken/report/mini/index.html; s=$?; rm -rf "
		     "broken; "
		     "exit $s"),
	       0);
}

static void bad_usage_is_one_line(void **state)
{
	static const struct {
		const char *command;
		int status;
		const char *printed;
	} cases[] = {
		{ "$T", 0, "Usage: tunescope STAGE" },
		{ "$T --version", 0, "tunescope 0." },
		{ "$T nonsense", 2, "tunescope: no stage nonsense; tunescope --help lists them\n" },
		{ "$T finetune --epochs 3", 2, "tunescope-finetune: --out is missing" },
		{ "$T finetune --epochs x --out o", 2, "tunescope-finetune: --epochs x: expected a whole number\n" },
		{ "$T finetune --epoch 3", 2, "tunescope-finetune: unknown option --epoch; --help lists them\n" },
		{ "$T finetune --help", 0, "  --warmup VALUE" },
		{ "$T extract --experiment $F --cell none", 2, "no extract cell none" },
		{ "$T status --experiment none.ini", 2, "none.ini: cannot read: No such file or directory" },
		{ "$T check --experiment $F", 2, "expected the name of one cell" },
		{ "$T prepare --kind word --format conllu --label upos --train none --test none --out o", 2,
		  "tunescope-prepare: none: cannot read: No such file or directory\n" },
		{ "$T probe --grid 3x --train a --out o", 2, "tunescope-probe: " },
		{ "$T directprobe --out /proc/none/o --labels a --embeddings b", 2, "cannot make directory" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		expect(shell("%s", cases[i].command), cases[i].status);
		assert_printed(cases[i].printed);
	}
}

static void a_missing_checkpoint_is_told_at_once(void **state)
{
	(void)state;
	expect(shell("MODELS=none DATA='%s' $T plan --ready --experiment '%s/experiments/paper.ini'", place, SOURCE),
	       2);
	assert_printed("none/google/bert_uncased_L-2_H-128_A-2: [model bert-tiny]: no config.json there; make fetch "
		       "EXPERIMENT=paper MODELS=none brings it\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_there_and_up_to_date),
		cmocka_unit_test(times_decide_nothing),
		cmocka_unit_test(a_changed_parameter_is_the_reason),
		cmocka_unit_test(a_lost_output_is_made_again),
		cmocka_unit_test(an_audit_finds_a_flipped_bit_anywhere),
		cmocka_unit_test(an_audit_finds_an_edited_manifest),
		cmocka_unit_test(a_killed_run_goes_on_to_the_same_bytes),
		cmocka_unit_test(a_failed_cell_is_named_and_the_report_still_written),
		cmocka_unit_test(bad_usage_is_one_line),
		cmocka_unit_test(a_missing_checkpoint_is_told_at_once),
	};

	return cmocka_run_group_tests_name("run", tests, set_up, tear_down);
}
