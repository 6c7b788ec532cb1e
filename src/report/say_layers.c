/* Sentences about the layers: which changed most, and whether three measures of
 * change agree. */
#include "report/say.h"

#include <math.h>

enum { MEASURES = 3 };

static const char SIMILARITY[] = "Similarity to the original: r";

/* A run's layer, as a row of the table of layers. */
static size_t row_of(const struct evidence *e, const struct layer *l)
{
	return (size_t)(l - e->layers);
}

static struct shown layer_number(struct document *d, const struct evidence *e, const struct layer *l)
{
	return say_cell(d, "movement", row_of(e, l), "Layer", show((double)l->layer, 0));
}

/* A layer, and the run it belongs to. */
struct found {
	const struct run *run;
	const struct layer *layer; /* NULL: none */
};

/* The layer whose value at `offset`, times `sign`, is the largest. */
static struct found extreme(const struct evidence *e, size_t offset, double sign)
{
	struct found best = { 0 };
	double most = NAN;

	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++) {
			const struct layer *l = &e->runs[i].layers[k];
			double value = sign * *(const double *)((const char *)l + offset);

			if (isnan(value) || value <= most)
				continue;
			most = value;
			best = (struct found){ &e->runs[i], l };
		}
	return best;
}

/* Where no layer has a similarity: it is undefined in some run, or missing in
 * all. */
static void say_no_similarity(struct document *d, const struct evidence *e)
{
	bool undefined = false;

	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++)
			undefined = undefined || e->runs[i].layers[k].likeness == KNOWN_UNDEFINED;
	if (undefined)
		document_text(d, "None of the layers measured is linearly separable both before and after "
				 "fine-tuning, so that the similarity of a layer to its original self is defined "
				 "nowhere.");
	else
		document_missing(d, "The similarity of a layer to its original self has been measured in no run.");
}

static void say_extremes(struct document *d, const struct evidence *e)
{
	struct found lowest = extreme(e, offsetof(struct layer, similarity), -1),
		     moved = extreme(e, offsetof(struct layer, relative_shift), 1);

	if (lowest.layer == NULL)
		say_no_similarity(d, e);
	else
		document_text(d,
			      "The layer least similar to its original self is layer %s of %s fine-tuned on %s (%s).",
			      layer_number(d, e, lowest.layer).text, lowest.run->model, lowest.run->task,
			      say_cell(d, "movement", row_of(e, lowest.layer), SIMILARITY,
				       show(lowest.layer->similarity, 2))
				      .text);
	if (moved.layer == NULL)
		document_missing(d, "The displacement of the label centroids relative to the layer’s scale has been "
				    "measured in no run.");
	else
		document_text(d,
			      "Relative to the layer’s scale, label centroids move most in layer %s of %s "
			      "fine-tuned on %s (%s), in %s directions by participation ratio.",
			      layer_number(d, e, moved.layer).text, moved.run->model, moved.run->task,
			      say_cell(d, "movement", row_of(e, moved.layer), "Displacement: relative norm",
				       show(moved.layer->relative_shift, 3))
				      .text,
			      say_cell(d, "movement", row_of(e, moved.layer), "Displacement: directions",
				       show(moved.layer->participation, 2))
				      .text);
}

/* By each measure the layer of a run that changed most. */
struct verdicts {
	const struct run *run;
	const struct layer *by[MEASURES]; /* similarity, CKA, RSA */
	double spread;                    /* of the layers' numbers */
};

static void values_of(double out[MEASURES], const struct layer *l)
{
	out[0] = l->similarity;
	out[1] = l->cka;
	out[2] = l->rsa;
}

/* Over the layers that have all three. False where these are fewer than two, or
 * one measure is the same in all of them. */
