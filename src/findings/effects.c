/* What decides each claim, as a number: a share of the cases, or of a claim about every
 * case the one that speaks least for it; and which cases speak against it. */
#include "findings/decide.h"

#include <math.h>

/* Of what is known. */
struct gathering {
	double sum, least, most;
	size_t count;
};

static void gather_value(struct gathering *g, double value)
{
	g->least = g->count == 0 ? value : fmin(g->least, value);
	g->most = g->count == 0 ? value : fmax(g->most, value);
	g->sum += isnan(value) ? 0 : value;
	g->count += isnan(value) ? 0 : 1;
}

static struct effect mean_effect(struct gathering g, size_t of)
{
	return (struct effect){ g.count == 0 ? NAN : g.sum / (double)g.count, NAN, NAN, g.count, of };
}

static struct effect least_effect(struct gathering g, size_t of)
{
	return (struct effect){ g.count == 0 ? NAN : g.least, NAN, NAN, g.count, of };
}

static struct effect most_effect(struct gathering g, size_t of)
{
	return (struct effect){ g.count == 0 ? NAN : g.most, NAN, NAN, g.count, of };
}

struct effect effect_accuracy(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->pair_count; i++)
		gather_value(&g, isnan(e->pairs[i].difference) ? NAN : e->pairs[i].difference > 0 ? 100 : 0);
	return mean_effect(g, e->pair_count);
}

struct effect effect_divergence(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->before.likeness == KNOWN_DEFINED && p->after.likeness == KNOWN_DEFINED)
			gather_value(&g, p->after.similarity - p->before.similarity);
	}
	return most_effect(g, e->pair_count);
}

struct effect effect_least_similar(const struct evidence *e)
{
	struct effect effect = { NAN, NAN, NAN, 0, e->pair_count };
	double fallen = -INFINITY, other = INFINITY;
	bool undefined = false; /* for a pair whose accuracy fell */

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->difference < 0 && p->after.likeness != KNOWN_DEFINED)
			undefined = true;
		if (isnan(p->difference) || p->after.likeness != KNOWN_DEFINED)
			continue;
		effect.decided++;
		if (p->difference < 0)
			fallen = fmax(fallen, p->after.similarity);
		else
			other = fmin(other, p->after.similarity);
	}
	if (!undefined && !isinf(fallen) && !isinf(other))
		effect.value = fallen - other;
	return effect;
}

struct effect effect_clusters(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->pair_count; i++)
		if (e->pairs[i].before.linear == 0)
			gather_value(&g, e->pairs[i].after.clusters - e->pairs[i].before.clusters);
	return most_effect(g, e->pair_count);
}

struct effect effect_growth(const struct evidence *e)
{
	struct effect effect = { NAN, NAN, NAN, 0, e->pair_count };
	double grew = 0, compared = 0;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->before.linear != 1 || p->after.linear != 1 || isnan(p->grew) || isnan(p->compared))
			continue;
		effect.decided++;
		grew += p->grew;
		compared += p->compared;
	}
	if (compared > 0)
		effect.value = 100 * grew / compared;
	return effect;
}

struct effect effect_transfer(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->transfer_count; i++) {
		const struct transfer *x = &e->transfers[i];

		gather_value(&g, isnan(x->change) || isnan(x->difference) ? NAN : transfer_agrees(x) ? 100 : 0);
	}
	return mean_effect(g, e->transfer_count);
}

struct effect effect_layers(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->run_count; i++)
		if (e->runs[i].has_similarity)
			gather_value(&g, layer_correlation(&e->runs[i], offsetof(struct layer, similarity)));
	return most_effect(g, e->run_count);
}

struct effect effect_top_layer(const struct evidence *e)
{
	struct effect effect = { NAN, NAN, NAN, 0, e->run_count };

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		const double value = r->count == 0 || !r->has_similarity ? NAN : r->layers[r->count - 1].similarity;

		effect.decided += isnan(value) ? 0 : 1;
		effect.value = fmin(effect.value, value);
	}
	return effect;
}

struct effect effect_displacement(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		const double moved = layer_correlation(r, offsetof(struct layer, relative_shift)),
			     spread = layer_correlation(r, offsetof(struct layer, participation));

		if (r->has_scale)
			gather_value(&g, isnan(moved) || isnan(spread) ? NAN : fmin(moved, spread));
	}
	return least_effect(g, e->run_count);
}

struct effect effect_hypothesis(const struct evidence *e)
{
	struct gathering g = { 0 };

	for (size_t i = 0; i < e->run_count; i++)
		if (e->runs[i].has_similarity)
			gather_value(&g, distance_correlation(&e->runs[i]));
	return least_effect(g, e->run_count);
}

bool pair_diverges_not(const struct evidence *e, size_t i)
{
	const struct pair *p = &e->pairs[i];

	return p->before.likeness == KNOWN_DEFINED && p->after.likeness == KNOWN_DEFINED &&
	       !(p->after.similarity < p->before.similarity);
}

bool pair_keeps_clusters(const struct evidence *e, size_t i)
{
	const struct pair *p = &e->pairs[i];

	return p->before.linear == 0 && p->after.clusters >= p->before.clusters;
}

bool source_disagrees(const struct evidence *e, size_t i)
{
	const struct transfer *x = &e->transfers[i];

	return !isnan(x->change) && !isnan(x->difference) && !transfer_agrees(x);
}

bool run_layers_disagree(const struct evidence *e, size_t i)
{
	const struct run *r = &e->runs[i];

	return r->has_similarity && layer_correlation(r, offsetof(struct layer, similarity)) >= 0;
}

bool run_top_differs(const struct evidence *e, size_t i)
{
	const struct run *r = &e->runs[i];

	return r->has_similarity && r->count > 0 && r->layers[r->count - 1].similarity <= 0.5;
}

bool run_moves_otherwise(const struct evidence *e, size_t i)
{
	const struct run *r = &e->runs[i];

	return r->has_scale && (layer_correlation(r, offsetof(struct layer, relative_shift)) <= 0 ||
				layer_correlation(r, offsetof(struct layer, participation)) <= 0);
}

bool run_distance_disagrees(const struct evidence *e, size_t i)
{
	const struct run *r = &e->runs[i];

	return r->has_similarity && distance_correlation(r) <= 0;
}
