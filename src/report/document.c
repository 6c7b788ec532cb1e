#include "report/document.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A section shows so many exhibits; the others are linked. */
enum { INLINE = 3 };

/* The next block, or NULL when memory is short. */
static struct block *add(struct document *d, enum block_kind kind)
{
	if (d->broken || array_reserve(&d->blocks, &d->capacity, d->count + 1, sizeof *d->blocks) < 0) {
		d->broken = true;
		return NULL;
	}
	d->blocks[d->count] = (struct block){ .kind = kind, .screen = d->screen };
	return &d->blocks[d->count++];
}

static void add_text(struct document *d, enum block_kind kind, const char *href, const char *format,
		     va_list arguments)
{
	struct block *b = add(d, kind);

	if (b == NULL)
		return;
	if (vasprintf(&b->text, format, arguments) < 0) {
		b->text = NULL;
		d->broken = true;
	}
	if (href != NULL && (b->href = text_copy(href)) == NULL)
		d->broken = true;
}

void document_section(struct document *d, int level, const char *id, const char *title)
{
	struct block *b = add(d, BLOCK_SECTION);

	if (b == NULL)
		return;
	b->level = level;
	d->shown = level == 2 ? 0 : d->shown;
	b->id = text_copy(id);
	b->text = text_copy(title);
	d->broken = b->id == NULL || b->text == NULL;
}

void document_text(struct document *d, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_text(d, BLOCK_TEXT, NULL, format, arguments);
	va_end(arguments);
}

void document_missing(struct document *d, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_text(d, BLOCK_MISSING, NULL, format, arguments);
	va_end(arguments);
}

void document_link(struct document *d, const char *href, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_text(d, BLOCK_LINK, href, format, arguments);
	va_end(arguments);
}

void document_claims(struct document *d)
{
	add(d, BLOCK_CLAIMS);
}

void document_explorer(struct document *d)
{
	struct block *b = add(d, BLOCK_EXPLORER);

	if (b != NULL)
		b->screen = true;
}

void document_verdict(struct document *d, int number)
{
	struct block *b = add(d, BLOCK_VERDICT);

	if (b != NULL)
		b->claim = number - 1;
}

void document_cite(struct document *d, struct citation c)
{
	c.block = d->count;
	if (array_reserve(&d->citations, &d->citation_capacity, d->citation_count + 1, sizeof *d->citations) < 0)
		d->broken = true;
	else
		d->citations[d->citation_count++] = c;
}

void document_grid(struct document *d, struct tabular *g, bool folded)
{
	struct block *b = tabular_rows(g) == 0 ? NULL : add(d, BLOCK_GRID);

	if (b == NULL) {
		tabular_release(g);
		return;
	}
	b->grid = *g;
	b->folded = folded;
	b->screen = b->screen || folded || g->listing;
	b->number = g->listing ? 0 : ++d->grids;
	*g = (struct tabular){ 0 };
}

void document_exhibit(struct document *d, struct exhibit *x)
{
	struct block *b = add(d, BLOCK_EXHIBIT);

	if (b == NULL) {
		exhibit_release(x);
		return;
	}
	b->exhibit = *x;
	b->linked = d->shown++ >= INLINE;
	b->number = b->linked ? 0 : ++d->exhibits;
	*x = (struct exhibit){ 0 };
}

void document_graph(struct document *d, struct graph *g)
{
	struct block *b = add(d, BLOCK_GRAPH);

	if (b == NULL) {
		graph_release(g);
		return;
	}
	b->graph = *g;
	*g = (struct graph){ 0 };
}

int document_check(const struct document *d, struct error *err)
{
	return d->broken ? error_memory(err, "the report") : 0;
}

void document_release(struct document *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct block *b = &d->blocks[i];

		free(b->id);
		free(b->text);
		free(b->href);
		tabular_release(&b->grid);
		exhibit_release(&b->exhibit);
		graph_release(&b->graph);
	}
	free(d->blocks);
	free(d->citations);
	free(d->recipe_columns);
	free(d->name);
	free(d->title);
	free(d->published);
	free(d->version);
	claims_release(&d->claims);
	*d = (struct document){ 0 };
}
