/* table7.tex: the run's Table 7 for an article. */
#ifndef FINDINGS_TABLE7_H
#define FINDINGS_TABLE7_H

#include "base/output.h"

/* From the tables in the folder. */
int table7_write(struct folder *folder, struct error *err);

#endif
