/* Tables of pairs: the last layer, before and after fine-tuning. */
#include "report/tabulars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the columns beside accuracies mean. */
#define TESTS                                                                                                         \
	"p, runs: exact permutation test on the runs; p, examples: McNemar’s test on the test examples. Majority: " \
	"accuracy of always answering the most frequent label."

static const char *linear_text(const struct side *s)
{
	if (s->shape == KNOWN_MISSING)
		return "–";
	return s->shape == KNOWN_UNDEFINED ? "constant" : s->linear == 1 ? "yes" : "no";
}

/* "0.72", "not linear" where it is undefined, "–" where it is missing. */
static void add_similarity(struct tabular *g, const struct side *s)
{
	if (s->likeness == KNOWN_UNDEFINED)
		tabular_add(g, "undefined");
	else
		tabular_number(g, s->similarity, 2);
}

static void add_interval(struct tabular *g, const struct side *s)
{
	tabular_two(g, s->similarity_low, " to ", s->similarity_high, 2);
}

static void add_accuracy(struct tabular *g, const struct side *s)
{
	tabular_two(g, s->accuracy, " ± ", s->sd, 2);
}

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

static int finish(struct tabular *g, const struct evidence *e, struct error *err)
{
	tabular_sample(g, e);
	if (!g->broken)
		return 0;
	tabular_release(g);
	return error_memory(err, "tables of the report");
}

static void add_table7_row(struct tabular *g, const struct pair *p, const struct side *s, bool after)
{
	tabular_add(g, "%s", p->model);
	tabular_add(g, "%s", p->task);
	tabular_add(g, after ? "fine-tuned" : "original");
	add_accuracy(g, s);
	tabular_number(g, s->macro_f1, 2);
	if (after) {
		tabular_signed(g, p->difference, 2);
		tabular_p(g, p->p_permutation);
		tabular_p(g, p->p_mcnemar);
	} else {
		for (int i = 0; i < 3; i++)
			tabular_add(g, "%s", "");
	}
	tabular_number(g, s->majority, 2);
	if (isnan(s->hidden1))
		tabular_add(g, "–");
	else
		tabular_add(g, "(%s, %s)", show(s->hidden1, 0).text, show(s->hidden2, 0).text);
	tabular_number(g, s->labels, 0);
	tabular_number(g, s->clusters, 0);
	tabular_add(g, "%s", linear_text(s));
	add_similarity(g, s);
}

int tabular_table7(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "Variant", NULL, COLUMN_TEXT },
		{ "accuracy, %", "Probe", COLUMN_SPREAD },
		{ "macro-F1, %", "Probe", COLUMN_NUMBER },
		{ "change", "Probe", COLUMN_NUMBER },
		{ "p, runs", "Probe", COLUMN_NUMBER },
		{ "p, examples", "Probe", COLUMN_NUMBER },
		{ "majority, %", "Probe", COLUMN_NUMBER },
		{ "layers", "Probe", COLUMN_NUMBER },
		{ "labels", "DirectProbe", COLUMN_NUMBER },
		{ "clusters", "DirectProbe", COLUMN_NUMBER },
		{ "linear", "DirectProbe", COLUMN_TEXT },
		{ "train/test similarity", "DirectProbe", COLUMN_NUMBER },
	};

	if (tabular_init(out, "table7", columns, sizeof columns / sizeof columns[0], 3, err) < 0)
		return -1;
	tabular_caption(
		out, "Probe accuracy, clusters and train/test similarity of every model and task, before and after "
		     "fine-tuning (the paper’s Table 7).");
	tabular_note(out, "Accuracy: mean ± sample standard deviation of the probe’s runs. " TESTS
			  " Layers: hidden sizes of the chosen probe. A dash: missing.");
	for (size_t i = 0; i < e->pair_count; i++) {
		add_table7_row(out, &e->pairs[i], &e->pairs[i].before, false);
		add_table7_row(out, &e->pairs[i], &e->pairs[i].after, true);
	}
	return finish(out, e, err);
}

