/* Claims 6 to 10: across tasks, and across layers. */
#include "findings/decide.h"

#include "num/statistics.h"

#include <math.h>
#include <string.h>

enum { MOST_LAYERS = 256, FEWEST_POINTS = 3 };

/* Counts of the cases of a claim about every one of them. */
struct tally {
	size_t holding, failing, undecided, missing;
	struct prose failures, undecided_names;
};

/* Says what does not hold and what is not known of the cases ("run is", "runs
 * are"), and decides; releases the tally. */
static enum verdict tally_close(struct tally *t, struct prose *why, const char *one, const char *many)
{
	if (t->failing > 0)
		prose_format(why, "; not for %s", prose_text(&t->failures));
	if (t->undecided > 0)
		prose_format(why, "; undecided for %s", prose_text(&t->undecided_names));
	if (t->missing > 0)
		prose_format(why, "; %zu %s missing", t->missing, prose_noun(t->missing, one, many));
	why->broken = why->broken || t->failures.broken || t->undecided_names.broken;
	prose_release(&t->failures);
	prose_release(&t->undecided_names);
	return decide_every(t->holding, t->failing, t->missing);
}

static int sign(double x)
{
	return (x > 0) - (x < 0);
}

bool transfer_agrees(const struct transfer *x)
{
	int wanted = strcmp(x->role, "related") == 0 ? 1 : strcmp(x->role, "opposing") == 0 ? -1 : 0;

	return sign(x->change) == sign(x->difference) && sign(x->change) != 0 &&
	       (wanted == 0 || sign(x->change) == wanted);
}

enum verdict decide_transfer(struct prose *why, const struct evidence *e)
{
	struct tally t = { 0 };

	if (e->transfer_count == 0) {
		prose_add(why, "the experiment has no cross-task part");
		return VERDICT_UNDECIDED;
	}
	for (size_t i = 0; i < e->transfer_count; i++) {
		const struct transfer *x = &e->transfers[i];
		bool agrees = transfer_agrees(x);

		if (isnan(x->change) || isnan(x->difference)) {
			t.missing++;
			continue;
		}
		t.holding += agrees ? 1 : 0;
		t.failing += agrees ? 0 : 1;
		if (!agrees)
			prose_item(&t.failures, ", ", "%s from %s on %s (distance %s, accuracy %s)", x->target,
				   x->source, x->model, show_signed(x->change, 2).text,
				   show_signed(x->difference, 2).text);
	}
	if (t.holding + t.failing == 0)
		prose_format(why, "neither distance nor accuracy of %s can be compared for any source",
			     e->transfers[0].target);
	else
		prose_format(
			why,
			"distance and accuracy of %s change together, in the direction foreseen, for %zu of %zu %s",
			e->transfers[0].target, t.holding, t.holding + t.failing,
			prose_noun(t.holding + t.failing, "source", "sources"));
	return tally_close(&t, why, "source is", "sources are");
}

static void name_run(struct prose *p, const struct run *r)
{
	prose_item(p, ", ", "%s on %s", r->task, r->model);
	if (r->seed != 1)
		prose_format(p, " with seed %ld", r->seed);
}

double layer_correlation(const struct run *r, size_t offset)
{
	double x[MOST_LAYERS], y[MOST_LAYERS];
	size_t n = 0;

	for (size_t i = 0; i < r->count && n < MOST_LAYERS; i++) {
		double value = *(const double *)((const char *)&r->layers[i] + offset);

		if (isnan(value))
			continue;
		x[n] = (double)r->layers[i].layer;
		y[n++] = value;
	}
	return n < FEWEST_POINTS ? NAN : statistics_spearman(x, y, n);
}

double distance_correlation(const struct run *r)
{
	double x[2 * MOST_LAYERS], y[2 * MOST_LAYERS];
	size_t n = 0;

	for (size_t i = 0; i < r->count && i < MOST_LAYERS; i++) {
		const struct layer *l = &r->layers[i];

		for (int side = 0; side < 2 && l->layer > 0; side++)
			if (!isnan(l->minimum[side]) && !isnan(l->accuracy[side])) {
				/* Equal accuracies may differ in the last digit. */
				x[n] = l->minimum[side];
				y[n++] = nearbyint(1e9 * l->accuracy[side]);
			}
	}
	return n < FEWEST_POINTS ? NAN : statistics_spearman(x, y, n);
}

