#include "findings/tables.h"

#include "findings/outcome.h"
#include "findings/results.h"
#include "findings/shape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One variant of a pair, over `seeds` fine-tuning runs (one for the original). */
struct variant {
	struct outcome outcome;
	struct shape shape;          /* of the first seed */
	struct likeness likeness;    /* of the first seed */
	struct growth growth;        /* the seeds' labels together */
	double clusters, r, zero;    /* means over the seeds */
	size_t shapes, likenesses;   /* seeds behind them */
	bool linear, alike, missing; /* all linear; all similarities defined; some cell is not there */
};

#define VARIANT_START                                                                                                \
	{                                                                                                            \
		.linear = true, .alike = true, .shape = SHAPE_ABSENT, .growth = {.change = NAN }                     \
	}

static long cell_of(const struct gather *g, enum stage_id stage, const char *model, const char *task,
		    const char *source, long seed)
{
	return gather_cell(g, stage, model, task, source, seed,
			   stage == STAGE_DIRECTPROBE ? SPLIT_TRAIN : SPLIT_NONE);
}

/* Adds one run's cells; `source` NULL is the original. */
static int variant_add(struct variant *v, struct gather *g, const char *model, const char *task, const char *source,
		       long seed, struct error *err)
{
	long probe = cell_of(g, STAGE_PROBE, model, task, source, seed);
	struct shape shape;
	struct likeness likeness;

	if ((probe >= 0 && outcome_add(&v->outcome, g, (size_t)probe, err) < 0) ||
	    shape_read(&shape, g, cell_of(g, STAGE_DIRECTPROBE, model, task, source, seed), err) < 0 ||
	    likeness_read(&likeness, g, cell_of(g, STAGE_DIVERGENCE, model, task, source, seed), err) < 0)
		return -1;
	if (shape.present) {
		if (v->shapes++ == 0)
			v->shape = shape;
		v->clusters += shape.clusters;
		v->linear = v->linear && shape.linear == 1;
	}
	if (likeness.present) {
		if (v->likenesses++ == 0)
			v->likeness = likeness;
		v->r += likeness.r;
		v->zero += likeness.zero;
		v->alike = v->alike && likeness.linear && !isnan(likeness.r);
	}
	v->missing = v->missing || !likeness.present;
	return 0;
}

static void set_similarity(struct side *s, const struct variant *v)
{
	double n = (double)v->likenesses;
	bool defined = n > 0 && v->alike;
	/* Without linearity the similarity is undefined whether or not it was measured. */
	bool undefined = (n > 0 && !v->alike) || (v->shapes > 0 && !v->linear);

	s->likeness = defined ? KNOWN_DEFINED : undefined ? KNOWN_UNDEFINED : KNOWN_MISSING;
	s->similarity = defined ? v->r / n : NAN;
	s->similarity_low = defined && n == 1 ? v->likeness.low : NAN;
	s->similarity_high = defined && n == 1 ? v->likeness.high : NAN;
	s->similarity_pairs = defined ? v->likeness.pairs : NAN;
	s->similarity_zero = defined ? v->zero / n : NAN;
}

static struct side side_of(const struct variant *v, const char *name)
{
	struct mean accuracy = mean_of(v->outcome.accuracy, v->outcome.runs);
	bool probed = v->outcome.runs > 0;
	struct side s = { .variant = name,
			  .accuracy = 100 * accuracy.value,
			  .sd = 100 * accuracy.sd,
			  .hidden1 = probed ? v->outcome.hidden1 : NAN,
			  .hidden2 = probed ? v->outcome.hidden2 : NAN,
			  .clusters = v->shapes > 0 ? v->clusters / (double)v->shapes : NAN,
			  .linear = v->shapes == 0 || v->shape.linear < 0 ? -1 : v->linear,
			  .labels = v->shape.labels,
			  .points = v->shape.points,
			  .points_total = v->shape.points_total,
			  .conflicts = v->shape.conflicts,
			  .alpha = probed ? v->outcome.alpha : NAN,
			  .runs = (double)v->outcome.runs,
			  .examples = v->outcome.votes != NULL ? (double)v->outcome.examples : NAN,
			  .macro_f1 = mean_of(v->outcome.macro_f1, v->outcome.runs).value * 100,
			  .majority = probed ? 100 * v->outcome.majority : NAN };

	set_similarity(&s, v);
	return s;
}

/* Labels of all seeds together. */
static void add_growth(struct growth *sum, const struct growth *one)
{
	double compared = (double)(sum->compared + one->compared);

	if (!one->present)
		return;
	if (one->compared > 0)
		sum->change = ((sum->compared > 0 ? sum->change * (double)sum->compared : 0) +
			       one->change * (double)one->compared) /
			      compared;
	sum->present = true;
	sum->compared += one->compared;
	sum->grew += one->grew;
	sum->shrank += one->shrank;
}

/* The original and all the fine-tuned models of a pair. */
static int read_pair(struct variant *before, struct variant *after, struct gather *g, const char *model,
		     const char *task, const char *source, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	long original = cell_of(g, STAGE_DIRECTPROBE, model, task, NULL, 0);

	if (variant_add(before, g, model, task, NULL, 0, err) < 0)
		return -1;
	for (size_t s = 0; s < e->seed_count; s++) {
		struct growth growth;

		if (variant_add(after, g, model, task, source, e->seeds[s], err) < 0 ||
		    growth_read(&growth, g, original, cell_of(g, STAGE_DIRECTPROBE, model, task, source, e->seeds[s]),
				before->shape.layer, err) < 0)
			return -1;
		add_growth(&after->growth, &growth);
	}
	return 0;
}

