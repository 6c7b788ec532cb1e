#include "report/table7.h"

#include "report/grids.h"

int table7_write(struct folder *folder, struct error *err)
{
	struct evidence e;
	struct grid g;
	int rc = -1;

	if (evidence_read(&e, folder->path, err) < 0)
		return -1;
	if (grid_table7(&g, &e, err) == 0) {
		rc = grid_write_latex(&g, folder, "table7.tex", err);
		grid_release(&g);
	}
	evidence_release(&e);
	return rc;
}
