/* Tables of pairs: the last layer, before and after fine-tuning. */
#include "findings/tabulars.h"

#include "num/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the columns beside accuracies mean. */
#define TESTS                                                                                                         \
	"p, runs: exact permutation test on the runs; p, examples: McNemar’s test on the test examples. Majority: " \
	"accuracy of always answering the most frequent label."

static void add_linear(struct tabular *g, const void *side, int digits)
{
	const struct side *s = side;

	(void)digits;
	if (s->shape == KNOWN_MISSING)
		tabular_add(g, "–");
	else
		tabular_add(g, s->shape == KNOWN_UNDEFINED ? "constant" : s->linear == 1 ? "yes" : "no");
}

/* "0.72", "undefined" where it is, "–" where it is missing. */
static void add_similarity(struct tabular *g, const void *side, int digits)
{
	const struct side *s = side;

	if (s->likeness == KNOWN_UNDEFINED)
		tabular_add(g, "undefined");
	else
		tabular_number(g, s->similarity, digits);
}

static void add_interval(struct tabular *g, const void *side, int digits)
{
	const struct side *s = side;

	tabular_two(g, s->similarity_low, " to ", s->similarity_high, digits);
}

static void add_accuracy(struct tabular *g, const void *side, int digits)
{
	const struct side *s = side;

	tabular_two(g, s->accuracy, " ± ", s->sd, digits);
}

static void add_probe(struct tabular *g, const void *side, int digits)
{
	const struct side *s = side;

	if (isnan(s->hidden1))
		tabular_add(g, "–");
	else
		tabular_add(g, "(%s, %s)", show(s->hidden1, digits).text, show(s->hidden2, digits).text);
}

#define SHOW_LINEAR(record, heading, group, side) SHOW_BY(add_linear, COLUMN_TEXT, record, heading, group, side, 0)
#define SHOW_SIMILARITY(record, heading, group, side)                                                                \
	SHOW_BY(add_similarity, COLUMN_NUMBER, record, heading, group, side, 2)
#define SHOW_INTERVAL(record, heading, group, side)                                                                  \
	SHOW_BY(add_interval, COLUMN_INTERVAL, record, heading, group, side, 2)
#define SHOW_ACCURACY(record, heading, group, side)                                                                  \
	SHOW_BY(add_accuracy, COLUMN_SPREAD, record, heading, group, side, 2)

void tabular_sample(struct tabular *g, const struct evidence *e)
{
	char *note = g->note;

	if (e->max_points <= 0)
		return;
	g->note = NULL;
	tabular_note(g, "%s%sClusters and distances%s are those of a seeded sample of at most %ld points.",
		     note == NULL ? "" : note, note == NULL ? "" : " ",
		     e->sampled_all ? "" : " of some models and tasks", e->max_points);
	free(note);
}

/* Below what no p of the runs can come, where that is not far below. */
static void note_least(struct tabular *g, const struct evidence *e)
{
	const struct pair *p = e->pair_count == 0 ? NULL : &e->pairs[0];
	const double least = p == NULL || isnan(p->before.runs) || isnan(p->after.runs)
				     ? NAN
				     : statistics_permutation_least((size_t)p->before.runs, (size_t)p->after.runs);
	char *note = g->note;

	if (isnan(least) || least < 0.001 || note == NULL || strstr(note, "permutation") == NULL)
		return;
	g->note = NULL;
	tabular_note(g, "%s With %s runs before and %s after, the smallest p, runs that can come out is %s.", note,
		     show(p->before.runs, 0).text, show(p->after.runs, 0).text, show_p(least).text);
	free(note);
}

static int finish(struct tabular *g, const struct evidence *e, struct error *err)
{
	note_least(g, e);
	tabular_sample(g, e);
	return tabular_finish(g, err);
}

/* A row a pair. */
static int make_pairs(struct tabular *out, const struct tabular_form *form, const struct evidence *e,
		      struct error *err)
{
	tabular_init(out, form);
	for (size_t i = 0; i < e->pair_count; i++)
		tabular_row(out, &e->pairs[i]);
	return finish(out, e, err);
}

/* A row of Table 7. What compares with the original is in the other's row only. */
struct version {
	const char *model, *task, *variant;
	struct side side;
	struct comparison {
		bool there;
		double value;
	} change, runs, examples;
};

static void add_change(struct tabular *g, const void *comparison, int digits)
{
	const struct comparison *c = comparison;

	if (c->there)
		tabular_signed(g, c->value, digits);
	else
		tabular_add(g, "%s", "");
}

static void add_test(struct tabular *g, const void *comparison, int digits)
{
	const struct comparison *c = comparison;

	(void)digits;
	if (c->there)
		tabular_p(g, c->value);
	else
		tabular_add(g, "%s", "");
}

static void add_version(struct tabular *g, const struct pair *p, bool after)
{
	tabular_row(g, &(struct version){ .model = p->model,
					  .task = p->task,
					  .variant = after ? "fine-tuned" : "original",
					  .side = after ? p->after : p->before,
					  .change = { after, p->difference },
					  .runs = { after, p->p_permutation },
					  .examples = { after, p->p_mcnemar } });
}

