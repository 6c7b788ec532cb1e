#include "findings/table7.h"

#include "findings/tabulars.h"

int table7_write(struct folder *folder, struct error *err)
{
	struct evidence e;
	struct tabular g;
	int rc = -1;

	if (evidence_read(&e, folder->path, err) < 0)
		return -1;
	if (tabular_table7(&g, &e, err) == 0) {
		rc = tabular_write_latex(&g, folder, "table7.tex", err);
		tabular_release(&g);
	}
	evidence_release(&e);
	return rc;
}
