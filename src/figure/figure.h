/* The figures of an experiment, drawn from the tables that collect gathered.
 *
 * A figure is a question; it has a drawing for each run, or one for all of
 * them. Each drawing is <file>.svg, .pdf, .png and .csv; index.json lists them
 * in order:
 *
 *	{"figure": "minimum", "title": …, "question": …,
 *	 "drawings": [{"file": "minimum-tiny-pos", "title": …, "caption": …, "model": "tiny" or null,
 *	               "task": "pos" or null, "seed": 1 or null, "width": 241, "height": 158}],
 *	 "missing": ["bert-base on trec50: …"]}
 *
 * width and height are in points. An SVG's colours are the CSS variables of
 * figure/colour.h; a page that has a dark scheme sets them to
 * figure_scheme(true). */
#ifndef FIGURE_FIGURE_H
#define FIGURE_FIGURE_H

#include "base/context.h"
#include "base/error.h"
#include "base/output.h"

#include <stdbool.h>
#include <stddef.h>

struct collected;
struct figure_run;
struct table;
struct drawings;

enum { FIGURE_TABLES = 3 };

/* To add one: a row in figure.c, what draws it in a build_<name>.c, its name in
 * figure_names of workflow/stages.c. */
struct figure {
	const char *name;                  /* "minimum" */
	const char *title;                 /* "Minimum distance of each label during fine-tuning" */
	const char *question;              /* what a reader may ask of it */
	const char *section;               /* of the report, in which it stands */
	const char *tables[FIGURE_TABLES]; /* of collect, that it reads; NULL: none more */
	/* What draws all of it, and what draws its part of a run; either may be NULL. */
	void (*build)(struct drawings *d, const struct collected *c, const struct table *tables);
	void (*run)(struct drawings *d, const struct figure_run *run, const struct table *tables);
};

size_t figure_count(void);
const struct figure *figure_at(size_t i);
const struct figure *figure_find(const char *name); /* NULL: no such figure */

/* Draws one figure from the tables in `collected` into `out`. A table without
 * rows for it is no error: index.json says what is missing. `published` is the
 * date that PDFs carry. */
int figure_draw(const struct figure *f, const char *collected, const char *published, struct folder *out,
		const struct context *ctx, struct error *err);

/* The declarations of the CSS variables, on paper or on a dark page, in new
 * memory: "--figure-ink:#1c1c1e;…". NULL if memory is short. */
char *figure_scheme(bool dark);

#endif
