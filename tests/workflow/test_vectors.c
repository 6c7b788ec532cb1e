/* Embeddings that were made elsewhere, in place of an encoder. */
#include "mini.h"

#define FIXTURE FIXTURES "/elsewhere"

/* The vectors are those that `extract` makes of the checkpoints of the fixture, so that
 * what comes out can be compared with what comes out of the checkpoints themselves. */
static int set_up(void **state)
{
	(void)state;
	place = support_folder();
	return shell("mkdir -p data models && cp -r '%s'/families/electra models/net && cp -r '%s'/trainer models && "
		     "cp '%s'/t*.tsv data && cp models/net/token* models/trainer/tags/seed1/checkpoint-32 && "
		     "cp models/net/token* models/trainer/tags/seed1/checkpoint-48 && "
		     "for part in train test; do n=0; for m in net trainer/tags/seed1/checkpoint-32 "
		     "trainer/tags/seed1/checkpoint-48; do s=original; [ $n = 0 ] || s=tags-s1-c0$n; n=$((n + 1)); "
		     "mkdir -p models/given/$s/tags; $T extract --model models/$m --examples data/$part.tsv --kind "
		     "word "
		     "--layers all --out models/given/$s/tags/$part --kernels portable || exit 1; done; done; "
		     "rm -r models/trainer/tags/seed1/checkpoint-16; "
		     "head='[experiment]\\nkernels = portable\\n' tail='[task tags]\\nkind = word\\nformat = tsv\\n"
		     "train = train.tsv\\ntest = test.tsv\\n[probe]\\ngrid = 8x8:1e-3\\nruns = 1\\nmax_iter = "
		     "20\\n'; "
		     "printf \"$head[model net]\\nvectors = given\\ncheckpoints = 2\\n$tail\" > given.ini; "
		     "printf \"$head[model net]\\npath = net\\n[recipe r]\\nfrom = trainer/tags/seed1\\n"
		     "checkpoints = 2\\n$tail\" > made.ini",
		     FIXTURES, FIXTURE, FIXTURE) == 0
		       ? 0
		       : -1;
}

/* Every later stage works on them as on what it would have made. */
static void they_are_analysed_to_the_report(void **state)
{
	static const char *const pairs[][2] = {
		{ "directprobe/net/original/tags/train/distances.csv",
		  "directprobe/net/original/tags/train/distances.csv" },
		{ "directprobe/net/tags-s1-c02/tags/train/minimum.csv",
		  "directprobe/net/tags-r-s1-c02/tags/train/minimum.csv" },
		{ "directprobe/net/tags-s1-c02/tags/test/clusters.csv",
		  "directprobe/net/tags-r-s1-c02/tags/test/clusters.csv" },
	};

	(void)state;
	expect(shell("$T reproduce given.ini && $T reproduce made.ini"), 0);
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		expect(shell("cmp cache/given/%s cache/made/%s", pairs[i][0], pairs[i][1]), 0);
	expect(shell("for l in 0 1 2 3; do grep -h \"^tags-s1-c01,$l,\\|^c01,$l,\" "
		     "cache/given/trajectory/net/tags-s1/minimum.csv | cut -d, -f2-; done > given.rows; "
		     "for l in 0 1 2 3; do grep -h \"c01,$l,\" cache/made/trajectory/net/tags-r-s1/minimum.csv | cut "
		     "-d, "
		     "-f2-; done > made.rows; test -s given.rows && cmp given.rows made.rows"),
	       0);
	expect(shell("grep -q '<html' report/given/index.html && $T audit given.ini"), 0);
	assert_printed("0 links broken");
	expect(shell("cat cache/given/extract/net/original/tags/manifest.json"), 0);
	assert_printed("\"models/given/original/tags/train/layer0.npy\"");
}