static bool compare(struct verdicts *out, const struct run *run)
{
	double least[MEASURES], most[MEASURES], first = INFINITY, last = -INFINITY;
	size_t count = 0;

	*out = (struct verdicts){ .run = run };
	for (size_t k = 0; k < run->count; k++) {
		double v[MEASURES];

		values_of(v, &run->layers[k]);
		if (isnan(v[0] + v[1] + v[2]))
			continue;
		for (int i = 0; i < MEASURES; i++) {
			if (count == 0 || v[i] < least[i]) {
				least[i] = v[i];
				out->by[i] = &run->layers[k];
			}
			most[i] = count == 0 ? v[i] : fmax(most[i], v[i]);
		}
		count++;
	}
	for (int i = 0; count >= 2 && i < MEASURES; i++) {
		count = least[i] < most[i] ? count : 0;
		first = fmin(first, (double)out->by[i]->layer);
		last = fmax(last, (double)out->by[i]->layer);
	}
	out->spread = last - first;
	return count >= 2;
}

/* The run in which the measures are farthest apart. */
static void say_apart(struct document *d, const struct evidence *e, const struct verdicts *v)
{
	static const char *const columns[] = { "r", "CKA", "RSA" };
	struct shown layer[MEASURES], value[MEASURES];

	for (int i = 0; i < MEASURES; i++) {
		double values[MEASURES];

		values_of(values, v->by[i]);
		layer[i] = layer_number(d, e, v->by[i]);
		value[i] = say_cell(d, "alignment", row_of(e, v->by[i]), columns[i], show(values[i], 2));
	}
	document_text(d,
		      "They are farthest apart in %s fine-tuned on %s, where by spatial similarity layer %s changed "
		      "most (%s), by CKA layer %s (%s), and by RSA layer %s (%s).",
		      v->run->model, v->run->task, layer[0].text, value[0].text, layer[1].text, value[1].text,
		      layer[2].text, value[2].text);
}

static void say_agreement(struct document *d, const struct evidence *e)
{
	struct verdicts apart = { 0 };
	size_t compared = 0, agree = 0, top = 0;

	for (size_t i = 0; i < e->run_count; i++) {
		const struct run *r = &e->runs[i];
		struct verdicts v;

		if (!compare(&v, r))
			continue;
		compared++;
		agree += v.spread == 0 ? 1 : 0;
		top += v.spread == 0 && v.by[0] == &r->layers[r->count - 1] ? 1 : 0;
		if (v.spread > 0 && (apart.run == NULL || v.spread > apart.spread))
			apart = v;
	}
	if (compared == 0) {
		document_missing(d, "Whether spatial similarity, CKA and RSA agree cannot be said: no run has all "
				    "three, and with differences, in at least two of its layers.");
		return;
	}
	document_text(d,
		      "Spatial similarity, CKA and RSA, compared over the layers that have all three, point to the "
		      "same layer as the one that changed most in %s of %s %s.",
		      say_count(d, CITE_AGREE, "alignment", NULL, NULL, (double)agree).text,
		      say_count(d, CITE_MEASURES, "alignment", NULL, NULL, (double)compared).text,
		      prose_noun(compared, "run", "runs"));
	if (apart.run != NULL)
		say_apart(d, e, &apart);
	else
		document_text(d, "In %s of these it is the last layer.",
			      say_count(d, CITE_TOP, "alignment", NULL, NULL, (double)top).text);
}

/* The layer whose CKA chance alone could make largest, where that is worth a word. */
static void say_chance(struct document *d, const struct evidence *e)
{
	struct found most = { 0 };

	for (size_t i = 0; i < e->run_count; i++)
		for (size_t k = 0; k < e->runs[i].count; k++) {
			const struct layer *l = &e->runs[i].layers[k];

			if (!isnan(l->cka) &&
			    layer_chance(l) > (most.layer == NULL ? CHANCE : layer_chance(most.layer)))
				most = (struct found){ &e->runs[i], l };
		}
	if (most.layer != NULL)
		document_text(d,
			      "CKA has to be read against chance: as many examples in as many dimensions as those of "
			      "%s on %s, spread evenly and without anything in common, would have about %s. The "
			      "unbiased estimate would have 0.",
			      most.run->model, most.run->task,
			      say_cell(d, "alignment", row_of(e, most.layer), "by chance",
				       show(layer_chance(most.layer), 2))
				      .text);
}

void say_layers(struct document *d, const struct evidence *e)
{
	say_extremes(d, e);
	say_agreement(d, e);
	say_chance(d, e);
}
