/* The report before it has a form: a list of blocks, which the page and the
 * PDF set each in their way. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "findings/claims.h"
#include "report/exhibit.h"
#include "report/graph.h"
#include "findings/prose.h"
#include "findings/tabular.h"

#include <stdbool.h>

enum block_kind {
	BLOCK_SECTION, /* id, text: a heading of `level` 2 or 3 */
	BLOCK_TEXT,    /* text: a paragraph */
	BLOCK_CLAIMS,  /* all claims with their verdicts */
	BLOCK_VERDICT, /* one claim, `claim` */
	BLOCK_GRID,    /* grid; `folded`: long, shown on demand */
	BLOCK_EXHIBIT, /* exhibit */
	BLOCK_MISSING, /* text: what would stand here, and why it does not */
	BLOCK_GRAPH,   /* graph, of the cells */
	BLOCK_LINK,    /* text, and href, relative to the report's folder */
	BLOCK_EXPLORER /* a section of views that the page draws from exploration.json */
};

struct block {
	enum block_kind kind;
	int level, claim; /* claim: index into the claims */
	bool folded;
	bool linked;   /* an exhibit behind the first three of its section: files, not drawings */
	bool screen;   /* what the page looks things up in, which paper does without */
	size_t number; /* of an exhibit, or of a grid: Figure 1, Table 1 */
	char *id, *text, *href;
	struct tabular grid;
	struct exhibit exhibit;
	struct graph graph;
};

/* Where a number of the prose comes from: a cell of a table that the report
 * shows, or a rule over the rows of one or two of its columns. Columns are named
 * as in the table's CSV: "Accuracy, %: change". */
enum citation_rule {
	CITE_CELL,     /* row `row` of `column` */
	CITE_SUM,      /* the sum of `column` */
	CITE_NUMBERS,  /* rows that have a number in `column`, and in `other` if it is not NULL */
	CITE_POSITIVE, /* rows with a number above zero in `column` */
	CITE_FALLS,    /* rows with a smaller number in `other` than in `column` */
	CITE_KNOWN,    /* rows with anything but a dash in both */
	CITE_YES,      /* of those, the rows with "yes" in `column` */
	CITE_MEASURES, /* runs in which the measures of their layers can be compared */
	CITE_AGREE,    /* of those, the ones whose measures all are smallest at the same layer */
	CITE_TOP,      /* of those, the ones in which that layer is the last */
};

struct citation {
	enum citation_rule rule;
	const char *table, *column, *other;
	size_t row;
	struct shown number; /* as the prose has it */
	size_t block;        /* set by document_cite */
};

struct document {
	char *name, *title, *published, *version; /* published: a date; NULL: of no date */
	struct claims claims;
	struct block *blocks; /* (count) */
	size_t count, capacity;
	size_t exhibits, grids;     /* numbered so far */
	size_t shown;               /* exhibits of the section */
	bool screen;                /* what is added is for the screen alone */
	struct citation *citations; /* (citation_count) */
	size_t citation_count, citation_capacity;
	struct tabular_column *recipe_columns; /* of a grid that has one for each recipe */
	bool unpaged;                          /* there is no PDF of it */
	bool broken;                           /* memory was short; document_check says so */
};

/* Exhibits and grids are numbered as they are added, but for lists on the screen alone. */
void document_section(struct document *d, int level, const char *id, const char *title);
void document_text(struct document *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void document_missing(struct document *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void document_link(struct document *d, const char *href, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void document_claims(struct document *d);
void document_explorer(struct document *d);
void document_verdict(struct document *d, int number); /* 1 … */

/* Notes the source of a number in the block that comes next. */
void document_cite(struct document *d, struct citation c);

/* These take the grid, the exhibit or the graph over. A grid without rows is released. */
void document_grid(struct document *d, struct tabular *g, bool folded);
void document_exhibit(struct document *d, struct exhibit *x);
void document_graph(struct document *d, struct graph *g);

int document_check(const struct document *d, struct error *err);
void document_release(struct document *d);

#endif
