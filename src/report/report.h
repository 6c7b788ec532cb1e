/* The report of an experiment: a folder that is complete by itself. Beside index.html
 * the program puts times/ (times.h), to which it leads.
 *
 *	index.html              one file, no network, no script needed
 *	report.pdf              the same, paged, A4; report-letter.pdf on US letter
 *	tables/                 CSV of what was collected, CSV and LaTeX of what is shown
 *	figures/<figure>/       SVG, PDF, PNG and CSV of each drawing
 *	manifests/<cell>.json   what each cell read, ran and wrote
 *	cite.bib                the paper and the program
 *	ro-crate-metadata.json  Process Run Crate 0.5
 *	SHA256SUMS              of every file but itself
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/context.h"
#include "base/output.h"

#include <stddef.h>

struct report_cell {
	const char *name, *stage;
	const char *state;                 /* "up to date", "stale", "missing", "failed" */
	const char *manifest;              /* path of its manifest.json, or NULL */
	const char *model, *task, *source; /* what it is about; source: the task fine-tuned on; or NULL */
	const char *subject;               /* the model, with the recipe where the run has one */
	long seed;                         /* of that fine-tuning; else 0 */
	const size_t *needs;               /* (need_count) cells it reads: indices, all smaller than its own */
	size_t need_count;
};

struct report_figure {
	const char *name;      /* "minimum" */
	const char *directory; /* of the cell, with index.json; NULL: not drawn */
	const char *why;       /* why not: "missing", "stale", "failed" */
};

/* A parameter as it was used: "finetune", "epochs", "3". */
struct report_parameter {
	const char *section, *key, *value;
};

struct report_input {
	const char *collected; /* directory that collect wrote */
	const char *assets;    /* directory with template.html, style.css, enhance.js, explore.js, paper-table7.csv */
	const struct report_figure *figures;
	size_t figure_count;
	const struct report_cell *cells; /* in the plan's order */
	size_t cell_count;
	const struct report_parameter *parameters;
	size_t parameter_count;
	const char *version; /* of the program */
};

int report_run(const struct report_input *in, struct folder *out, const struct context *ctx, struct error *err);

#endif
