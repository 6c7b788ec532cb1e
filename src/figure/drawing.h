/* Drawings: a plot with its names, its caption and its table. The functions
 * that make a figure add them to a list; memory of the plots is the list's. */
#ifndef FIGURE_DRAWING_H
#define FIGURE_DRAWING_H

#include "base/context.h"
#include "base/error.h"
#include "base/json.h"
#include "base/output.h"
#include "base/table.h"
#include "figure/arena.h"
#include "figure/canvas.h"

#include <stdbool.h>
#include <stddef.h>

#define HEADER_MAX 128

/* A kind of plot: how it is painted, and how the values it shows become rows. */
struct plot_kind {
	void (*paint)(struct canvas *c, const void *plot);
	void (*header)(char out[HEADER_MAX], const void *plot); /* of the table */
	void (*tabulate)(struct table *out, const void *plot);
};

struct drawing {
	const char *file; /* without suffix: "minimum-tiny-pos" */
	const char *title;
	const char *caption;      /* one sentence, from the numbers */
	const char *model, *task; /* "" where it shows several */
	long seed;                /* 0 where it shows several */
	bool unsampled;           /* it shows no clusters and no distances, which may be of a sample */
	double width, height;
	const struct plot_kind *kind;
	const void *plot;
};

struct drawings {
	struct arena arena;
	struct fonts *fonts; /* for plots whose size depends on their texts */
	struct drawing *items;
	size_t count, capacity;
	const char **missing; /* (missing_count) sentences: what could not be drawn, and why */
	size_t missing_count, missing_capacity;
	int failed; /* memory was short */
};

int drawings_init(struct drawings *out, struct error *err);
void drawings_release(struct drawings *d);

/* As wide as a column, unless it says how wide. `file` has characters that are unfit for a file's name replaced. */
void drawings_add(struct drawings *d, struct drawing item);
void drawings_miss(struct drawings *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Memory and text of the list's arena. NULL, and `failed` set, if memory is
 * short. */
void *drawings_array(struct drawings *d, size_t count, size_t size);
char *drawings_text(struct drawings *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes SVG, PDF, PNG and CSV of each, drawn in parallel. */
int drawings_write(const struct drawings *d, const char *published, struct folder *out, const struct context *ctx,
		   struct error *err);

#endif