int tabular_divergence(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "before", "Accuracy, %", COLUMN_NUMBER },
		{ "after", "Accuracy, %", COLUMN_NUMBER },
		{ "change", "Accuracy, %", COLUMN_NUMBER },
		{ "p, runs", "Accuracy, %", COLUMN_NUMBER },
		{ "p, examples", "Accuracy, %", COLUMN_NUMBER },
		{ "majority", "Accuracy, %", COLUMN_NUMBER },
		{ "before", "Train/test similarity", COLUMN_NUMBER },
		{ "95 % interval", "Train/test similarity", COLUMN_INTERVAL },
		{ "after", "Train/test similarity", COLUMN_NUMBER },
		{ "95 % interval", "Train/test similarity", COLUMN_INTERVAL },
		{ "label pairs", "Train/test similarity", COLUMN_NUMBER },
	};

	if (tabular_init(out, "table2", columns, sizeof columns / sizeof columns[0], 2, err) < 0)
		return -1;
	tabular_caption(out, "Accuracy, and the similarity of training and test set, before and after fine-tuning.");
	tabular_note(
		out, TESTS
		" Similarity is undefined where training or test set are not linearly separable. Label pairs: those "
		"behind the similarity after fine-tuning.");
	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		tabular_add(out, "%s", p->model);
		tabular_add(out, "%s", p->task);
		tabular_number(out, p->before.accuracy, 2);
		tabular_number(out, p->after.accuracy, 2);
		tabular_signed(out, p->difference, 2);
		tabular_p(out, p->p_permutation);
		tabular_p(out, p->p_mcnemar);
		tabular_number(out, isnan(p->before.majority) ? p->after.majority : p->before.majority, 2);
		add_similarity(out, &p->before);
		add_interval(out, &p->before);
		add_similarity(out, &p->after);
		add_interval(out, &p->after);
		tabular_number(out, p->after.similarity_pairs, 0);
	}
	return finish(out, e, err);
}

/* "1000 of 4281" where a sample was clustered. */
static void add_points(struct tabular *g, const struct side *s)
{
	tabular_two(g, s->points, " of ", s->points < s->points_total ? s->points_total : NAN, 0);
}

int tabular_clusters(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },           { "Task", NULL, COLUMN_TEXT },
		{ "Points", NULL, COLUMN_PART },          { "Labels", NULL, COLUMN_NUMBER },
		{ "before", "Clusters", COLUMN_NUMBER },  { "after", "Clusters", COLUMN_NUMBER },
		{ "before", "Linear", COLUMN_TEXT },      { "after", "Linear", COLUMN_TEXT },
		{ "before", "Conflicts", COLUMN_NUMBER }, { "after", "Conflicts", COLUMN_NUMBER },
	};

	if (tabular_init(out, "table3", columns, sizeof columns / sizeof columns[0], 2, err) < 0)
		return -1;
	tabular_caption(out, "Number of clusters at the last layer, before and after fine-tuning.");
	tabular_note(
		out,
		"As many clusters as labels: linearly separable. Conflicts: points that coincide with a point of "
		"another label, which no classifier can tell apart.");
	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		tabular_add(out, "%s", p->model);
		tabular_add(out, "%s", p->task);
		add_points(out, isnan(p->before.points) ? &p->after : &p->before);
		tabular_number(out, isnan(p->before.labels) ? p->after.labels : p->before.labels, 0);
		tabular_number(out, p->before.clusters, 0);
		tabular_number(out, p->after.clusters, 0);
		tabular_add(out, "%s", linear_text(&p->before));
		tabular_add(out, "%s", linear_text(&p->after));
		tabular_number(out, p->before.conflicts, 0);
		tabular_number(out, p->after.conflicts, 0);
	}
	return finish(out, e, err);
}

int tabular_margins(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "separable before", NULL, COLUMN_TEXT },
		{ "separable after", NULL, COLUMN_TEXT },
		{ "compared", "Labels", COLUMN_NUMBER },
		{ "grew", "Labels", COLUMN_NUMBER },
		{ "mean change", "Minimum distance", COLUMN_NUMBER },
	};

	if (tabular_init(out, "growth", columns, sizeof columns / sizeof columns[0], 2, err) < 0)
		return -1;
	tabular_caption(out, "Each label’s minimum distance to all other labels at the last layer: how many grew.");
	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		tabular_add(out, "%s", p->model);
		tabular_add(out, "%s", p->task);
		tabular_add(out, "%s", linear_text(&p->before));
		tabular_add(out, "%s", linear_text(&p->after));
		tabular_number(out, p->compared, 0);
		tabular_number(out, p->grew, 0);
		tabular_signed(out, p->change, 2);
	}
	return finish(out, e, err);
}

