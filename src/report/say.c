/* Sentences that say what a run's numbers show, two to a question. Every number
 * is written as it stands in the section's table, and its place there is noted. */
#include "report/say.h"

#include <math.h>
#include <string.h>

struct shown say_cell(struct document *d, const char *table, size_t row, const char *column, struct shown number)
{
	document_cite(d, (struct citation){ CITE_CELL, table, column, NULL, row, number, 0 });
	return number;
}

struct shown say_count(struct document *d, enum citation_rule rule, const char *table, const char *column,
		       const char *other, double count)
{
	struct shown number = show(count, 0);

	document_cite(d, (struct citation){ rule, table, column, other, 0, number, 0 });
	return number;
}

static size_t row_of(const struct evidence *e, const struct pair *p)
{
	return (size_t)(p - e->pairs);
}

static struct shown change_of(struct document *d, const struct evidence *e, const struct pair *p)
{
	return say_cell(d, "table2", row_of(e, p), "Accuracy, %: change", show_signed(p->difference, 2));
}

static struct shown accuracy_of(struct document *d, const struct evidence *e, const struct pair *p, bool after)
{
	return say_cell(d, "table2", row_of(e, p), after ? "Accuracy, %: after" : "Accuracy, %: before",
			show(after ? p->after.accuracy : p->before.accuracy, 2));
}

/* The pair with the largest difference times `sign`; NULL without any. */
static const struct pair *extreme(const struct evidence *e, double sign)
{
	const struct pair *best = NULL;

	for (size_t i = 0; i < e->pair_count; i++)
		if (!isnan(e->pairs[i].difference) &&
		    (best == NULL || sign * e->pairs[i].difference > sign * best->difference))
			best = &e->pairs[i];
	return best;
}

static void say_extremes(struct document *d, const struct evidence *e)
{
	const struct pair *most = extreme(e, 1), *least = extreme(e, -1);
	size_t rose = 0, known = 0;

	if (most == NULL) {
		document_missing(d, "No pair of model and task has been probed both before and after fine-tuning.");
		return;
	}
	for (size_t i = 0; i < e->pair_count; i++) {
		known += isnan(e->pairs[i].difference) ? 0 : 1;
		rose += e->pairs[i].difference > 0 ? 1 : 0;
	}
	if (most == least)
		document_text(
			d,
			"Fine-tuning changes the accuracy of the probe by %s points for %s on %s, from %s %% to "
			"%s %%.",
			change_of(d, e, most).text, most->task, most->model, accuracy_of(d, e, most, false).text,
			accuracy_of(d, e, most, true).text);
	else
		document_text(
			d,
			"Fine-tuning raises the accuracy of the probe in %s of %s pairs of model and task; the "
			"changes reach from %s points (%s on %s, from %s %% to %s %%) to %s points (%s on %s, from "
			"%s %% to %s %%).",
			say_count(d, CITE_POSITIVE, "table2", "Accuracy, %: change", NULL, (double)rose).text,
			say_count(d, CITE_NUMBERS, "table2", "Accuracy, %: change", NULL, (double)known).text,
			change_of(d, e, least).text, least->task, least->model, accuracy_of(d, e, least, false).text,
			accuracy_of(d, e, least, true).text, change_of(d, e, most).text, most->task, most->model,
			accuracy_of(d, e, most, false).text, accuracy_of(d, e, most, true).text);
}

static const char BEFORE[] = "Train/test similarity: before", AFTER[] = "Train/test similarity: after";

/* Where it is defined in no pair after fine-tuning. */
static void say_no_likeness(struct document *d, size_t measured)
{
	if (measured == 0)
		document_missing(d, "The similarity of training and test set after fine-tuning has been measured in "
				    "no pair.");
	else if (measured == 1)
		document_text(d,
			      "The similarity of training and test set is not defined after fine-tuning in the only "
			      "pair in which it was looked at, because it needs both sets to be linearly "
			      "separable.");
	else
		document_text(
			d,
			"The similarity of training and test set is defined after fine-tuning in none of the %s "
			"pairs in which it was looked at, because it needs both sets to be linearly separable.",
			say_count(d, CITE_KNOWN, "table2", AFTER, AFTER, (double)measured).text);
}

