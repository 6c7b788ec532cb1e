/* The paper's claims, what the numbers of a run say about each, and how sure that is.
 * The words are the paper's, the thresholds are not.
 *
 *  1 Fine-tuning raises probe accuracy: in at least 90 % of the (model, task)
 *    pairs the mean of the runs rises.
 *  2 Train and test diverge: their similarity falls in every pair where it is
 *    defined before and after.
 *  3 Where accuracy fell, similarity after fine-tuning is smallest: the k pairs
 *    whose accuracy fell are the k least similar. Undecided if it fell nowhere.
 *  4 Where the original is not linearly separable, fine-tuning leaves fewer
 *    clusters: in every such pair.
 *  5 Where it is separable before and after, the minimum distance grows for at
 *    least 90 % of the labels, all pairs together.
 *  6 Cross-task: for each source, the mean change of the target's minimum
 *    distances and the change of its accuracy have the same sign; the related
 *    source raises them, the opposing one lowers them.
 *  7 Higher layers change more: Spearman's correlation of layer and similarity
 *    to the original is negative in every run.
 *  8 The top layer keeps a similarity above 0.5 in every run where it is
 *    defined.
 *  9 Lower layers' label centroids move less, in fewer directions: relative
 *    displacement and participation ratio both rise with the layer (Spearman >
 *    0) in every run.
 * 10 Accuracy goes with distance: over the layers above 0, before and after
 *    fine-tuning, Spearman's correlation of the labels' mean minimum distance and
 *    the classifier probe's accuracy is positive in every run.
 *
 * What is undefined (not separable, constant) is left out of a claim. What is
 * missing leaves a claim undecided, unless the verdict is the same whatever it
 * would be. 7 and 9 are undecided for a run with fewer than three layers.
 *
 * Each is decided again in RESAMPLES draws of what it rests on (findings/resample.h); its
 * support is the share of the draws in which it holds, of those that decide it. It holds,
 * or fails, where at least 95 % of the draws agree with the numbers; else it leans to. A
 * claim about every case fails only where one case contradicts it in 95 % of the draws:
 * such a claim loses support with each case that it covers. Where nothing can be drawn
 * again the support is unknown, and the claim leans; so it does where it rests on fewer
 * than five seeds alone. */
#ifndef FINDINGS_CLAIMS_H
#define FINDINGS_CLAIMS_H

#include "base/output.h"
#include "findings/evidence.h"

enum verdict {
	VERDICT_HOLDS,
	VERDICT_LEANS_TO_HOLD,
	VERDICT_LEANS_TO_FAIL,
	VERDICT_FAILS,
	VERDICT_UNDECIDED,
	VERDICTS
};

enum { CLAIM_COUNT = 10, RESAMPLES = 1000 };

/* How large the matter is that a claim is about. */
struct effect {
	double value;       /* NaN where no case decides it */
	double low, high;   /* between which 95 % of the draws lie; NaN: unknown */
	size_t decided, of; /* cases: pairs, sources or runs */
};

struct claim {
	int number;             /* 1 … */
	char *name, *statement; /* "accuracy rises"; a sentence */
	enum verdict predicate; /* of the numbers as they are: holds, fails, undecided */
	enum verdict verdict;
	double support; /* 0 … 1; NaN: unknown */
	size_t draws;   /* that decide it */
	struct effect effect;
	char *why;       /* the figures that decide it, without a full stop */
	char *certainty; /* support, effect, cases, and the paper's own value: sentences */
};

struct claims {
	struct claim items[CLAIM_COUNT];
};

/* By the numbers alone: the support is unknown, and the verdict the predicate's. */
int claims_decide(struct claims *out, const struct evidence *e, struct error *err);

/* The same, with support and intervals from draws seeded with `seed`. `recipes` NULL: one
 * set of claims, over everything; else one for each name (NULL: over everything), in
 * `out` (count). */
struct resample;
int claims_resample(struct claims *out, const struct evidence *e, struct resample *r, const char *const *recipes,
		    size_t count, uint64_t seed, struct error *err);
void claims_release(struct claims *c);

/* How many claims have each verdict. */
void claims_count(size_t counts[VERDICTS], const struct claims *c);

const char *verdict_name(enum verdict v);  /* "holds", "leans to hold", … */
const char *verdict_class(enum verdict v); /* "holds", "leans-hold", …: without a space */

/* "1 holds: accuracy rises: 24 of 25 pairs rise …", in new memory. */
char *claims_line(const struct claim *c);

/* The same as a table, with what a picture of the effects needs: the threshold from which
 * the effect speaks for the claim, on which side, and the paper's own value. */
#define CLAIMS_HEADER "claim,name,verdict,support,matter,unit,effect,low,high,threshold,side,paper,decided,of,cases"
int claims_table(struct table *out, const struct claims *c, struct error *err);

/* claims.json: [{"claim", "name", "statement", "verdict", "predicate", "support", "draws",
 * "effect", "low", "high", "decided", "of", "certainty", "why"}], null for what is
 * unknown; and claims.csv. With recipes also robustness.csv, a row for each claim and recipe, in which
 * only that recipe's results count. */
#define ROBUSTNESS_HEADER "recipe,claim,name,verdict,support,effect,low,high,decided,of"
struct gather;
int claims_write(struct gather *g, struct error *err);
int claims_read(struct claims *out, const char *path, struct error *err);

#endif