int tabular_table7(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(version, "Model", NULL, model),
		SHOW_TEXT(version, "Task", NULL, task),
		SHOW_TEXT(version, "Variant", NULL, variant),
		SHOW_ACCURACY(version, "accuracy, %", "Probe", side),
		SHOW_NUMBER(version, "macro-F1, %", "Probe", side.macro_f1, 2),
		SHOW_BY(add_change, COLUMN_NUMBER, version, "change", "Probe", change, 2),
		SHOW_BY(add_test, COLUMN_NUMBER, version, "p, runs", "Probe", runs, 0),
		SHOW_BY(add_test, COLUMN_NUMBER, version, "p, examples", "Probe", examples, 0),
		SHOW_NUMBER(version, "majority, %", "Probe", side.majority, 2),
		SHOW_BY(add_probe, COLUMN_NUMBER, version, "layers", "Probe", side, 0),
		SHOW_NUMBER(version, "labels", "DirectProbe", side.labels, 0),
		SHOW_NUMBER(version, "clusters", "DirectProbe", side.clusters, 0),
		SHOW_LINEAR(version, "linear", "DirectProbe", side),
		SHOW_SIMILARITY(version, "train/test similarity", "DirectProbe", side),
	};
	static const struct tabular_form form = {
		.id = "table7",
		.caption = "Probe accuracy, clusters and train/test similarity of every model and task, before and "
			   "after fine-tuning (the paper’s Table 7).",
		.note = "Accuracy: mean ± sample standard deviation of the probe’s runs. " TESTS
			" Layers: hidden sizes of the chosen probe. A dash: missing.",
		TABULAR_COLUMNS(columns),
		.heads = 3,
	};

	tabular_init(out, &form);
	for (size_t i = 0; i < e->pair_count; i++) {
		add_version(out, &e->pairs[i], false);
		add_version(out, &e->pairs[i], true);
	}
	return finish(out, e, err);
}

/* Of the test set, which is the same before and after. */
static void add_majority(struct tabular *g, const void *pair, int digits)
{
	const struct pair *p = pair;

	tabular_number(g, isnan(p->before.majority) ? p->after.majority : p->before.majority, digits);
}

int tabular_divergence(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(pair, "Model", NULL, model),
		SHOW_TEXT(pair, "Task", NULL, task),
		SHOW_NUMBER(pair, "before", "Accuracy, %", before.accuracy, 2),
		SHOW_NUMBER(pair, "after", "Accuracy, %", after.accuracy, 2),
		SHOW_SIGNED(pair, "change", "Accuracy, %", difference, 2),
		SHOW_P(pair, "p, runs", "Accuracy, %", p_permutation),
		SHOW_P(pair, "p, examples", "Accuracy, %", p_mcnemar),
		SHOW_BY(add_majority, COLUMN_NUMBER, pair, "majority", "Accuracy, %", model, 2),
		SHOW_SIMILARITY(pair, "before", "Train/test similarity", before),
		SHOW_INTERVAL(pair, "before, 95 % interval", "Train/test similarity", before),
		SHOW_SIMILARITY(pair, "after", "Train/test similarity", after),
		SHOW_INTERVAL(pair, "after, 95 % interval", "Train/test similarity", after),
		SHOW_NUMBER(pair, "label pairs", "Train/test similarity", after.similarity_pairs, 0),
	};
	static const struct tabular_form form = {
		.id = "table2",
		.caption = "Accuracy, and the similarity of training and test set, before and after fine-tuning.",
		.note = TESTS " Similarity is undefined where training or test set are not linearly separable. Label "
			      "pairs: those behind the similarity after fine-tuning.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
	};

	return make_pairs(out, &form, e, err);
}

/* "1000 of 4281" where a sample was clustered. */
static void add_points(struct tabular *g, const void *pair, int digits)
{
	const struct pair *p = pair;
	const struct side *s = isnan(p->before.points) ? &p->after : &p->before;

	tabular_two(g, s->points, " of ", s->points < s->points_total ? s->points_total : NAN, digits);
}

static void add_labels(struct tabular *g, const void *pair, int digits)
{
	const struct pair *p = pair;

	tabular_number(g, isnan(p->before.labels) ? p->after.labels : p->before.labels, digits);
}

int tabular_clusters(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(pair, "Model", NULL, model),
		SHOW_TEXT(pair, "Task", NULL, task),
		SHOW_BY(add_points, COLUMN_PART, pair, "Points", NULL, model, 0),
		SHOW_BY(add_labels, COLUMN_NUMBER, pair, "Labels", NULL, model, 0),
		SHOW_NUMBER(pair, "before", "Clusters", before.clusters, 0),
		SHOW_NUMBER(pair, "after", "Clusters", after.clusters, 0),
		SHOW_LINEAR(pair, "before", "Linear", before),
		SHOW_LINEAR(pair, "after", "Linear", after),
		SHOW_NUMBER(pair, "before", "Conflicts", before.conflicts, 0),
		SHOW_NUMBER(pair, "after", "Conflicts", after.conflicts, 0),
	};
	static const struct tabular_form form = {
		.id = "table3",
		.caption = "Number of clusters at the last layer, before and after fine-tuning.",
		.note = "As many clusters as labels: linearly separable. Conflicts: points that coincide with a "
			"point of "
			"another label, which no classifier can tell apart.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
	};

	return make_pairs(out, &form, e, err);
}

