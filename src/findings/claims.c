#include "findings/claims.h"

#include "base/array.h"
#include "base/random.h"
#include "num/statistics.h"
#include "findings/decide.h"
#include "findings/resample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The agreement from which a verdict is more than a leaning. */
static const double sure = 0.95;

/* Of what rests on seeds alone fewer cannot be more than a leaning. */
enum { FEWEST_SEEDS = 5 };

static const struct definition {
	const char *name, *statement;
	enum verdict (*decide)(struct prose *why, const struct evidence *e);
	struct effect (*effect)(const struct evidence *e);
	/* Of a claim about every case: whether the i-th speaks against it. NULL: of another. */
	bool (*contradicts)(const struct evidence *e, size_t i);
	const char *matter, *unit; /* what the effect is, and " points" behind it */
	int digits;
	bool is_signed;
	const char *cases, *paper;  /* "pairs"; what the paper has */
	bool by_seeds;              /* rests on what only other seeds change */
	double threshold, in_paper; /* of the effect: from where it speaks for the claim; NaN: none */
	bool below;                 /* it does so below the threshold, not above */
} definitions[CLAIM_COUNT] = {
	{ "accuracy rises", "Fine-tuning raises probe accuracy in at least 90 % of the pairs of model and task.",
	  decide_accuracy, effect_accuracy, NULL, "pairs that rise", " %", 1, false, "pairs",
	  "96.0 %, 24 of 25 pairs, by +3.70 points on average (Table 7)", false, 90, 96, false },
	{ "train and test diverge",
	  "The spatial similarity of training and test set falls in every pair where it is defined before and after.",
	  decide_divergence, effect_divergence, pair_diverges_not, "change of similarity, weakest pair", "", 3, true,
	  "pairs", "−0.060 at the most; 16 of 16 pairs fall, by −0.223 on average (Table 7)", false, 0, -0.060,
	  true },
	{ "accuracy falls where similarity is smallest",
	  "The pairs whose accuracy fell are the ones with the smallest train/test similarity after fine-tuning.",
	  decide_least_similar, effect_least_similar, NULL,
	  "largest similarity of those that fell, less the smallest of the others", "", 3, true, "pairs",
	  "−0.080, for the one pair that fell (Table 7)", false, 0, -0.080, true },
	{ "fewer clusters",
	  "Where the original representation is not linearly separable, fine-tuning leaves fewer clusters, in every "
	  "pair.",
	  decide_clusters, effect_clusters, pair_keeps_clusters, "change of clusters, weakest pair", "", 1, true,
	  "pairs", "−58.0 at the most; 9 of 9 pairs have fewer, by −883.4 on average (Table 7)", true, 0, -58, true },
	{ "labels move apart",
	  "Where the representation is separable before and after, the minimum distance grows for at least 90 % of "
	  "the labels.",
	  decide_growth, effect_growth, NULL, "labels that move apart", " %", 1, false, "pairs",
	  "curves of six labels (Figures 2 and 6), and no count", false, 90, NAN, false },
	{ "cross-task distance and accuracy go together",
	  "Fine-tuning on each source, the target itself among them, changes the target’s minimum distances and its "
	  "accuracy in the same "
	  "direction: up for the related task, down for the opposing one.",
	  decide_transfer, effect_transfer, source_disagrees, "sources that agree", " %", 1, false, "transfers",
	  "POS changes the distances of PS-fxn by −1.68 on average, on bert-base (Table 5)", false, 100, NAN, false },
	{ "higher layers change more",
	  "The similarity of a layer to its original self falls with the layer (Spearman’s ρ below 0), in every run.",
	  decide_layers, effect_layers, run_layers_disagree, "ρ of similarity and layer, weakest run", "", 2, true,
	  "runs", "curves of bert-base (Figure 4), and no number", false, 0, NAN, true },
	{ "the top layer stays similar",
	  "The top layer keeps a similarity above 0.5 to the original in every run where it is defined.",
	  decide_top_layer, effect_top_layer, run_top_differs, "similarity of the top layer, weakest run", "", 2,
	  false, "runs", "above 0.5 at the top layer of bert-base (Figure 4)", false, 0.5, NAN, false },
	{ "lower layers move less and in fewer directions",
	  "The label centroids’ relative displacement and its participation ratio both rise with the layer "
	  "(Spearman’s ρ above 0), in every run.",
	  decide_displacement, effect_displacement, run_moves_otherwise, "ρ with the layer, weakest run", "", 2, true,
	  "runs", "arrows of the centroids (Figures 5 and 7 to 10), and no number", false, 0, NAN, false },
	{ "accuracy goes with distance",
	  "Above layer 0, before and after fine-tuning, the classifier probe’s accuracy rises with the labels’ mean "
	  "minimum distance (Spearman’s ρ above 0), in every run.",
	  decide_hypothesis, effect_hypothesis, run_distance_disagrees, "ρ of accuracy and distance, weakest run", "",
	  2, true, "runs", "a hypothesis, and no number", false, 0, NAN, false },
};

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = { "holds", "leans to hold", "leans to fail", "fails", "undecided" };

	return names[v];
}

