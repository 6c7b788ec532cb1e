/* What makes the drawings of each figure from its tables, in the order that
 * the table of figures names them. */
#ifndef FIGURE_BUILD_H
#define FIGURE_BUILD_H

#include "figure/data.h"
#include "figure/drawing.h"

int build_minimum(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_centroids(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_similarity(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_shift(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_layers(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_distances(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_divergence(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_hypothesis(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_alignment(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_transfer(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);
int build_loss(struct drawings *out, const struct collected *c, const struct table *tables, struct error *err);

#endif
