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

#endif
