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
		tabular_add(g, "%s", show(s->similarity, 2).text);
}

static void add_interval(struct tabular *g, const struct side *s)
{
	if (isnan(s->similarity_low))
		tabular_add(g, "–");
	else
		tabular_add(g, "%s to %s", show(s->similarity_low, 2).text, show(s->similarity_high, 2).text);
}

static void add_accuracy(struct tabular *g, const struct side *s)
{
	if (isnan(s->accuracy) || isnan(s->sd))
		tabular_add(g, "%s", show(s->accuracy, 2).text);
	else
		tabular_add(g, "%s ± %s", show(s->accuracy, 2).text, show(s->sd, 2).text);
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
	tabular_add(g, "%s", show(s->macro_f1, 2).text);
	tabular_add(g, "%s", after ? show_signed(p->difference, 2).text : "");
	tabular_add(g, "%s", after ? show_p(p->p_permutation).text : "");
	tabular_add(g, "%s", after ? show_p(p->p_mcnemar).text : "");
	tabular_add(g, "%s", show(s->majority, 2).text);
	if (isnan(s->hidden1))
		tabular_add(g, "–");
	else
		tabular_add(g, "(%s, %s)", show(s->hidden1, 0).text, show(s->hidden2, 0).text);
	tabular_add(g, "%s", show(s->labels, 0).text);
	tabular_add(g, "%s", show(s->clusters, 0).text);
	tabular_add(g, "%s", linear_text(s));
	add_similarity(g, s);
}

int tabular_table7(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, false },           { "Task", NULL, false },
		{ "Variant", NULL, false },         { "accuracy, %", "Probe", true },
		{ "macro-F1, %", "Probe", true },   { "change", "Probe", true },
		{ "p, runs", "Probe", true },       { "p, examples", "Probe", true },
		{ "majority, %", "Probe", true },   { "layers", "Probe", true },
		{ "labels", "DirectProbe", true },  { "clusters", "DirectProbe", true },
		{ "linear", "DirectProbe", false }, { "train/test similarity", "DirectProbe", true },
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
		{ "Model", NULL, false },
		{ "Task", NULL, false },
		{ "before", "Accuracy, %", true },
		{ "after", "Accuracy, %", true },
		{ "change", "Accuracy, %", true },
		{ "p, runs", "Accuracy, %", true },
		{ "p, examples", "Accuracy, %", true },
		{ "majority", "Accuracy, %", true },
		{ "before", "Train/test similarity", true },
		{ "95 % interval", "Train/test similarity", true },
		{ "after", "Train/test similarity", true },
		{ "95 % interval", "Train/test similarity", true },
		{ "label pairs", "Train/test similarity", true },
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
		tabular_add(out, "%s", show(p->before.accuracy, 2).text);
		tabular_add(out, "%s", show(p->after.accuracy, 2).text);
		tabular_add(out, "%s", show_signed(p->difference, 2).text);
		tabular_add(out, "%s", show_p(p->p_permutation).text);
		tabular_add(out, "%s", show_p(p->p_mcnemar).text);
		tabular_add(out, "%s",
			    show(isnan(p->before.majority) ? p->after.majority : p->before.majority, 2).text);
		add_similarity(out, &p->before);
		add_interval(out, &p->before);
		add_similarity(out, &p->after);
		add_interval(out, &p->after);
		tabular_add(out, "%s", show(p->after.similarity_pairs, 0).text);
	}
	return finish(out, e, err);
}

/* "1000 of 4281" where a sample was clustered. */
static void add_points(struct tabular *g, const struct side *s)
{
	if (s->points < s->points_total)
		tabular_add(g, "%s of %s", show(s->points, 0).text, show(s->points_total, 0).text);
	else
		tabular_add(g, "%s", show(s->points, 0).text);
}

int tabular_clusters(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, false },       { "Task", NULL, false },        { "Points", NULL, true },
		{ "Labels", NULL, true },       { "before", "Clusters", true }, { "after", "Clusters", true },
		{ "before", "Linear", false },  { "after", "Linear", false },   { "before", "Conflicts", true },
		{ "after", "Conflicts", true },
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
		tabular_add(out, "%s", show(isnan(p->before.labels) ? p->after.labels : p->before.labels, 0).text);
		tabular_add(out, "%s", show(p->before.clusters, 0).text);
		tabular_add(out, "%s", show(p->after.clusters, 0).text);
		tabular_add(out, "%s", linear_text(&p->before));
		tabular_add(out, "%s", linear_text(&p->after));
		tabular_add(out, "%s", show(p->before.conflicts, 0).text);
		tabular_add(out, "%s", show(p->after.conflicts, 0).text);
	}
	return finish(out, e, err);
}

int tabular_margins(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, false },
		{ "Task", NULL, false },
		{ "separable before", NULL, false },
		{ "separable after", NULL, false },
		{ "compared", "Labels", true },
		{ "grew", "Labels", true },
		{ "mean change", "Minimum distance", true },
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
		tabular_add(out, "%s", show(p->compared, 0).text);
		tabular_add(out, "%s", show(p->grew, 0).text);
		tabular_add(out, "%s", show_signed(p->change, 2).text);
	}
	return finish(out, e, err);
}

int tabular_crosstask(struct tabular *out, const struct evidence *e, struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, false },
		{ "Fine-tuned on", NULL, false },
		{ "Role", NULL, false },
		{ "grew", "Labels", true },
		{ "shrank", "Labels", true },
		{ "mean change", "Minimum distance", true },
		{ "before", "Accuracy, %", true },
		{ "after", "Accuracy, %", true },
		{ "change", "Accuracy, %", true },
		{ "p, runs", "Accuracy, %", true },
		{ "p, examples", "Accuracy, %", true },
		{ "majority", "Accuracy, %", true },
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
		tabular_add(out, "%s", show(x->grew, 0).text);
		tabular_add(out, "%s", show(x->shrank, 0).text);
		tabular_add(out, "%s", show_signed(x->change, 2).text);
		tabular_add(out, "%s", show(x->before, 2).text);
		tabular_add(out, "%s", show(x->after, 2).text);
		tabular_add(out, "%s", show_signed(x->difference, 2).text);
		tabular_add(out, "%s", show_p(x->p_permutation).text);
		tabular_add(out, "%s", show_p(x->p_mcnemar).text);
		tabular_add(out, "%s", show(x->majority, 2).text);
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
	tabular_add(g, "%s", show_signed(ours->accuracy - theirs->accuracy, 2).text);
	tabular_add(g, "%s", show(theirs->clusters, 0).text);
	tabular_add(g, "%s", show(ours->clusters, 0).text);
	add_similarity(g, theirs);
	add_similarity(g, ours);
}

int tabular_beside_paper(struct tabular *out, const struct evidence *e, const struct evidence *paper,
			 struct error *err)
{
	static const struct tabular_column columns[] = {
		{ "Model", NULL, false },
		{ "Task", NULL, false },
		{ "Variant", NULL, false },
		{ "paper", "Accuracy, %", true },
		{ "here", "Accuracy, %", true },
		{ "here less paper", "Accuracy, %", true },
		{ "paper", "Clusters", true },
		{ "here", "Clusters", true },
		{ "paper", "Train/test similarity", true },
		{ "here", "Train/test similarity", true },
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
