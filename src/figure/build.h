/* What makes the drawings of each figure from its tables, in the order that
 * the table of figures names them: a build_ function for the whole figure, a
 * draw_ function for one run. A lack of memory is noted in the drawings. */
#ifndef FIGURE_BUILD_H
#define FIGURE_BUILD_H

#include "figure/data.h"
#include "figure/drawing.h"
#include "figure/figure.h"
#include "figure/plot_grid.h"

void build_claims(struct drawings *d, const struct collected *c, const struct table *tables);
void build_overview(struct drawings *d, const struct collected *c, const struct table *tables);
void build_layers(struct drawings *d, const struct collected *c, const struct table *tables);
void build_divergence(struct drawings *d, const struct collected *c, const struct table *tables);
void build_hypothesis(struct drawings *d, const struct collected *c, const struct table *tables);
void build_recipes(struct drawings *d, const struct collected *c, const struct table *tables);
void build_transfer(struct drawings *d, const struct collected *c, const struct table *tables);
void build_loss(struct drawings *d, const struct collected *c, const struct table *tables);

void draw_minimum(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_centroids(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_similarity(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_shift(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_layers(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_distances(struct drawings *d, const struct figure_run *run, const struct table *tables);
void draw_alignment(struct drawings *d, const struct figure_run *run, const struct table *tables);

/* A grid of a pivot whose names are layers, `layers` (count) from the lowest up;
 * the top layer is on top. One without a row in the pivot is missing. The caller
 * adds titles. NULL if memory is short. */
struct grid *layers_grid(struct drawings *d, const struct figure_run *run, const struct pivot *p,
			 const char *const *layers, size_t count);

/* A figure's drawings, and what they point into. */
struct built {
	struct drawings drawings;
	struct collected collected;
	struct table tables[FIGURE_TABLES];
};

int figure_build(struct built *out, const struct figure *f, const char *collected, struct error *err);
void built_release(struct built *b);

#endif