static void add_side(struct table *t, const struct pair *p, const struct side *s)
{
	record_add(t, &pair_fields, p);
	record_add(t, &side_fields, s);
	record_add(t, &change_fields, s == &p->after ? p : NULL);
}

static double count_or_none(const struct growth *g, size_t count)
{
	return g->present ? (double)count : NAN;
}

static int add_pair(struct table *t, struct gather *g, const char *model, const char *task, struct error *err)
{
	struct variant before = VARIANT_START, after = VARIANT_START;
	int rc = read_pair(&before, &after, g, model, task, task, err);

	if (rc == 0) {
		struct contrast contrast = outcome_contrast(&before.outcome, &after.outcome);
		struct pair p = { .model = model,
				  .task = task,
				  .before = side_of(&before, "original"),
				  .after = side_of(&after, "fine-tuned"),
				  .difference = 100 * contrast.difference,
				  .p_permutation = contrast.p_permutation,
				  .p_mcnemar = contrast.p_mcnemar,
				  .grew = count_or_none(&after.growth, after.growth.grew),
				  .compared = count_or_none(&after.growth, after.growth.compared),
				  .change = after.growth.change };

		add_side(t, &p, &p.before);
		add_side(t, &p, &p.after);
	}
	outcome_release(&before.outcome);
	outcome_release(&after.outcome);
	return rc;
}

static int write_table7(struct gather *g, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	struct table t;
	int rc = record_table_init(&t, &table7_table, err);

	for (size_t m = 0; rc == 0 && m < e->subject_count; m++)
		for (size_t k = 0; rc == 0 && k < e->task_count; k++)
			rc = add_pair(&t, g, e->subjects[m].name, e->task_names[k], err);
	if (rc == 0)
		rc = table_write(&t, g->out, "table7.csv", err);
	table_release(&t);
	return rc;
}

static const char *role_of(const struct experiment *e, const char *source)
{
	static const char *const roles[] = { "target", "related", "opposing" };

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		const char *name = experiment_get(e, "cross", roles[i], NULL, NULL);

		if (name != NULL && strcmp(name, source) == 0)
			return roles[i];
	}
	return "";
}

static int add_transfer(struct table *t, struct gather *g, const char *model, const char *target, const char *source,
			struct error *err)
{
	struct variant before = VARIANT_START, after = VARIANT_START;
	int rc = read_pair(&before, &after, g, model, target, source, err);

	if (rc == 0) {
		struct contrast contrast = outcome_contrast(&before.outcome, &after.outcome);
		struct side a = side_of(&before, ""), b = side_of(&after, "");
		struct transfer x = { .model = model,
				      .target = target,
				      .source = source,
				      .role = role_of(g->plan->experiment, source),
				      .labels = count_or_none(&after.growth, after.growth.compared),
				      .grew = count_or_none(&after.growth, after.growth.grew),
				      .shrank = count_or_none(&after.growth, after.growth.shrank),
				      .change = after.growth.change,
				      .before = a.accuracy,
				      .after = b.accuracy,
				      .difference = 100 * contrast.difference,
				      .p_permutation = contrast.p_permutation,
				      .p_mcnemar = contrast.p_mcnemar,
				      .majority = before.outcome.runs > 0 ? a.majority : b.majority };

		record_add(t, &transfer_fields, &x);
	}
	outcome_release(&before.outcome);
	outcome_release(&after.outcome);
	return rc;
}

static int write_crosstask(struct gather *g, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	const char *target = experiment_get(e, "cross", "target", NULL, NULL);
	struct table t;
	int rc = record_table_init(&t, &crosstask_table, err);

	for (size_t m = 0; rc == 0 && target != NULL && m < e->subject_count; m++) {
		const char *sources = experiment_get(e, "cross", "sources", NULL, NULL);
		char source[128];

		while (rc == 0 && sources != NULL && list_next(&sources, source))
			rc = add_transfer(&t, g, e->subjects[m].name, target, source, err);
	}
	if (rc == 0)
		rc = table_write(&t, g->out, "crosstask.csv", err);
	table_release(&t);
	return rc;
}

static int write_runs(struct gather *g, struct error *err)
{
	const struct experiment *e = g->plan->experiment;
	struct table t;
	int rc = record_table_init(&t, &runs_table, err);

	for (size_t i = 0; rc == 0 && i < e->subject_count * e->task_count * e->seed_count; i++) {
		char state[STATE_MAX];
		struct run r = tables_run(state, g, i);

		record_add(&t, &run_fields, &r);
		record_add(&t, &state_fields, &r);
	}
	if (rc == 0)
		rc = table_write(&t, g->out, "runs.csv", err);
	table_release(&t);
	return rc;
}

int tables_write(struct gather *g, const struct table *results, const struct context *ctx, struct error *err)
{
	return write_runs(g, err) < 0 || write_table7(g, err) < 0 || write_crosstask(g, err) < 0 ||
			       layers_write(g, results, ctx, err) < 0
		       ? -1
		       : 0;
}