static void say_likeness(struct document *d, const struct evidence *e)
{
	const struct pair *smallest = NULL;
	size_t both = 0, fell = 0, measured = 0;
	struct shown least, pairs;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		measured += p->after.likeness == KNOWN_MISSING ? 0 : 1;
		if (p->after.likeness == KNOWN_DEFINED &&
		    (smallest == NULL || p->after.similarity < smallest->after.similarity))
			smallest = p;
		if (p->before.likeness != KNOWN_DEFINED || p->after.likeness != KNOWN_DEFINED)
			continue;
		both++;
		fell += p->after.similarity < p->before.similarity ? 1 : 0;
	}
	if (smallest == NULL) {
		say_no_likeness(d, measured);
		return;
	}
	least = say_cell(d, "table2", row_of(e, smallest), AFTER, show(smallest->after.similarity, 2));
	pairs = say_cell(d, "table2", row_of(e, smallest), "Train/test similarity: label pairs",
			 show(smallest->after.similarity_pairs, 0));
	if (both == 0)
		document_text(
			d,
			"The similarity of training and test set is defined before and after fine-tuning in no pair; "
			"after it, it is smallest for %s on %s (%s, %s label pairs).",
			smallest->task, smallest->model, least.text, pairs.text);
	else
		document_text(d,
			      "The similarity of training and test set falls in %s of the %s %s in which it is "
			      "defined before and after fine-tuning; after it, it is smallest for %s on %s (%s, %s "
			      "label pairs).",
			      say_count(d, CITE_FALLS, "table2", BEFORE, AFTER, (double)fell).text,
			      say_count(d, CITE_NUMBERS, "table2", BEFORE, AFTER, (double)both).text,
			      prose_noun(both, "pair", "pairs"), smallest->task, smallest->model, least.text,
			      pairs.text);
}

void say_accuracy(struct document *d, const struct evidence *e)
{
	say_extremes(d, e);
	say_likeness(d, e);
}

static const char LINEAR_BEFORE[] = "Linear: before", LINEAR_AFTER[] = "Linear: after";

/* What the original that is farthest from separable became. `most` NULL: there
 * is none; `all`: all originals are separable. */
static void say_least_separable(struct document *d, const struct evidence *e, const struct pair *most, bool all)
{
	size_t row;

	if (most == NULL) {
		document_text(d, all ? "None of these originals has more clusters than labels, so that there are "
				       "none for fine-tuning to join."
				     : "No original is known to need more clusters than it has labels; those that "
				       "are not separable are constant.");
		return;
	}
	row = row_of(e, most);
	document_text(d,
		      "The least separable original at the last layer is %s on %s: %s clusters for %s labels, and %s "
		      "clusters after "
		      "fine-tuning.",
		      most->task, most->model,
		      say_cell(d, "table3", row, "Clusters: before", show(most->before.clusters, 0)).text,
		      say_cell(d, "table3", row, "Labels", show(most->before.labels, 0)).text,
		      say_cell(d, "table3", row, "Clusters: after", show(most->after.clusters, 0)).text);
}

