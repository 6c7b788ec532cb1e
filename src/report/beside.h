/* Two reports side by side, as a page of the same kind: what each says of the claims, and
 * where models, tasks, recipes, settings and results differ. */
#ifndef REPORT_BESIDE_H
#define REPORT_BESIDE_H

#include "base/output.h"

struct beside_input {
	const char *folders[2]; /* of the reports, as report.h has them */
	const char *assets, *version;
};

/* Writes index.html and tables/ into the folder. A file that a folder lacks is an error that
 * names it. */
int beside_write(const struct beside_input *in, struct folder *out, struct error *err);

#endif
