/* report.pdf: the document on pages, figures as vectors, with an outline and
 * links. */
#ifndef REPORT_PDF_H
#define REPORT_PDF_H

#include "base/output.h"
#include "figure/missing.h"
#include "report/document.h"

/* On A4 and on US letter: report.pdf and report-letter.pdf. `collected` is the
 * directory from whose tables the figures are drawn anew; texts that no font has
 * are added to `missing` (NULL: they are not). */
int pdf_write(const struct document *d, const char *collected, struct missing *missing, struct folder *out,
	      struct error *err);

#endif