static void refused(const char *change, const char *undo, const char *expected)
{
	expect(shell("%s && sed 's/^kernels/name = other\\n&/' given.ini > other.ini && $T reproduce other.ini; "
		     "rc=$?; %s; "
		     "exit $rc",
		     change, undo),
	       2);
	assert_printed(expected);
	expect(shell("! test -e cache/other/prepare"), 0);
}

/* Named before anything runs. */
static void what_is_wrong_is_named(void **state)
{
	(void)state;
	refused("mv models/given/tags-s1-c01 kept", "mv kept models/given/tags-s1-c01",
		"models/given/tags-s1-c01/tags/train/labels.txt: cannot read: No such file or directory");
	refused("mv models/given/tags-s1-c02/tags/train/layer1.npy kept",
		"mv kept models/given/tags-s1-c02/tags/train/layer1.npy",
		"models/given/tags-s1-c02/tags/train/layer1.npy: cannot read: No such file or directory");
	refused("cp models/given/original/tags/train/labels.txt kept && "
		"sed -i '3s/.*/ADV/' models/given/original/tags/train/labels.txt",
		"mv kept models/given/original/tags/train/labels.txt",
		"models/given/original/tags/train/labels.txt:3: ADV, but the task’s example is labelled ");
	refused("cp models/given/original/tags/train/layer2.npy kept && "
		"cp models/given/original/tags/test/layer2.npy models/given/original/tags/train/layer2.npy",
		"mv kept models/given/original/tags/train/layer2.npy", " rows, but the task has ");
	expect(shell("sed 's/vectors = given/&\\nlayers = 2/' given.ini > other.ini && $T reproduce other.ini"), 2);
	assert_printed("[model net]: layers beside vectors: expected one of the two");
}

/* `new` counts the states, and writes what is ready to run. */
static void new_experiments(void **state)
{
	(void)state;
	expect(shell("$T new --vectors models/given --train data/train.tsv --test data/test.tsv --kind word --name "
		     "tags > "
		     "v.ini && cat v.ini && $T plan --experiment v.ini --ready"),
	       0);
	assert_printed("/models/given\n");
	assert_printed("checkpoints = 2\n");
	expect(shell("$T new --model models/net --from models/trainer/tags/seed1 --train data/train.tsv --test "
		     "data/test.tsv --kind word > f.ini && cat f.ini && $T plan --experiment f.ini --ready"),
	       0);
	assert_printed("[recipe elsewhere]\n");
	assert_printed("checkpoints = 2\n");
	expect(shell("$T new --vectors models/given --train data/train.tsv --test data/test.tsv --kind word"), 2);
	assert_printed("/models/given: no folder task-s1-c01 (the fine-tuned state of task task) beside original");
	expect(shell("$T new --vectors a --model b --train data/train.tsv --test data/test.tsv --kind word"), 2);
	assert_printed("--vectors beside --model: expected one of the two");
}

/* What the script that comes with the program makes of a model by PyTorch is what
 * `extract` makes of it. */
static void the_script_agrees(void **state)
{
	(void)state;
	if (shell("${PYTHON:-python3} -c 'import torch, transformers, numpy'") != 0) {
		print_message("skipped: no Python with PyTorch and transformers here (PYTHON names one)\n");
		skip();
	}
	expect(shell("${PYTHON:-python3} '%s/share/tunescope/vectors.py' models/net --train data/train.tsv --test "
		     "data/test.tsv --kind word --out py --task tags && cmp py/original/tags/train/labels.txt "
		     "models/given/original/tags/train/labels.txt && ${PYTHON:-python3} -c \"\nimport numpy as np\n"
		     "for l in range(4):\n a, b = (np.load(d + '/original/tags/train/layer%%d.npy' %% l) for d in "
		     "('py', 'models/given'))\n assert np.linalg.norm(a - b) < 1e-5 * np.linalg.norm(b), l\n\"",
		     SOURCE),
	       0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_analysed_to_the_report),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(new_experiments),
		cmocka_unit_test(the_script_agrees),
	};

	return cmocka_run_group_tests_name("vectors", tests, set_up, mini_tear_down);
}
