/* Sentences that say what a run's numbers show. Every number is written as it
 * stands in the section's table. */
#include "report/content.h"

#include <math.h>
#include <string.h>

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
	document_text(
		d,
		"Fine-tuning raises the accuracy of the probe in %zu of %zu pairs of model and task. The largest "
		"change upwards is %s points (%s on %s, from %s %% to %s %%), and at the other end stands %s on %s "
		"with %s points.",
		rose, known, show_signed(most->difference, 2).text, most->task, most->model,
		show(most->before.accuracy, 2).text, show(most->after.accuracy, 2).text, least->task, least->model,
		show_signed(least->difference, 2).text);
}

static void say_likeness(struct document *d, const struct evidence *e)
{
	const struct pair *smallest = NULL;
	size_t both = 0, fell = 0;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->after.likeness == KNOWN_DEFINED &&
		    (smallest == NULL || p->after.similarity < smallest->after.similarity))
			smallest = p;
		if (p->before.likeness != KNOWN_DEFINED || p->after.likeness != KNOWN_DEFINED)
			continue;
		both++;
		fell += p->after.similarity < p->before.similarity ? 1 : 0;
	}
	if (smallest == NULL)
		document_text(
			d,
			"The similarity of training and test set is defined in no pair after fine-tuning, because it "
			"needs both to be linearly separable.");
	else if (both == 0)
		document_text(
			d,
			"The similarity of training and test set is defined before and after fine-tuning in no pair; "
			"after it, it is smallest for %s on %s (%s).",
			smallest->task, smallest->model, show(smallest->after.similarity, 2).text);
	else
		document_text(d,
			      "The similarity of training and test set is defined before and after fine-tuning in "
			      "%zu pairs, and falls in %zu of them. After fine-tuning it is smallest for %s on %s "
			      "(%s, %s label pairs).",
			      both, fell, smallest->task, smallest->model, show(smallest->after.similarity, 2).text,
			      show(smallest->after.similarity_pairs, 0).text);
}

void say_accuracy(struct document *d, const struct evidence *e)
{
	say_extremes(d, e);
	say_likeness(d, e);
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
	document_text(
		d,
		"At the last layer %zu of %zu representations are linearly separable before fine-tuning, and %zu "
		"after it.",
		before, known, after);
	if (most != NULL)
		document_text(
			d,
			"The least separable original is %s on %s: %s clusters for %s labels, and %s clusters after "
			"fine-tuning.",
			most->task, most->model, show(most->before.clusters, 0).text,
			show(most->before.labels, 0).text, show(most->after.clusters, 0).text);
}

void say_margins(struct document *d, const struct evidence *e)
{
	double grew = 0, compared = 0;
	const struct pair *most = NULL;

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
		      "than they began. The mean change is largest for %s on %s: %s, with %s of %s labels growing.",
		      show(grew, 0).text, show(compared, 0).text, most->task, most->model,
		      show_signed(most->change, 2).text, show(most->grew, 0).text, show(most->compared, 0).text);
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
		document_missing(d, "No model has been fine-tuned on one task and probed on another.");
		return;
	}
	document_text(
		d,
		"Of the encoders fine-tuned on another task, the one that changes the accuracy on %s most favourably "
		"is %s fine-tuned on %s: by %s points, with a mean change of the minimum distances of %s.",
		best->target, best->model, best->source, show_signed(best->difference, 2).text,
		show_signed(best->change, 2).text);
	if (worst != best)
		document_text(
			d, "At the other end, %s fine-tuned on %s changes it by %s points and the distances by %s.",
			worst->model, worst->source, show_signed(worst->difference, 2).text,
			show_signed(worst->change, 2).text);
}

void say_layers(struct document *d, const struct evidence *e)
{
	const struct run *lowest_run = NULL, *moved_run = NULL;
	const struct layer *lowest = NULL, *moved = NULL;

	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++) {
			const struct layer *l = &e->runs[i].layers[k];

			if (!isnan(l->similarity) && (lowest == NULL || l->similarity < lowest->similarity)) {
				lowest = l;
				lowest_run = &e->runs[i];
			}
			if (!isnan(l->relative_shift) &&
			    (moved == NULL || l->relative_shift > moved->relative_shift)) {
				moved = l;
				moved_run = &e->runs[i];
			}
		}
	if (lowest == NULL)
		document_text(d, "No layer is linearly separable both before and after fine-tuning, so that the "
				 "similarity of a layer to its original self is defined nowhere.");
	else
		document_text(
			d, "The layer least similar to its original self is layer %ld of %s fine-tuned on %s (%s).",
			lowest->layer, lowest_run->model, lowest_run->task, show(lowest->similarity, 2).text);
	if (moved != NULL)
		document_text(d,
			      "Relative to the layer’s scale, label centroids move most in layer %ld of %s "
			      "fine-tuned on %s (%s), in %s directions by participation ratio.",
			      moved->layer, moved_run->model, moved_run->task, show(moved->relative_shift, 3).text,
			      show(moved->participation, 2).text);
}
