#include "findings/resample.h"

#include "base/array.h"
#include "num/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_PAIRS = 3, FEWEST_LABELS = 4, MOST_RUNS = 255 };

/* Differences that rounding makes of equal numbers. */
static const double rounding = 1e-9;

/* What was drawn of a task. */
struct lot {
	uint32_t *weights; /* (examples): how often each was drawn */
	uint32_t *times;   /* (sentences): the same */
	uint64_t weight;   /* of all examples together */
	uint32_t *labels;  /* (labels) */
	uint32_t runs[MOST_RUNS], run_count;
};

struct resample {
	const struct evidence *source;
	const struct materials *materials;
	struct evidence drawn;
	struct lot *lots;                    /* (grounds) */
	size_t *seeds, *chosen, drawn_seeds; /* (seeds); those there, and those drawn of them */
	double *x, *y;                       /* (most labels, squared) scratch */
	struct stream *stream;               /* NULL: everything once */
};

static uint32_t pick(struct resample *r, size_t i, size_t count)
{
	return r->stream == NULL ? (uint32_t)i : stream_below(r->stream, (uint32_t)count);
}

/* Whole sentences, with all examples in them; where none are known, examples. */
static void draw_examples(struct resample *r, const struct ground *g, struct lot *lot)
{
	const size_t count = g->sentence == NULL ? g->examples : g->sentences;

	memset(lot->times, 0, count * sizeof *lot->times);
	for (size_t i = 0; i < count; i++)
		lot->times[pick(r, i, count)]++;
	lot->weight = 0;
	for (size_t i = 0; i < g->examples; i++) {
		lot->weights[i] = lot->times[g->sentence == NULL ? i : g->sentence[i]];
		lot->weight += lot->weights[i];
	}
}

static void draw_lots(struct resample *r)
{
	for (size_t k = 0; k < r->materials->ground_count; k++) {
		const struct ground *g = &r->materials->grounds[k];
		struct lot *lot = &r->lots[k];

		draw_examples(r, g, lot);
		for (size_t i = 0; i < g->labels.count; i++)
			lot->labels[i] = pick(r, i, g->labels.count);
		for (uint32_t i = 0; i < lot->run_count; i++)
			lot->runs[i] = pick(r, i, lot->run_count);
	}
}

/* Whether anything of a state was measured. */
static bool is_there(const struct materials *m, long state)
{
	return state >= 0 && (m->items[state].top >= 0 || m->items[state].last >= 0);
}

/* Of the seeds that are there of a pair, as many. */
static void draw_seeds(struct resample *r, const long *after)
{
	size_t there = 0;

	for (size_t s = 0; s < r->materials->seeds; s++)
		if (is_there(r->materials, after[s]))
			r->seeds[there++] = s;
	r->drawn_seeds = there;
	for (size_t i = 0; i < there; i++)
		r->chosen[i] = r->seeds[pick(r, i, there)];
}

static const struct material *material_of(const struct resample *r, long index)
{
	return index < 0 ? NULL : &r->materials->items[index];
}

static const struct stratum *stratum_of(const struct material *m, long layer)
{
	return m == NULL || layer < 0 || layer >= (long)m->count ? NULL : &m->layers[layer];
}

/* The share of the drawn examples that a row of answers has right. */
static double share_right(const struct resample *r, const struct material *m, const struct stratum *s, size_t row)
{
	const struct lot *lot = &r->lots[m->ground];
	const unsigned char *right = s->right + row * s->examples;
	uint64_t sum = 0;

	for (size_t i = 0; i < s->examples; i++)
		sum += (uint64_t)lot->weights[i] * right[i];
	return (double)sum / ((double)lot->weight * (double)s->per);
}

static bool has_answers(const struct resample *r, const struct material *m, const struct stratum *s)
{
	return s != NULL && s->right != NULL && s->examples == r->materials->grounds[m->ground].examples;
}

/* Adds the top layer's runs, drawn. */
static void add_runs(double *sum, size_t *count, struct resample *r, const struct material *m)
{
	const struct stratum *s = stratum_of(m, m == NULL ? -1 : m->top);

	if (!has_answers(r, m, s))
		return;
	for (size_t i = 0; i < s->rows; i++) {
		const struct lot *lot = &r->lots[m->ground];

		*sum += share_right(r, m, s, s->rows == lot->run_count ? lot->runs[i] : pick(r, i, s->rows));
		(*count)++;
	}
}

