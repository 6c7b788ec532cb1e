#include "report/grids.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

int grids_write(const struct document *d, struct folder *out, struct error *err)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct tabular *g = &d->blocks[i].grid;
		char *csv, *latex;
		int rc;

		if (d->blocks[i].kind != BLOCK_GRID)
			continue;
		csv = text_format("tables/%s.csv", g->id);
		latex = text_format("tables/%s.tex", g->id);
		rc = csv == NULL || latex == NULL ? error_memory(err, "tables") : 0;
		if (rc == 0 && !g->listing)
			rc = tabular_write_latex(g, out, latex, err);
		if (rc == 0 && strcmp(g->id, "table7") != 0)
			rc = tabular_write_csv(g, out, csv, err);
		free(csv);
		free(latex);
		if (rc < 0)
			return -1;
	}
	return 0;
}
