/* Where the linear probe and DirectProbe differ about a representation: one says
 * that planes part the labels, and the other has not found them. */
#ifndef REPORT_DISSENT_H
#define REPORT_DISSENT_H

#include "report/document.h"
#include "findings/evidence.h"
#include "findings/tabular.h"

/* In how many of the representations that both have seen they agree; returns
 * the number of those where they do not, which the table names. */
size_t say_dissent(struct document *d, const struct evidence *e);

/* On failure nothing is left to release. */
int tabular_dissent(struct tabular *out, const struct evidence *e, struct error *err);

#endif