int tabular_crosstask(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Fine-tuned on", NULL, COLUMN_TEXT },
		{ "Role", NULL, COLUMN_TEXT },
		{ "grew", "Labels", COLUMN_NUMBER },
		{ "shrank", "Labels", COLUMN_NUMBER },
		{ "mean change", "Minimum distance", COLUMN_NUMBER },
		{ "before", "Accuracy, %", COLUMN_NUMBER },
		{ "after", "Accuracy, %", COLUMN_NUMBER },
		{ "change", "Accuracy, %", COLUMN_NUMBER },
		{ "p, runs", "Accuracy, %", COLUMN_NUMBER },
		{ "p, examples", "Accuracy, %", COLUMN_NUMBER },
		{ "majority", "Accuracy, %", COLUMN_NUMBER },
	};

	if (tabular_init(out, "table5", columns, sizeof columns / sizeof columns[0], 2, err) < 0)
		return -1;
	tabular_caption(out, "Cross-task: %s probed after fine-tuning on each source (the paper’s Table 5).",
			e->transfer_count > 0 ? e->transfers[0].target : "the target");
	tabular_note(out, TESTS);
	for (size_t i = 0; i < e->transfer_count; i++) {
		const struct transfer *x = &e->transfers[i];

		tabular_add(out, "%s", x->model);
		tabular_add(out, "%s", x->source);
		tabular_add(out, "%s", x->role);
		tabular_number(out, x->grew, 0);
		tabular_number(out, x->shrank, 0);
		tabular_signed(out, x->change, 2);
		tabular_number(out, x->before, 2);
		tabular_number(out, x->after, 2);
		tabular_signed(out, x->difference, 2);
		tabular_p(out, x->p_permutation);
		tabular_p(out, x->p_mcnemar);
		tabular_number(out, x->majority, 2);
	}
	return finish(out, e, err);
}

static const struct pair *pair_find(const struct evidence *e, const char *model, const char *task)
{
	for (size_t i = 0; i < e->pair_count; i++)
		if (strcmp(e->pairs[i].model, model) == 0 && strcmp(e->pairs[i].task, task) == 0)
			return &e->pairs[i];
	return NULL;
}

static void add_beside(struct tabular *g, const struct pair *p, const struct side *ours, const struct side *theirs,
		       bool after)
{
	tabular_add(g, "%s", p->model);
	tabular_add(g, "%s", p->task);
	tabular_add(g, after ? "fine-tuned" : "original");
	add_accuracy(g, theirs);
	add_accuracy(g, ours);
	tabular_signed(g, ours->accuracy - theirs->accuracy, 2);
	tabular_number(g, theirs->clusters, 0);
	tabular_number(g, ours->clusters, 0);
	add_similarity(g, theirs);
	add_similarity(g, ours);
}

int tabular_beside_paper(struct tabular *out, const struct evidence *e, const struct evidence *paper,
			 struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, COLUMN_TEXT },
		{ "Task", NULL, COLUMN_TEXT },
		{ "Variant", NULL, COLUMN_TEXT },
		{ "paper", "Accuracy, %", COLUMN_SPREAD },
		{ "here", "Accuracy, %", COLUMN_SPREAD },
		{ "here less paper", "Accuracy, %", COLUMN_NUMBER },
		{ "paper", "Clusters", COLUMN_NUMBER },
		{ "here", "Clusters", COLUMN_NUMBER },
		{ "paper", "Train/test similarity", COLUMN_NUMBER },
		{ "here", "Train/test similarity", COLUMN_NUMBER },
	};

	if (tabular_init(out, "paper", columns, sizeof columns / sizeof columns[0], 3, err) < 0)
		return -1;
	tabular_caption(out,
			"The paper’s numbers beside those of this run, for the models and tasks that both have.");
	for (size_t i = 0; i < paper->pair_count; i++) {
		const struct pair *theirs = &paper->pairs[i];
		const struct pair *ours = pair_find(e, theirs->model, theirs->task);

		if (ours == NULL)
			continue;
		add_beside(out, ours, &ours->before, &theirs->before, false);
		add_beside(out, ours, &ours->after, &theirs->after, true);
	}
	return finish(out, e, err);
}
