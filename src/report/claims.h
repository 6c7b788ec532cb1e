/* The paper's nine claims, and what the numbers of a run say about each.
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
 *
 * What is undefined (not separable, constant) is left out of a claim. What is
 * missing leaves a claim undecided, unless the verdict is the same whatever it
 * would be. 7 and 9 are undecided for a run with fewer than three layers. */
#ifndef REPORT_CLAIMS_H
#define REPORT_CLAIMS_H

#include "base/output.h"
#include "report/evidence.h"

enum verdict { VERDICT_HOLDS, VERDICT_FAILS, VERDICT_UNDECIDED };

enum { CLAIM_COUNT = 9 };

struct claim {
	int number;             /* 1 … 9 */
	char *name, *statement; /* "accuracy rises"; a sentence */
	enum verdict verdict;
	char *why; /* the figures that decide it, without a full stop */
};

struct claims {
	struct claim items[CLAIM_COUNT];
};

int claims_decide(struct claims *out, const struct evidence *e, struct error *err);
void claims_release(struct claims *c);

/* How many claims have each verdict. */
void claims_count(size_t counts[3], const struct claims *c);

const char *verdict_name(enum verdict v); /* "holds", "fails", "undecided" */

/* "1 holds: accuracy rises: 24 of 25 pairs rise …", in new memory. */
char *claims_line(const struct claim *c);

/* claims.json of a collected directory: [{"claim", "name", "statement",
 * "verdict", "why"}]. claims_write decides them from the tables there. */
int claims_write(struct folder *folder, struct error *err);
int claims_read(struct claims *out, const char *path, struct error *err);

#endif