/* In percent, over the runs of the states; NaN without any. */
static double top_accuracy(struct resample *r, const long *states, const size_t *order, size_t count)
{
	double sum = 0;
	size_t runs = 0;

	for (size_t i = 0; i < count; i++)
		add_runs(&sum, &runs, r, material_of(r, states[order == NULL ? i : order[i]]));
	return runs == 0 ? NAN : 100 * sum / (double)runs;
}

/* At any layer, a fraction: all runs count once. */
static double layer_accuracy(const struct resample *r, const struct material *m, long layer)
{
	const struct stratum *s = stratum_of(m, layer);
	double sum = 0;

	if (!has_answers(r, m, s))
		return NAN;
	for (size_t i = 0; i < s->rows; i++)
		sum += share_right(r, m, s, i);
	return sum / (double)s->rows;
}

/* How many labels have a pair in both. */
static size_t usable_labels(const double *a, const double *b, size_t n)
{
	size_t usable = 0;

	for (size_t i = 0; i < n; i++) {
		bool any = false;

		for (size_t j = 0; j < n && !any; j++)
			any = i != j && !isnan(a[i * n + j]) && !isnan(b[i * n + j]);
		usable += any;
	}
	return usable;
}

/* Pearson's r of two matrices over the pairs of drawn labels that both have; of too few
 * labels over all. */
static double alike(struct resample *r, size_t ground, const double *a, const double *b)
{
	const size_t n = r->materials->grounds[ground].labels.count;
	const uint32_t *drawn = r->lots[ground].labels;
	size_t pairs = 0;
	bool all;

	if (a == NULL || b == NULL)
		return NAN;
	all = usable_labels(a, b, n) < FEWEST_LABELS;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			const size_t one = all ? i : drawn[i], other = all ? j : drawn[j], at = one * n + other;

			if (one == other || isnan(a[at]) || isnan(b[at]))
				continue;
			r->x[pairs] = a[at];
			r->y[pairs++] = b[at];
		}
	return pairs < FEWEST_PAIRS ? NAN : statistics_pearson(r->x, r->y, pairs);
}

static double divergence_of(struct resample *r, const struct material *m)
{
	const struct stratum *s = stratum_of(m, m == NULL ? -1 : m->last);

	return s == NULL ? NAN : alike(r, m->ground, s->distances, s->tested);
}

/* A mean over the labels drawn of those that have a value. */
static double label_mean(const struct resample *r, size_t ground, const double *values)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; values != NULL && i < r->materials->grounds[ground].labels.count; i++) {
		const double value = values[r->lots[ground].labels[i]];

		sum += isnan(value) ? 0 : value;
		count += isnan(value) ? 0 : 1;
	}
	return count == 0 ? NAN : sum / (double)count;
}

/* Minimum distances before and after, over the labels and seeds drawn. */
struct growth_sum {
	double grew, compared, change;
};

static struct growth_sum growth_of(const struct resample *r, long before, const long *after)
{
	const struct material *a = material_of(r, before);
	const struct stratum *x = stratum_of(a, a == NULL ? -1 : a->last);
	struct growth_sum g = { 0, 0, 0 };

	for (size_t s = 0; x != NULL && x->minimum != NULL && s < r->drawn_seeds; s++) {
		const struct stratum *y = stratum_of(material_of(r, after[r->chosen[s]]), a->last);

		if (y == NULL || y->minimum == NULL)
			continue;
		for (size_t i = 0; i < r->materials->grounds[a->ground].labels.count; i++) {
			const uint32_t label = r->lots[a->ground].labels[i];
			const double change = y->minimum[label] - x->minimum[label];

			g.compared += isnan(change) ? 0 : 1;
			g.grew += change > 0 ? 1 : 0;
			g.change += isnan(change) ? 0 : change;
		}
	}
	return g;
}

/* The mean number of clusters over the seeds that were drawn. */
static void draw_clusters(struct side *s, const struct resample *r, const long *after)
{
	double clusters = 0;
	size_t known = 0;

	for (size_t i = 0; i < r->drawn_seeds; i++) {
		const struct material *m = material_of(r, after[r->chosen[i]]);
		const struct stratum *top = stratum_of(m, m->last);

		if (top == NULL || isnan(top->clusters))
			continue;
		clusters += top->clusters;
		known++;
	}
	if (known > 0 && !isnan(s->clusters))
		s->clusters = clusters / (double)known;
}

static void set_likeness(struct side *s, double value)
{
	if (s->likeness != KNOWN_DEFINED)
		return;
	s->similarity = value;
	s->likeness = isnan(value) ? KNOWN_UNDEFINED : KNOWN_DEFINED;
}