const char *verdict_class(enum verdict v)
{
	static const char *const classes[] = { "holds", "leans-hold", "leans-fail", "fails", "undecided" };

	return classes[v];
}

void claims_count(size_t counts[VERDICTS], const struct claims *c)
{
	for (int v = 0; v < VERDICTS; v++)
		counts[v] = 0;
	for (int i = 0; i < CLAIM_COUNT; i++)
		counts[c->items[i].verdict]++;
}

static void say_cases(struct prose *p, const struct claim *c, const struct definition *d)
{
	prose_format(p, ", from %zu of %zu %s", c->effect.decided, c->effect.of, d->cases);
	if (2 * c->effect.decided < c->effect.of)
		prose_add(p, ", fewer than half");
	prose_add(p, ". ");
}

static struct shown show_effect(const struct definition *d, double value)
{
	return d->is_signed ? show_signed(value, d->digits) : show(value, d->digits);
}

static void say_certainty(struct prose *p, const struct claim *c, const struct definition *d)
{
	if (!isnan(c->support))
		prose_format(p, "Support: it holds in %s %% of the %zu resamples that decide it. ",
			     show(100 * c->support, 1).text, c->draws);
	else if (c->predicate != VERDICT_UNDECIDED)
		prose_format(p, "Support unknown%s. ",
			     d->by_seeds ? ": only other seeds of fine-tuning would change the clusters" : "");
	if (!isnan(c->effect.value)) {
		prose_format(p, "Effect: %s %s%s", d->matter, show_effect(d, c->effect.value).text, d->unit);
		if (!isnan(c->effect.low))
			prose_format(p, " (95 %% of resamples: %s to %s)", show_effect(d, c->effect.low).text,
				     show_effect(d, c->effect.high).text);
		say_cases(p, c, d);
	}
	prose_format(p, "In the paper: %s.", d->paper);
}

static int say(struct claim *c, const struct definition *d, struct error *err)
{
	struct prose p = { 0 };

	free(c->certainty);
	say_certainty(&p, c, d);
	return prose_take(&c->certainty, &p, err);
}

int claims_table(struct table *out, const struct claims *c, struct error *err)
{
	if (table_init(out, CLAIMS_HEADER, err) < 0)
		return -1;
	for (int i = 0; i < CLAIM_COUNT; i++) {
		const struct definition *d = &definitions[i];
		const struct claim *claim = &c->items[i];

		table_add_integer(out, claim->number);
		table_add(out, claim->name);
		table_add(out, verdict_name(claim->verdict));
		table_add_number(out, claim->support);
		table_add(out, d->matter);
		table_add(out, d->unit);
		table_add_number(out, claim->effect.value);
		table_add_number(out, claim->effect.low);
		table_add_number(out, claim->effect.high);
		table_add_number(out, d->threshold);
		table_add(out, d->below ? "below" : "above");
		table_add_number(out, d->in_paper);
		table_add_integer(out, (long)claim->effect.decided);
		table_add_integer(out, (long)claim->effect.of);
		table_add(out, d->cases);
	}
	return 0;
}

int claims_decide(struct claims *out, const struct evidence *e, struct error *err)
{
	*out = (struct claims){ 0 };
	for (int i = 0; i < CLAIM_COUNT; i++) {
		const struct definition *d = &definitions[i];
		struct claim *c = &out->items[i];
		struct prose why = { 0 };

		c->number = i + 1;
		c->predicate = c->verdict = d->decide(&why, e);
		c->support = NAN;
		c->effect = d->effect(e);
		c->name = text_copy(d->name);
		c->statement = text_copy(d->statement);
		if (prose_take(&c->why, &why, err) < 0 || c->name == NULL || c->statement == NULL ||
		    say(c, d, err) < 0) {
			claims_release(out);
			return error_memory(err, "claims");
		}
	}
	return 0;
}

/* What the draws said of one claim. */
struct votes {
	size_t holds, fails;
	double *effects; /* (RESAMPLES), `count` used */
	size_t count;
	size_t *against; /* (cases): how many draws each contradicts */
};

