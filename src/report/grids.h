/* The tables of the report, from the evidence. Every number in them is written
 * by `show` and its kin, as in the sentences. */
#ifndef REPORT_GRIDS_H
#define REPORT_GRIDS_H

#include "report/evidence.h"
#include "report/grid.h"

/* Each initialises a grid; on failure nothing is left to release. */
int grid_table7(struct grid *out, const struct evidence *e, struct error *err);
int grid_divergence(struct grid *out, const struct evidence *e, struct error *err); /* Table 2 */
int grid_clusters(struct grid *out, const struct evidence *e, struct error *err);   /* Table 3 */
int grid_margins(struct grid *out, const struct evidence *e, struct error *err);
int grid_crosstask(struct grid *out, const struct evidence *e, struct error *err);  /* Table 5 */
int grid_layers(struct grid *out, const struct evidence *e, struct error *err);

/* Pairs whose model and task the paper has too, side by side. No rows where it
 * has none. `paper` is evidence from paper-table7.csv. */
int grid_beside_paper(struct grid *out, const struct evidence *e, const struct evidence *paper, struct error *err);

#endif
