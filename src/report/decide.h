/* The predicates behind the claims (report/claims.h), one function each: the
 * verdict, and why. */
#ifndef REPORT_DECIDE_H
#define REPORT_DECIDE_H

#include "report/claims.h"
#include "report/prose.h"

enum verdict decide_accuracy(struct prose *why, const struct evidence *e);
enum verdict decide_divergence(struct prose *why, const struct evidence *e);
enum verdict decide_least_similar(struct prose *why, const struct evidence *e);
enum verdict decide_clusters(struct prose *why, const struct evidence *e);
enum verdict decide_growth(struct prose *why, const struct evidence *e);
enum verdict decide_transfer(struct prose *why, const struct evidence *e);
enum verdict decide_layers(struct prose *why, const struct evidence *e);
enum verdict decide_top_layer(struct prose *why, const struct evidence *e);
enum verdict decide_displacement(struct prose *why, const struct evidence *e);

/* Whether a claim about every one of some cases holds: it fails with one that
 * fails; it holds where some hold and none is missing. */
enum verdict decide_every(size_t holding, size_t failing, size_t missing);

#endif
