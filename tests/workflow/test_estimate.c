/* What cells are said to take, against sums by hand, and against what a run took. */
#include "study.h"

#include "workflow/cost.h"

#include <math.h>

static const char known[] =
	"[model small]\nlayers = 2\nhidden = 48\nheads = 4\n"
	"[text]\nsentences = 6000\nheldout = 400\nvocabulary = 500\n[pretrain]\nepochs = 10\n"
	"[task pos]\nkind = word\nformat = embedded\nlabel = upos\ntrain.size = 220\ntest.size = 100\n"
	"[task dep]\nkind = pair\nformat = embedded\nlabel = deprel\ntrain.size = 220\ntest.size = 100\n"
	"[finetune]\nepochs = 12\ncheckpoints = 8\n[probe]\ngrid = 32x32:1e-4,1e-2\nselect = cv5\nruns = 3\n"
	"max_iter = 50\nlayers = all\nkinds = mlp, linear, control\n";

/* By hand. A layer has 4 · 48² + 2 · 48 · 192 = 27,648 weights, two have 55,296, and a
 * multiplication and an addition each are 110,592 operations a piece. 220 sentences of 9
 * words of 1.4 pieces are 2,772 pieces, 100 are 1,260; they are 1,980 and 900 examples.
 * A model of 500 + 512 rows of 48 beside its layers has 103,872 floats. */
static const struct {
	const char *cell;
	double operations, bytes, memory; /* 0: not looked at */
} costs[] = {
	/* (3 · 10 · 75,600 + 11 · 5,040) pieces; 0.15 of them in a head of 48 · 548 weights */
	{ "pretrain/small", (110592.0 + 0.15 * 2 * 48 * 548) * (30 * 75600.0 + 11 * 5040.0), 415488, 0 },
	{ "finetune/small/pos-s1", 110592.0 * (38 * 2772.0 + 9 * 1260.0), 8 * 415488.0, 0 },
	{ "extract/small/original/pos", 110592.0 * (2772 + 1260), 4.0 * 48 * (3 * 1980 + 900),
	  415488 + 3 * 4.0 * 48 * 1980 },
	/* a pair is twice as wide */
	{ "extract/small/original/dep", 110592.0 * (2772 + 1260), 4.0 * 96 * (3 * 1980 + 900),
	  415488 + 3 * 4.0 * 96 * 1980 },
	/* 2 settings in 4 folds, 3 runs of two kinds: 14 fits of 50 epochs at 3 layers, of
	 * 160 (48 + 160 + 40) weights */
	{ "probe/small/original/pos", 6 * 14.0 * 50 * 1980 * 160 * 248 * 3, 1e6, 2 * 4.0 * 48 * 1980 + 1e8 },
	{ "directprobe/small/original/pos/train", 1000 * 3.0 * 2 * 1980 * 48 * 40, 4e6, 0 },
	{ "directprobe/small/original/pos/test", 1000 * 1.0 * 2 * 900 * 48 * 40, 4e6, 0 },
	{ "trajectory/small/pos-s1", 8 * (110592.0 * 2772 + 100 * 3.0 * 2 * 1980 * 48 * 40), 8 * 3.0 * 800 * 80,
	  415488 + 2 * 3.0 * 4 * 48 * 1980 },
	{ "collect", 1e8, 1e6, 5e7 },
};

static void assert_near(const char *cell, const char *what, double found, double expected)
{
	if (expected != 0 && fabs(found - expected) > 1e-9 * expected)
		fail_msg("%s: %s %.17g, expected %.17g", cell, what, found, expected);
}

static void costs_are_those_by_hand(void **state)
{
	struct experiment e;
	struct plan plan;
	struct store store;
	struct error err;

	(void)state;
	assert_int_equal(experiment_parse(&e, "known.ini", known, sizeof known - 1, "none", NULL, NULL, &err), 0);
	assert_int_equal(plan_init(&plan, &e, &err), 0);
	assert_int_equal(store_open(&store, &plan, &err), 0);
	for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
		const struct cell *c = plan_find(&plan, costs[i].cell);
		struct cost cost;

		assert_non_null(c);
		assert_int_equal(cost_of(&cost, &store, (size_t)(c - plan.cells), &err), 0);
		assert_near(costs[i].cell, "operations", cost.operations, costs[i].operations);
		assert_near(costs[i].cell, "bytes", cost.bytes, costs[i].bytes);
		assert_near(costs[i].cell, "memory", cost.memory, costs[i].memory);
	}
	store_close(&store);
	plan_release(&plan);
	experiment_release(&e);
}

/* What stages wrote is within a factor of what was said. */
static void a_run_takes_what_was_said(void **state)
{
	static const char *const cells[] = { "finetune/net/tags-s1", "extract/net/original/tags",
					     "extract/net/tags-s1-c02/tags" };
	struct experiment e;
	struct plan plan;
	struct store store;
	struct error err;
	char *path = path_join(place, "study.ini"), *cache = path_join(place, "cache");
	char *models = path_join(place, "models"), *data = path_join(place, "data");

	(void)state;
	expect(shell("sed -i '1a keep = checkpoints' study.ini && $T reproduce study.ini --only extract"), 0);
	assert_int_equal(experiment_read(&e, path, cache, data, models, &err), 0);
	assert_int_equal(plan_init(&plan, &e, &err), 0);
	assert_int_equal(store_open(&store, &plan, &err), 0);
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		const struct cell *c = plan_find(&plan, cells[i]);
		struct cost cost;
		double bytes;
		char *text;

		assert_non_null(c);
		assert_int_equal(cost_of(&cost, &store, (size_t)(c - plan.cells), &err), 0);
		expect(shell("find cache/study/%s -name '*.npy' -o -name '*.safetensors' | xargs cat | wc -c",
			     cells[i]),
		       0);
		text = printed();
		bytes = strtod(text, NULL);
		free(text);
		if (!(cost.bytes > bytes / 3 && cost.bytes < bytes * 3))
			fail_msg("%s: said %.0f bytes, took %.0f", cells[i], cost.bytes, bytes);
	}
	store_close(&store);
	plan_release(&plan);
	experiment_release(&e);
	free(path);
	free(cache);
	free(models);
	free(data);
}

static void a_disk_without_room_is_told_before_anything_runs(void **state)
{
	(void)state;
	if (shell("unshare -m true") != 0) {
		print_message("skipped: nothing can be mounted here\n");
		skip();
	}
	expect(shell("mkdir small && unshare -m sh -c 'mount -t tmpfs -o size=1m tmpfs small && CACHE=small $T "
		     "reproduce "
		     "study.ini; s=$?; find small -type f; exit $s'"),
	       3);
	assert_printed("small/study: 0.0 GB are free, the experiment needs about 0.0 GB\n");
	expect(shell("! grep 'runs\\|prepare' out.txt"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_are_those_by_hand),
		cmocka_unit_test(a_run_takes_what_was_said),
		cmocka_unit_test(a_disk_without_room_is_told_before_anything_runs),
	};

	return cmocka_run_group_tests_name("estimate", tests, study_set_up, mini_tear_down);
}
