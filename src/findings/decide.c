/* Claims 1 to 5: the last layer, before and after fine-tuning. */
#include "findings/decide.h"

#include <math.h>
#include <stdlib.h>

/* "pos on bert-tiny" */
static void name_pair(struct prose *p, const struct pair *pair)
{
	prose_item(p, ", ", "%s on %s", pair->task, pair->model);
}

static void say_missing(struct prose *why, size_t missing, size_t total)
{
	if (missing > 0)
		prose_format(why, "; %zu of %zu %s missing", missing, total, prose_noun(total, "pair", "pairs"));
}

/* Nine tenths of a total, in whole numbers. */
static bool most(double part, double total)
{
	return part * 10 >= total * 9;
}

enum verdict decide_accuracy(struct prose *why, const struct evidence *e)
{
	size_t rose = 0, known = 0, missing;
	struct prose fell = { 0 };

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (isnan(p->difference))
			continue;
		known++;
		if (p->difference > 0) {
			rose++;
			continue;
		}
		name_pair(&fell, p);
		prose_format(&fell, " (%s → %s)", show(p->before.accuracy, 2).text, show(p->after.accuracy, 2).text);
	}
	missing = e->pair_count - known;
	if (known == 0) {
		prose_add(why, "no pair has an accuracy before and after");
		return VERDICT_UNDECIDED;
	}
	prose_format(why, "accuracy rises in %zu of %zu %s (%s %%)", rose, known, prose_noun(known, "pair", "pairs"),
		     show(100 * (double)rose / (double)known, 1).text);
	if (fell.length > 0)
		prose_format(why, "; not for %s", fell.text);
	why->broken = why->broken || fell.broken;
	prose_release(&fell);
	say_missing(why, missing, e->pair_count);
	if (most((double)rose, (double)e->pair_count))
		return VERDICT_HOLDS;
	return most((double)(rose + missing), (double)e->pair_count) ? VERDICT_UNDECIDED : VERDICT_FAILS;
}

enum verdict decide_every(size_t holding, size_t failing, size_t missing)
{
	if (failing > 0)
		return VERDICT_FAILS;
	return missing > 0 || holding == 0 ? VERDICT_UNDECIDED : VERDICT_HOLDS;
}

enum verdict decide_divergence(struct prose *why, const struct evidence *e)
{
	size_t fell = 0, rose = 0, missing = 0;
	struct prose names = { 0 };

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];
		enum known a = p->before.likeness, b = p->after.likeness;

		if (a == KNOWN_UNDEFINED || b == KNOWN_UNDEFINED)
			continue;
		if (a == KNOWN_MISSING || b == KNOWN_MISSING) {
			missing++;
		} else if (p->after.similarity < p->before.similarity) {
			fell++;
		} else {
			rose++;
			name_pair(&names, p);
			prose_format(&names, " (%s → %s)", show(p->before.similarity, 2).text,
				     show(p->after.similarity, 2).text);
		}
	}
	if (fell + rose == 0)
		prose_add(why, "no pair has a similarity of training and test set that is defined before and after");
	else
		prose_format(why, "the similarity falls in %zu of the %zu %s where it is defined before and after",
			     fell, fell + rose, prose_noun(fell + rose, "pair", "pairs"));
	if (rose > 0)
		prose_format(why, "; not for %s", prose_text(&names));
	say_missing(why, missing, e->pair_count);
	prose_release(&names);
	return decide_every(fell, rose, missing);
}

/* The largest similarity among the pairs whose accuracy fell, the smallest
 * among the others. */
struct ranking {
	size_t fallen, undefined, missing;
	size_t unprobed, unseen; /* of the missing: no accuracy; accuracy fell, but no similarity */
	double largest_fallen, smallest_other;
};