/* Over the seeds in which it was measured, as in the tables. */
static double mean_divergence(struct resample *r, const long *after)
{
	double sum = 0;
	size_t count = 0;

	for (size_t s = 0; s < r->drawn_seeds; s++) {
		const struct material *m = material_of(r, after[r->chosen[s]]);
		const struct stratum *top = stratum_of(m, m->last);

		if (top == NULL || top->distances == NULL || top->tested == NULL)
			continue;
		sum += divergence_of(r, m);
		count++;
	}
	return count == 0 ? NAN : sum / (double)count;
}

/* A difference, without what rounding makes of none. */
static double difference_of(double after, double before)
{
	return fabs(after - before) < rounding ? 0 : after - before;
}

/* Draws the seeds, and with them the accuracies on both sides, where they are known; returns
 * what became of the minimum distances. */
static struct growth_sum draw_change(struct resample *r, long before, const long *after, double *was, double *is,
				     double *difference)
{
	draw_seeds(r, after);
	if (!isnan(*difference)) {
		*was = top_accuracy(r, &before, NULL, 1);
		*is = top_accuracy(r, after, r->chosen, r->drawn_seeds);
		*difference = difference_of(*is, *was);
	}
	return growth_of(r, before, after);
}

static void draw_pair(struct pair *p, struct resample *r, size_t i)
{
	const long before = r->materials->pair_before[i];
	const long *after = r->materials->pair_after + i * r->materials->seeds;
	const struct growth_sum growth =
		draw_change(r, before, after, &p->before.accuracy, &p->after.accuracy, &p->difference);

	set_likeness(&p->before, divergence_of(r, material_of(r, before)));
	set_likeness(&p->after, mean_divergence(r, after));
	if (difference_of(p->after.similarity, p->before.similarity) == 0)
		p->after.similarity = p->before.similarity;
	draw_clusters(&p->after, r, after);
	if (!isnan(p->grew)) {
		p->grew = growth.grew;
		p->compared = growth.compared;
		p->change = growth.compared == 0 ? NAN : growth.change / growth.compared;
	}
}

static void draw_transfer(struct transfer *t, struct resample *r, size_t i)
{
	const struct growth_sum growth = draw_change(r, r->materials->transfer_before[i],
						     r->materials->transfer_after + i * r->materials->seeds,
						     &t->before, &t->after, &t->difference);

	if (!isnan(t->change))
		t->change = growth.compared == 0 ? NAN : growth.change / growth.compared;
}

static void draw_layer(struct layer *l, struct resample *r, size_t run)
{
	const struct material *sides[2] = { material_of(r, r->materials->run_before[run]),
					    material_of(r, r->materials->run_after[run]) };
	const struct motion *motion = &r->materials->motions[run];

	for (int i = 0; i < 2; i++) {
		const struct stratum *s = stratum_of(sides[i], l->layer);

		l->accuracy[i] = isnan(l->accuracy[i]) ? NAN : layer_accuracy(r, sides[i], l->layer);
		l->minimum[i] = isnan(l->minimum[i]) || s == NULL ? NAN : label_mean(r, sides[i]->ground, s->minimum);
	}
	if (sides[0] == NULL || sides[1] == NULL)
		return;
	if (l->likeness == KNOWN_DEFINED) {
		l->similarity = alike(r, sides[1]->ground, stratum_of(sides[0], l->layer)->distances,
				      stratum_of(sides[1], l->layer)->distances);
		l->likeness = isnan(l->similarity) ? KNOWN_UNDEFINED : KNOWN_DEFINED;
	}
	if (l->layer >= (long)motion->layers || motion->norms == NULL || isnan(l->relative_shift))
		return;
	l->shift = label_mean(r, sides[1]->ground, motion->norms + (size_t)l->layer * motion->labels);
	l->relative_shift = l->shift / l->scale;
}

/* Where there are none, neither side may be there. */
static void copy_rows(void *to, const void *from, size_t count, size_t size)
{
	if (count > 0)
		memcpy(to, from, count * size);
}

static void copy_evidence(struct resample *r)
{
	const struct evidence *e = r->source;
	struct evidence *d = &r->drawn;

	copy_rows(d->pairs, e->pairs, e->pair_count, sizeof *d->pairs);
	copy_rows(d->transfers, e->transfers, e->transfer_count, sizeof *d->transfers);
	copy_rows(d->runs, e->runs, e->run_count, sizeof *d->runs);
	copy_rows(d->layers, e->layers, e->layers_table.rows, sizeof *d->layers);
	for (size_t i = 0; i < e->run_count; i++)
		if (e->runs[i].layers != NULL)
			d->runs[i].layers = d->layers + (e->runs[i].layers - e->layers);
}