static double similarity_correlation(const struct run *r)
{
	return layer_correlation(r, offsetof(struct layer, similarity));
}

/* Whether a correlation has the same sign in every run; `none` and `some` say what is
 * known of no run, and of how many. */
static enum verdict decide_runs(struct prose *why, const struct evidence *e,
				double (*correlation)(const struct run *), int wanted, const char *none,
				const char *some, const char *with)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		double rho = r->has_similarity ? correlation(r) : NAN;

		if (!r->has_similarity) {
			t.missing++;
		} else if (isnan(rho)) {
			t.undecided++;
			name_run(&t.undecided_names, r);
		} else if (sign(rho) == wanted) {
			t.holding++;
		} else {
			t.failing++;
			name_run(&t.failures, r);
			prose_format(&t.failures, " (ρ = %s)", show(rho, 2).text);
		}
	}
	if (t.holding + t.failing == 0)
		prose_add(why, none);
	else
		prose_format(why, "%s in %zu of %zu %s with at least three %s", some, t.holding,
			     t.holding + t.failing, prose_noun(t.holding + t.failing, "run", "runs"), with);
	return tally_close(&t, why, "run is", "runs are");
}

enum verdict decide_layers(struct prose *why, const struct evidence *e)
{
	return decide_runs(why, e, similarity_correlation, -1, "the similarity is defined at three layers in no run",
			   "similarity falls with the layer", "defined layers");
}

enum verdict decide_hypothesis(struct prose *why, const struct evidence *e)
{
	return decide_runs(why, e, distance_correlation, 1,
			   "accuracy and distance are known of three representations in no run",
			   "accuracy rises with the minimum distance", "representations");
}

enum verdict decide_top_layer(struct prose *why, const struct evidence *e)
{
	struct tally t = { 0 };
	double smallest = INFINITY;

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		double similarity = r->count > 0 ? r->layers[r->count - 1].similarity : NAN;

		if (!r->has_similarity) {
			t.missing++;
			continue;
		}
		if (isnan(similarity)) {
			t.undecided++;
			continue;
		}
		smallest = fmin(smallest, similarity);
		if (similarity > 0.5) {
			t.holding++;
			continue;
		}
		t.failing++;
		name_run(&t.failures, r);
		prose_format(&t.failures, " (%s)", show(similarity, 2).text);
	}
	if (t.holding + t.failing == 0)
		prose_add(why, "the top layer’s similarity is defined in no run");
	else
		prose_format(why,
			     "the top layer’s similarity is above 0.5 in %zu of the %zu %s where it is defined, "
			     "and is %s where it is smallest",
			     t.holding, t.holding + t.failing, prose_noun(t.holding + t.failing, "run", "runs"),
			     show(smallest, 2).text);
	t.undecided = 0;
	return tally_close(&t, why, "run is", "runs are");
}

enum verdict decide_displacement(struct prose *why, const struct evidence *e)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		double moved = r->has_scale ? layer_correlation(r, offsetof(struct layer, relative_shift)) : NAN;
		double spread = r->has_scale ? layer_correlation(r, offsetof(struct layer, participation)) : NAN;

		if (!r->has_scale) {
			t.missing++;
		} else if (moved <= 0 || spread <= 0) {
			t.failing++;
			name_run(&t.failures, r);
			prose_format(&t.failures, " (displacement ρ = %s, directions ρ = %s)", show(moved, 2).text,
				     show(spread, 2).text);
		} else if (isnan(moved) || isnan(spread)) {
			t.undecided++;
			name_run(&t.undecided_names, r);
		} else {
			t.holding++;
		}
	}
	if (t.holding + t.failing == 0)
		prose_add(why, "displacement and directions are known at three layers in no run");
	else
		prose_format(
			why,
			"displacement and directions rise with the layer in %zu of %zu %s with at least three layers",
			t.holding, t.holding + t.failing, prose_noun(t.holding + t.failing, "run", "runs"));
	return tally_close(&t, why, "run is", "runs are");
}