void say_clusters(struct document *d, const struct evidence *e)
{
	size_t known = 0, before = 0, after = 0;
	const struct pair *most = NULL;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->before.shape == KNOWN_MISSING || p->after.shape == KNOWN_MISSING)
			continue;
		known++;
		before += p->before.linear == 1 ? 1 : 0;
		after += p->after.linear == 1 ? 1 : 0;
		if (p->before.linear == 0 && (most == NULL || p->before.clusters > most->before.clusters))
			most = p;
	}
	if (known == 0) {
		document_missing(d,
				 "No pair of model and task has been clustered both before and after fine-tuning.");
		return;
	}
	if (known == 1)
		document_text(d, "At the last layer the representation is %s before fine-tuning, and %s after it.",
			      before == 1 ? "linearly separable" : "not linearly separable",
			      after == 1 ? "separable" : "not separable");
	else
		document_text(d,
			      "At the last layer %s of %s representations are linearly separable before fine-tuning, "
			      "and %s "
			      "after it.",
			      say_count(d, CITE_YES, "table3", LINEAR_BEFORE, LINEAR_AFTER, (double)before).text,
			      say_count(d, CITE_KNOWN, "table3", LINEAR_BEFORE, LINEAR_AFTER, (double)known).text,
			      say_count(d, CITE_YES, "table3", LINEAR_AFTER, LINEAR_BEFORE, (double)after).text);
	say_least_separable(d, e, most, before == known);
}

void say_margins(struct document *d, const struct evidence *e)
{
	double grew = 0, compared = 0;
	const struct pair *most = NULL;
	size_t row;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (isnan(p->compared) || p->compared == 0)
			continue;
		grew += p->grew;
		compared += p->compared;
		if (!isnan(p->change) && (most == NULL || p->change > most->change))
			most = p;
	}
	if (most == NULL) {
		document_missing(d,
				 "The labels’ distances have been measured before and after fine-tuning in no pair.");
		return;
	}
	document_text(d,
		      "Over all pairs, separable or not, %s of %s labels end farther from their nearest neighbour "
		      "than they began.",
		      say_count(d, CITE_SUM, "growth", "Labels: grew", NULL, grew).text,
		      say_count(d, CITE_SUM, "growth", "Labels: compared", NULL, compared).text);
	row = row_of(e, most);
	document_text(d, "The mean change is largest for %s on %s: %s, with %s of %s labels growing.", most->task,
		      most->model,
		      say_cell(d, "growth", row, "Minimum distance: mean change", show_signed(most->change, 2)).text,
		      say_cell(d, "growth", row, "Labels: grew", show(most->grew, 0)).text,
		      say_cell(d, "growth", row, "Labels: compared", show(most->compared, 0)).text);
}

static struct shown accuracy_change(struct document *d, const struct evidence *e, const struct transfer *x)
{
	return say_cell(d, "table5", (size_t)(x - e->transfers), "Accuracy, %: change",
			show_signed(x->difference, 2));
}

static struct shown distance_change(struct document *d, const struct evidence *e, const struct transfer *x)
{
	return say_cell(d, "table5", (size_t)(x - e->transfers), "Minimum distance: mean change",
			show_signed(x->change, 2));
}

void say_transfer(struct document *d, const struct evidence *e)
{
	const struct transfer *best = NULL, *worst = NULL;

	for (size_t i = 0; i < e->transfer_count; i++) {
		const struct transfer *x = &e->transfers[i];

		if (isnan(x->change) || isnan(x->difference) || strcmp(x->role, "target") == 0)
			continue;
		best = best == NULL || x->difference > best->difference ? x : best;
		worst = worst == NULL || x->difference < worst->difference ? x : worst;
	}
	if (best == NULL) {
		document_missing(d, "No model that was fine-tuned on another task has been measured on the target.");
		return;
	}
	document_text(
		d,
		"Of the encoders fine-tuned on another task, the one that changes the accuracy on %s most favourably "
		"is %s fine-tuned on %s: by %s points, with a mean change of the minimum distances of %s.",
		best->target, best->model, best->source, accuracy_change(d, e, best).text,
		distance_change(d, e, best).text);
	if (worst == best)
		document_text(d, "It is the only such encoder that was measured.");
	else
		document_text(
			d, "At the other end, %s fine-tuned on %s changes it by %s points and the distances by %s.",
			worst->model, worst->source, accuracy_change(d, e, worst).text,
			distance_change(d, e, worst).text);
}
