/* A drawn figure, from its cell's index.json: the drawings of one question. */
#ifndef REPORT_EXHIBIT_H
#define REPORT_EXHIBIT_H

#include "base/error.h"

#include <stddef.h>

struct view {
	char *file; /* without suffix; .svg, .pdf, .png and .csv lie beside index.json */
	char *title, *caption,
		*label;       /* `label`: what it is about, "pos, bert-tiny"; views of one label follow one another */
	double width, height; /* points */
};

struct exhibit {
	char *name; /* "minimum" */
	char *title, *question;
	char *directory;    /* of the cell */
	struct view *views; /* (count) */
	size_t count;
	char **missing; /* (missing_count) sentences */
	size_t missing_count;
};

/* What is said of a figure without drawings that names nothing as missing. */
#define EXHIBIT_EMPTY "No drawing: the tables hold no row for it."

int exhibit_read(struct exhibit *out, const char *name, const char *directory, struct error *err);
/* How many views are shown where there is not room for all: those of the first label. */
size_t exhibit_shown(const struct exhibit *x);
void exhibit_release(struct exhibit *x);

#endif