int tabular_margins(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(pair, "Model", NULL, model),
		SHOW_TEXT(pair, "Task", NULL, task),
		SHOW_LINEAR(pair, "separable before", NULL, before),
		SHOW_LINEAR(pair, "separable after", NULL, after),
		SHOW_NUMBER(pair, "compared", "Labels", compared, 0),
		SHOW_NUMBER(pair, "grew", "Labels", grew, 0),
		SHOW_SIGNED(pair, "mean change", "Minimum distance", change, 2),
	};
	static const struct tabular_form form = {
		.id = "growth",
		.caption = "Each label’s minimum distance to all other labels at the last layer: how many grew.",
		TABULAR_COLUMNS(columns),
		.heads = 2,
	};

	return make_pairs(out, &form, e, err);
}

int tabular_crosstask(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(transfer, "Model", NULL, model),
		SHOW_TEXT(transfer, "Fine-tuned on", NULL, source),
		SHOW_TEXT(transfer, "Role", NULL, role),
		SHOW_NUMBER(transfer, "grew", "Labels", grew, 0),
		SHOW_NUMBER(transfer, "shrank", "Labels", shrank, 0),
		SHOW_SIGNED(transfer, "mean change", "Minimum distance", change, 2),
		SHOW_NUMBER(transfer, "before", "Accuracy, %", before, 2),
		SHOW_NUMBER(transfer, "after", "Accuracy, %", after, 2),
		SHOW_SIGNED(transfer, "change", "Accuracy, %", difference, 2),
		SHOW_P(transfer, "p, runs", "Accuracy, %", p_permutation),
		SHOW_P(transfer, "p, examples", "Accuracy, %", p_mcnemar),
		SHOW_NUMBER(transfer, "majority", "Accuracy, %", majority, 2),
	};
	static const struct tabular_form form = {
		.id = "table5", .note = TESTS, TABULAR_COLUMNS(columns), .heads = 2
	};

	tabular_init(out, &form);
	tabular_caption(out, "Cross-task: %s probed after fine-tuning on each source (the paper’s Table 5).",
			e->transfer_count > 0 ? e->transfers[0].target : "the target");
	for (size_t i = 0; i < e->transfer_count; i++)
		tabular_row(out, &e->transfers[i]);
	return finish(out, e, err);
}

static const struct pair *pair_find(const struct evidence *e, const char *model, const char *task)
{
	for (size_t i = 0; i < e->pair_count; i++)
		if (strcmp(e->pairs[i].model, model) == 0 && strcmp(e->pairs[i].task, task) == 0)
			return &e->pairs[i];
	return NULL;
}

struct beside {
	const char *model, *task, *variant;
	struct side ours, theirs;
	double difference;
};

static void add_beside(struct tabular *g, const struct pair *ours, const struct pair *theirs, bool after)
{
	struct beside b = { .model = ours->model,
			    .task = ours->task,
			    .variant = after ? "fine-tuned" : "original",
			    .ours = after ? ours->after : ours->before,
			    .theirs = after ? theirs->after : theirs->before };

	b.difference = b.ours.accuracy - b.theirs.accuracy;
	tabular_row(g, &b);
}

int tabular_beside_paper(struct tabular *out, const struct evidence *e, const struct evidence *paper,
			 struct error *err)
{
	static const struct tabular_column columns[] = {
		SHOW_TEXT(beside, "Model", NULL, model),
		SHOW_TEXT(beside, "Task", NULL, task),
		SHOW_TEXT(beside, "Variant", NULL, variant),
		SHOW_ACCURACY(beside, "paper", "Accuracy, %", theirs),
		SHOW_ACCURACY(beside, "here", "Accuracy, %", ours),
		SHOW_SIGNED(beside, "here less paper", "Accuracy, %", difference, 2),
		SHOW_NUMBER(beside, "paper", "Clusters", theirs.clusters, 0),
		SHOW_NUMBER(beside, "here", "Clusters", ours.clusters, 0),
		SHOW_SIMILARITY(beside, "paper", "Train/test similarity", theirs),
		SHOW_SIMILARITY(beside, "here", "Train/test similarity", ours),
	};
	static const struct tabular_form form = {
		.id = "paper",
		.caption = "The paper’s numbers beside those of this run, for the models and tasks that both have.",
		TABULAR_COLUMNS(columns),
		.heads = 3,
	};

	tabular_init(out, &form);
	for (size_t i = 0; i < paper->pair_count; i++) {
		const struct pair *theirs = &paper->pairs[i];
		const struct pair *ours = pair_find(e, theirs->model, theirs->task);

		if (ours == NULL)
			continue;
		add_beside(out, ours, theirs, false);
		add_beside(out, ours, theirs, true);
	}
	return finish(out, e, err);
}