static struct ranking rank_pairs(const struct evidence *e, struct prose *names)
{
	struct ranking r = { .largest_fallen = -INFINITY, .smallest_other = INFINITY };

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];
		bool defined = p->after.likeness == KNOWN_DEFINED;

		if (isnan(p->difference) || p->after.likeness == KNOWN_MISSING) {
			r.missing++;
			r.unprobed += isnan(p->difference) ? 1 : 0;
			r.unseen += p->difference < 0 ? 1 : 0;
		} else if (p->difference < 0) {
			r.fallen++;
			r.undefined += !defined ? 1 : 0;
			name_pair(names, p);
			if (defined) {
				prose_format(names, " (%s)", show(p->after.similarity, 2).text);
				r.largest_fallen = fmax(r.largest_fallen, p->after.similarity);
			}
		} else if (defined) {
			r.smallest_other = fmin(r.smallest_other, p->after.similarity);
		}
	}
	return r;
}

enum verdict decide_least_similar(struct prose *why, const struct evidence *e)
{
	struct prose names = { 0 };
	struct ranking r = rank_pairs(e, &names);
	enum verdict verdict = VERDICT_UNDECIDED;

	if (r.fallen + r.unseen == 0) {
		prose_add(why, "accuracy fell in no pair");
		r.missing = r.unprobed;
	} else if (r.fallen == 0) {
		prose_add(why, "where accuracy fell, the similarity after fine-tuning has not been measured");
	} else if (r.undefined > 0) {
		prose_format(why,
			     "accuracy fell for %s; the similarity after fine-tuning is undefined for %zu of these",
			     prose_text(&names), r.undefined);
	} else {
		prose_format(why, "accuracy fell for %s; the smallest similarity of the other pairs is %s",
			     prose_text(&names),
			     isinf(r.smallest_other) ? "undefined" : show(r.smallest_other, 2).text);
		if (r.largest_fallen > r.smallest_other)
			verdict = VERDICT_FAILS;
		else if (r.missing == 0 && !isinf(r.smallest_other))
			verdict = VERDICT_HOLDS;
	}
	say_missing(why, r.missing, e->pair_count);
	why->broken = why->broken || names.broken;
	prose_release(&names);
	return verdict;
}

enum verdict decide_clusters(struct prose *why, const struct evidence *e)
{
	size_t fewer = 0, others = 0, missing = 0;
	struct prose names = { 0 };

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->before.shape == KNOWN_MISSING || (p->before.linear == 0 && isnan(p->after.clusters))) {
			missing++;
		} else if (p->before.linear == 0 && p->after.clusters < p->before.clusters) {
			fewer++;
		} else if (p->before.linear == 0) {
			others++;
			name_pair(&names, p);
			prose_format(&names, " (%s → %s)", show(p->before.clusters, 0).text,
				     show(p->after.clusters, 0).text);
		}
	}
	if (fewer + others == 0)
		prose_add(why, missing > 0 ? "no pair is known to be inseparable before fine-tuning"
					   : "every original representation is linearly separable already");
	else
		prose_format(why, "clusters become fewer in %zu of the %zu %s not linearly separable before", fewer,
			     fewer + others, prose_noun(fewer + others, "pair that is", "pairs that are"));
	if (others > 0)
		prose_format(why, "; not for %s", prose_text(&names));
	say_missing(why, missing, e->pair_count);
	prose_release(&names);
	return decide_every(fewer, others, missing);
}

enum verdict decide_growth(struct prose *why, const struct evidence *e)
{
	size_t pairs = 0, missing = 0;
	double grew = 0, compared = 0;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (p->before.shape == KNOWN_MISSING || p->after.shape == KNOWN_MISSING) {
			missing += p->before.linear != 0 && p->after.linear != 0;
		} else if (p->before.linear == 1 && p->after.linear == 1) {
			pairs++;
			grew += isnan(p->grew) ? 0 : p->grew;
			compared += isnan(p->compared) ? 0 : p->compared;
		}
	}
	if (compared == 0) {
		prose_add(why, "no pair with measured labels is separable before and after");
		say_missing(why, missing, e->pair_count);
		return VERDICT_UNDECIDED;
	}
	prose_format(why, "the minimum distance grows for %s of %s labels (%s %%) in %zu %s", show(grew, 0).text,
		     show(compared, 0).text, show(100 * grew / compared, 1).text, pairs,
		     prose_noun(pairs, "pair", "pairs"));
	say_missing(why, missing, e->pair_count);
	if (missing > 0)
		return VERDICT_UNDECIDED;
	return most(grew, compared) ? VERDICT_HOLDS : VERDICT_FAILS;
}
