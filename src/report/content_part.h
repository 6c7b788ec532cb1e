/* The parts of what the report says, and what they are written from. */
#ifndef REPORT_CONTENT_PART_H
#define REPORT_CONTENT_PART_H

#include "report/document.h"
#include "findings/evidence.h"
#include "report/report.h"
#include "report/usage.h"

#include <jansson.h>

/* What the sections are written from. */
struct content {
	const struct report_input *in;
	const struct evidence *evidence, *paper;
	const json_t *experiment, *missing;
};

/* The figures of a section, in their order, or the words that one is missing. */
int content_figures(struct document *d, const struct content *c, const char *section, struct error *err);

/* The first screen, and what it means. */
int content_summary(struct document *d, const struct content *c, struct error *err);

/* The tables of the models and of the tasks. */
int content_subjects(struct document *d, const struct content *c, struct error *err);

/* The sections behind the questions: methods, what is missing, provenance,
 * downloads. */
int content_methods(struct document *d, const struct content *c, struct error *err);
int content_missing(struct document *d, const struct content *c, struct error *err);
int content_provenance(struct document *d, const struct content *c, struct error *err);
void content_downloads(struct document *d);

/* Parts of the methods, with the parameters that were used: how examples become
 * vectors; and the rest, from fine-tuning on. */
void content_representation(struct document *d, const struct usage *u);
int content_usage(struct document *d, const struct content *c, const struct usage *u, struct error *err);

/* The members of the grids that have a name, in words. */
#define CONTENT_GRID_PAPER                                                                                           \
	"{32, 64, 128, 256} × {32, 64, 128, 256} and 1e-07, 1e-06, 1e-05, 0.0001, 0.001, 0.01, 0.1, 1"
#define CONTENT_GRID_SMALL "{64, 256} × {64, 256} and 1e-05, 0.001, 0.1"

/* What a task's labels are, "parts of speech"; NULL where its parameters do not say. */
const char *content_task(const struct content *c, const char *task);

#endif
