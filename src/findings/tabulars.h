/* The tables of the report, from the evidence. Every number in them is written
 * by `show` and its kin, as in the sentences. */
#ifndef FINDINGS_TABULARS_H
#define FINDINGS_TABULARS_H

#include "findings/evidence.h"
#include "findings/tabular.h"

/* Each initialises a grid; on failure nothing is left to release. */
int tabular_table7(struct tabular *out, const struct evidence *e, struct error *err);
int tabular_divergence(struct tabular *out, const struct evidence *e, struct error *err); /* Table 2 */
int tabular_clusters(struct tabular *out, const struct evidence *e, struct error *err);   /* Table 3 */
int tabular_margins(struct tabular *out, const struct evidence *e, struct error *err);
int tabular_crosstask(struct tabular *out, const struct evidence *e, struct error *err); /* Table 5 */
int tabular_layers(struct tabular *out, const struct evidence *e, struct error *err);
int tabular_alignment(struct tabular *out, const struct evidence *e, struct error *err);
int tabular_probes(struct tabular *out, const struct evidence *e, struct error *err); /* empty without any */

/* Adds to a table's note, where clusters and distances are those of samples, how
 * many points these have. */
void tabular_sample(struct tabular *g, const struct evidence *e);

/* Pairs whose model and task the paper has too, side by side. No rows where it
 * has none. `paper` is evidence from paper-table7.csv. */
int tabular_beside_paper(struct tabular *out, const struct evidence *e, const struct evidence *paper,
			 struct error *err);

#endif