static void vote(struct votes *v, const struct definition *d, const struct evidence *drawn)
{
	struct prose why = { 0 };
	const enum verdict verdict = d->decide(&why, drawn);
	const struct effect effect = d->effect(drawn);
	const double value = effect.value;

	prose_release(&why);
	for (size_t i = 0; d->contradicts != NULL && i < effect.of; i++)
		v->against[i] += d->contradicts(drawn, i);
	v->holds += verdict == VERDICT_HOLDS;
	v->fails += verdict == VERDICT_FAILS;
	if (!isnan(value))
		v->effects[v->count++] = value;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Whether some case by itself contradicts a claim about every one. A claim about every case
 * loses support with each that it covers, even where none speaks against it. */
static bool is_contradicted(const struct claim *c, const struct votes *v, const struct definition *d)
{
	size_t most = 0;

	for (size_t i = 0; d->contradicts != NULL && i < c->effect.of; i++)
		most = v->against[i] > most ? v->against[i] : most;
	return d->contradicts == NULL || (double)most >= sure * RESAMPLES;
}

/* A verdict that too few draws share, or that too few can decide, is a leaning; and so is
 * one that rests on few seeds alone. */
static void weigh(struct claim *c, struct votes *v, const struct definition *d, size_t seeds)
{
	const double agreed = (double)(c->predicate == VERDICT_HOLDS ? v->holds : v->fails);

	c->draws = v->holds + v->fails;
	if (c->predicate == VERDICT_UNDECIDED)
		return;
	c->verdict = c->predicate == VERDICT_HOLDS ? VERDICT_LEANS_TO_HOLD : VERDICT_LEANS_TO_FAIL;
	if ((d->by_seeds && seeds < 2) || c->draws == 0)
		return;
	c->support = (double)v->holds / (double)c->draws;
	if (2 * c->draws >= RESAMPLES && agreed >= sure * (double)c->draws &&
	    (!d->by_seeds || seeds >= FEWEST_SEEDS) && (c->predicate == VERDICT_HOLDS || is_contradicted(c, v, d)))
		c->verdict = c->predicate;
	qsort(v->effects, v->count, sizeof *v->effects, by_value);
	if (2 * v->count >= RESAMPLES) {
		c->effect.low = statistics_quantile(v->effects, v->count, 0.025);
		c->effect.high = statistics_quantile(v->effects, v->count, 0.975);
	}
}

/* All draws, of which each is judged in all its parts. */
static int draw(struct votes *votes, struct resample *r, const char *const *recipes, size_t count, uint64_t seed,
		struct error *err)
{
	struct stream stream;
	int rc = 0;

	stream_init(&stream, seed);
	for (size_t k = 0; rc == 0 && k < RESAMPLES; k++) {
		const struct evidence *drawn = resample_draw(r, &stream);

		for (size_t i = 0; rc == 0 && i < count; i++) {
			struct evidence part = *drawn;

			if (recipes[i] != NULL)
				rc = evidence_part(&part, drawn, recipes[i], err);
			for (size_t n = 0; rc == 0 && n < CLAIM_COUNT; n++)
				vote(&votes[i * CLAIM_COUNT + n], &definitions[n], &part);
			if (rc == 0 && recipes[i] != NULL)
				evidence_part_release(&part);
		}
	}
	return rc;
}

static int decide_part(struct claims *out, const struct evidence *e, const char *recipe, struct error *err)
{
	struct evidence part;
	int rc;

	if (recipe == NULL)
		return claims_decide(out, e, err);
	if (evidence_part(&part, e, recipe, err) < 0)
		return -1;
	rc = claims_decide(out, &part, err);
	evidence_part_release(&part);
	return rc;
}

int claims_resample(struct claims *out, const struct evidence *e, struct resample *r, const char *const *recipes,
		    size_t count, uint64_t seed, struct error *err)
{
	static const char *const all[] = { NULL };
	struct votes *votes;
	const size_t cases = e->pair_count + e->transfer_count + e->run_count; /* more than any claim has */
	double *effects;
	size_t *against;
	int rc = 0;

	recipes = recipes == NULL ? all : recipes;
	votes = array_new(count * CLAIM_COUNT, 1, sizeof *votes);
	effects = array_new(count * CLAIM_COUNT, RESAMPLES, sizeof *effects);
	against = array_new(count * CLAIM_COUNT, cases + 1, sizeof *against);
	memset(out, 0, count * sizeof *out);
	if (votes == NULL || effects == NULL || against == NULL)
		rc = error_memory(err, "resamples");
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = decide_part(&out[i], e, recipes[i], err);
	for (size_t i = 0; rc == 0 && i < count * CLAIM_COUNT; i++) {
		votes[i].effects = effects + i * RESAMPLES;
		votes[i].against = against + i * cases;
	}
	if (rc == 0)
		rc = draw(votes, r, recipes, count, seed, err);
	for (size_t i = 0; rc == 0 && i < count * CLAIM_COUNT; i++) {
		const struct definition *d = &definitions[i % CLAIM_COUNT];
		struct claim *c = &out[i / CLAIM_COUNT].items[i % CLAIM_COUNT];

		weigh(c, &votes[i], d, resample_seeds(r));
		rc = say(c, d, err);
	}
	for (size_t i = 0; rc < 0 && i < count; i++)
		claims_release(&out[i]);
	free(votes);
	free(effects);
	free(against);
	return rc;
}

void claims_release(struct claims *c)
{
	for (int i = 0; i < CLAIM_COUNT; i++) {
		free(c->items[i].name);
		free(c->items[i].statement);
		free(c->items[i].why);
		free(c->items[i].certainty);
	}
	*c = (struct claims){ 0 };
}

char *claims_line(const struct claim *c)
{
	char support[160] = "";

	if (!isnan(c->support))
		snprintf(support, sizeof support, " (holds in %s %% of resamples%s)", show(100 * c->support, 1).text,
			 2 * c->effect.decided < c->effect.of ? "; fewer than half of the cases decide it" : "");
	return text_format("%d %s%s: %s: %s", c->number, verdict_name(c->verdict), support, c->name, c->why);
}
