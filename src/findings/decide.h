/* The predicates behind the claims (findings/claims.h), one function each: the
 * verdict, and why. */
#ifndef FINDINGS_DECIDE_H
#define FINDINGS_DECIDE_H

#include "findings/claims.h"
#include "findings/prose.h"

enum verdict decide_accuracy(struct prose *why, const struct evidence *e);
enum verdict decide_divergence(struct prose *why, const struct evidence *e);
enum verdict decide_least_similar(struct prose *why, const struct evidence *e);
enum verdict decide_clusters(struct prose *why, const struct evidence *e);
enum verdict decide_growth(struct prose *why, const struct evidence *e);
enum verdict decide_transfer(struct prose *why, const struct evidence *e);
enum verdict decide_layers(struct prose *why, const struct evidence *e);
enum verdict decide_top_layer(struct prose *why, const struct evidence *e);
enum verdict decide_displacement(struct prose *why, const struct evidence *e);
enum verdict decide_hypothesis(struct prose *why, const struct evidence *e);

/* What decides each claim, and of how many cases: pairs whose accuracy rises (percent);
 * the largest change of the train/test similarity; the largest similarity where accuracy
 * fell less the smallest elsewhere; the largest change of clusters; labels that move apart
 * (percent); sources that agree (percent); the largest ρ of layer and similarity; the least
 * similarity of a top layer; the least ρ of layer and displacement or directions; the least
 * ρ of distance and accuracy. `low` and `high` are NaN. */
struct effect effect_accuracy(const struct evidence *e);
struct effect effect_divergence(const struct evidence *e);
struct effect effect_least_similar(const struct evidence *e);
struct effect effect_clusters(const struct evidence *e);
struct effect effect_growth(const struct evidence *e);
struct effect effect_transfer(const struct evidence *e);
struct effect effect_layers(const struct evidence *e);
struct effect effect_top_layer(const struct evidence *e);
struct effect effect_displacement(const struct evidence *e);
struct effect effect_hypothesis(const struct evidence *e);

/* Whether the i-th pair, source or run speaks against the claim about every one. */
bool pair_diverges_not(const struct evidence *e, size_t i);
bool pair_keeps_clusters(const struct evidence *e, size_t i);
bool source_disagrees(const struct evidence *e, size_t i);
bool run_layers_disagree(const struct evidence *e, size_t i);
bool run_top_differs(const struct evidence *e, size_t i);
bool run_moves_otherwise(const struct evidence *e, size_t i);
bool run_distance_disagrees(const struct evidence *e, size_t i);

/* Spearman's correlation over a run's layers where both are defined, NaN for fewer than
 * three points: of the layer's number and a measure; and of minimum distance and
 * accuracy, above layer 0, before and after fine-tuning. */
double layer_correlation(const struct run *r, size_t offset);
double distance_correlation(const struct run *r);

/* Whether a source changes distance and accuracy the same way, in the direction foreseen. */
bool transfer_agrees(const struct transfer *x);

/* Whether a claim about every one of some cases holds: it fails with one that
 * fails; it holds where some hold and none is missing. */
enum verdict decide_every(size_t holding, size_t failing, size_t missing);

#endif