const struct evidence *resample_draw(struct resample *r, struct stream *stream)
{
	struct evidence *d = &r->drawn;

	r->stream = stream;
	copy_evidence(r);
	draw_lots(r);
	for (size_t i = 0; i < d->pair_count; i++)
		draw_pair(&d->pairs[i], r, i);
	for (size_t i = 0; i < d->transfer_count; i++)
		draw_transfer(&d->transfers[i], r, i);
	for (size_t i = 0; i < d->run_count; i++)
		for (size_t k = 0; k < d->runs[i].count; k++)
			draw_layer(&d->runs[i].layers[k], r, i);
	return d;
}

const struct evidence *resample_plain(struct resample *r)
{
	return resample_draw(r, NULL);
}

size_t resample_seeds(const struct resample *r)
{
	const struct materials *m = r->materials;
	size_t least = 0;

	for (size_t i = 0; i < r->source->pair_count; i++) {
		size_t there = 0;

		for (size_t s = 0; s < m->seeds; s++)
			there += is_there(m, m->pair_after[i * m->seeds + s]);
		least = there > 0 && (least == 0 || there < least) ? there : least;
	}
	return least;
}

/* How many runs the probes of a task have, by the first that was measured. */
static uint32_t runs_of(const struct materials *m, size_t ground)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].ground == ground && m->items[i].top >= 0)
			return (uint32_t)m->items[i].layers[m->items[i].top].rows;
	return 0;
}

static int reserve(struct resample *r)
{
	const struct materials *m = r->materials;
	struct evidence *d = &r->drawn;
	size_t most = 1;

	*d = *r->source;
	d->pairs = array_new(d->pair_count + 1, 1, sizeof *d->pairs);
	d->transfers = array_new(d->transfer_count + 1, 1, sizeof *d->transfers);
	d->runs = array_new(d->run_count + 1, 1, sizeof *d->runs);
	d->layers = array_new(d->layers_table.rows + 1, 1, sizeof *d->layers);
	r->lots = array_new(m->ground_count + 1, 1, sizeof *r->lots);
	r->seeds = array_new(m->seeds + 1, 1, sizeof *r->seeds);
	r->chosen = array_new(m->seeds + 1, 1, sizeof *r->chosen);
	if (d->pairs == NULL || d->transfers == NULL || d->runs == NULL || d->layers == NULL || r->lots == NULL ||
	    r->seeds == NULL || r->chosen == NULL)
		return -1;
	for (size_t i = 0; i < m->ground_count; i++) {
		const struct ground *g = &m->grounds[i];

		r->lots[i].run_count = runs_of(m, i);
		r->lots[i].weights = array_new(g->examples + 1, 1, sizeof *r->lots[i].weights);
		r->lots[i].times = array_new((g->sentence == NULL ? g->examples : g->sentences) + 1, 1,
					     sizeof *r->lots[i].times);
		r->lots[i].labels = array_new(g->labels.count + 1, 1, sizeof *r->lots[i].labels);
		if (r->lots[i].weights == NULL || r->lots[i].times == NULL || r->lots[i].labels == NULL)
			return -1;
		most = g->labels.count > most ? g->labels.count : most;
	}
	r->x = array_new(most, most, sizeof *r->x);
	r->y = array_new(most, most, sizeof *r->y);
	return r->x == NULL || r->y == NULL ? -1 : 0;
}

int resample_open(struct resample **out, const struct evidence *e, const struct materials *m, struct error *err)
{
	struct resample *r = calloc(1, sizeof *r);

	*out = NULL;
	if (r == NULL)
		return error_memory(err, "resamples");
	r->source = e;
	r->materials = m;
	if (reserve(r) < 0) {
		resample_close(r);
		return error_memory(err, "resamples");
	}
	*out = r;
	return 0;
}

void resample_close(struct resample *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; r->lots != NULL && i < r->materials->ground_count; i++) {
		free(r->lots[i].weights);
		free(r->lots[i].times);
		free(r->lots[i].labels);
	}
	free(r->lots);
	free(r->seeds);
	free(r->chosen);
	free(r->x);
	free(r->y);
	free(r->drawn.pairs);
	free(r->drawn.transfers);
	free(r->drawn.runs);
	free(r->drawn.layers);
	free(r);
}
