#include "report/pdf.h"

#include "base/array.h"
#include "report/page_text.h"
#include "report/pdf_blocks.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INK .r = .11, .g = .11, .b = .12
#define SOFT .r = .33, .g = .33, .b = .36

static const struct type body_type = { .size = 9.2, INK };

/* What both passes share. */
struct booklet {
	const struct document *document;
	struct built *figures; /* (blocks), empty where the block is no figure */
	int *pages;            /* (blocks), where a section starts; from the first pass */
	double width, height;
	struct missing *missing;
};

static const char *verdict_colour(enum verdict v)
{
	static const char *const colours[] = { "#142f6b", "#3b5794", "#a1561f", "#9c450d", "#5c4a00" };

	return colours[v];
}

static void show_claim(struct sheet *s, const struct claim *c)
{
	struct prose text = { 0 };

	prose_format(&text, "<span weight=\"bold\" foreground=\"%s\">%s</span>  ", verdict_colour(c->verdict),
		     verdict_name(c->verdict));
	prose_format(&text, "<b>Claim %d: ", c->number);
	page_capitalised(&text, c->name);
	prose_add(&text, ".</b> ");
	page_escape(&text, c->statement);
	prose_add(&text, " ");
	prose_add(&text, "<span foreground=\"#55565c\">");
	page_capitalised(&text, c->why);
	prose_add(&text, ". ");
	page_escape(&text, c->certainty);
	prose_add(&text, "</span>");
	s->y += 3;
	sheet_need(s, 26);
	sheet_paragraph(s, prose_text(&text), true, body_type);
	s->y += 5;
	prose_release(&text);
}

static void show_title(struct sheet *s, const struct document *d)
{
	char line[512];

	s->y += 60;
	snprintf(line, sizeof line, "Tunescope report · experiment %s", d->name);
	sheet_paragraph(s, line, false, (struct type){ .size = 9.2, SOFT });
	s->y += 4;
	sheet_paragraph(s, d->title, false, (struct type){ .size = 19, .bold = true, INK });
	s->y += 4;
	snprintf(line, sizeof line, "Dated %s. Written by Tunescope %s.", d->published, d->version);
	sheet_paragraph(s, line, false, (struct type){ .size = 9.2, SOFT });
	s->y += 22;
}

static void show_contents(struct sheet *s, const struct booklet *b)
{
	const struct document *d = b->document;

	for (size_t i = 0; i < d->count; i++) {
		const struct block *block = &d->blocks[i];
		PangoLayout *number;
		char page[32];
		double width, height, y;

		if (block->kind != BLOCK_SECTION || block->level != 2 || block->screen)
			continue;
		snprintf(page, sizeof page, "%d", b->pages[i]);
		number = sheet_layout(s, page, body_type, 0);
		sheet_extent(number, &width, &height);
		sheet_link(s, block->id, NULL);
		sheet_paragraph(s, block->text, false, body_type);
		y = s->y - height;
		sheet_show(s, number, s->width - SHEET_MARGIN - width, y, body_type);
		sheet_link_end(s);
		g_object_unref(number);
		s->y += 2;
	}
}

static void show_section(struct sheet *s, const struct booklet *b, size_t i)
{
	const struct block *block = &b->document->blocks[i];
	char link[256];

	sheet_space(s, block->level == 2 ? 26 : 12);
	sheet_need(s, block->level == 2 ? 150 : 100);
	b->pages[i] = s->page;
	sheet_destination(s, block->id);
	if (!s->measuring) {
		snprintf(link, sizeof link, "dest='%s'", block->id);
		cairo_pdf_surface_add_outline(s->surface, CAIRO_PDF_OUTLINE_ROOT, block->text, link,
					      block->level == 2 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
	}
	sheet_paragraph(s, block->text, false,
			(struct type){ .size = block->level == 2 ? 14 : 10.5, .bold = true, INK });
	s->y += 5;
}

static void show_missing(struct sheet *s, const char *text)
{
	double top = s->y;
	int page = s->page;

	sheet_need(s, 40);
	top = s->page == page ? top : s->y;
	s->y += 2;
	sheet_paragraph(s, text, false, (struct type){ .size = 9.2, .italic = true, SOFT, .indent = 10 });
	s->y += 2;
	cairo_set_source_rgb(s->cr, .33, .33, .36);
	cairo_rectangle(s->cr, SHEET_MARGIN, top, 2, s->y - top);
	cairo_fill(s->cr);
	s->y += 5;
}

static void show_link(struct sheet *s, const struct block *b)
{
	sheet_need(s, 14);
	sheet_link(s, NULL, b->href);
	sheet_paragraph(s, b->text, false, (struct type){ .size = 9.2, .r = .04, .g = .33, .b = .66, .indent = 10 });
	sheet_link_end(s);
	s->y += 1;
}

static void show_block(struct sheet *s, const struct booklet *b, size_t i)
{
	const struct document *d = b->document;
	const struct block *block = &d->blocks[i];

	if (block->screen || block->linked)
		return;
	switch (block->kind) {
	case BLOCK_SECTION:
		show_section(s, b, i);
		break;
	case BLOCK_TEXT:
		sheet_paragraph(s, block->text, false, body_type);
		s->y += 5;
		break;
	case BLOCK_CLAIMS: /* the first figure shows them */
		break;
	case BLOCK_VERDICT:
		show_claim(s, &d->claims.items[block->claim]);
		break;
	case BLOCK_GRID:
		pdf_grid(s, &block->grid, block->number);
		break;
	case BLOCK_EXHIBIT:
		pdf_exhibit(s, &block->exhibit, block->number, &b->figures[i]);
		break;
	case BLOCK_MISSING:
		show_missing(s, block->text);
		break;
	case BLOCK_GRAPH:
		pdf_graph(s, &block->graph);
		break;
	case BLOCK_LINK:
		show_link(s, block);
		break;
	case BLOCK_EXPLORER:
		break;
	}
}

/* Contents come before the first section, on the first page. */
static int lay_out(const struct booklet *b, cairo_surface_t *surface, bool measuring, struct error *err)
{
	struct sheet s;

	sheet_init(&s, surface, b->document->title, b->width, b->height);
	s.measuring = measuring;
	s.missing = b->missing;
	show_title(&s, b->document);
	show_contents(&s, b);
	for (size_t i = 0; i < b->document->count; i++)
		show_block(&s, b, i);
	return sheet_end(&s, err);
}

static cairo_status_t write_nothing(void *closure, const unsigned char *data, unsigned length)
{
	(void)closure;
	(void)data;
	(void)length;
	return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned length)
{
	output_write(closure, data, length);
	return CAIRO_STATUS_SUCCESS;
}

static int print(const struct booklet *b, struct output *o, struct error *err)
{
	const struct document *d = b->document;
	cairo_surface_t *draft = cairo_pdf_surface_create_for_stream(write_nothing, NULL, b->width, b->height);
	cairo_surface_t *final = cairo_pdf_surface_create_for_stream(write_bytes, o, b->width, b->height);
	char date[32];
	int rc;

	cairo_pdf_surface_restrict_to_version(final, CAIRO_PDF_VERSION_1_5); /* as drawings are */
	snprintf(date, sizeof date, "%.10sT00:00:00Z", d->published);
	cairo_pdf_surface_set_metadata(final, CAIRO_PDF_METADATA_TITLE, d->title);
	cairo_pdf_surface_set_metadata(final, CAIRO_PDF_METADATA_CREATOR, "Tunescope");
	cairo_pdf_surface_set_metadata(final, CAIRO_PDF_METADATA_CREATE_DATE, date);
	rc = lay_out(b, draft, true, err);
	if (rc == 0)
		rc = lay_out(b, final, false, err);
	cairo_surface_destroy(draft);
	cairo_surface_destroy(final);
	return rc;
}

static int build_figures(struct booklet *b, const char *collected, struct error *err)
{
	for (size_t i = 0; i < b->document->count; i++) {
		const struct block *block = &b->document->blocks[i];
		const struct figure *f;

		if (block->kind != BLOCK_EXHIBIT)
			continue;
		f = figure_find(block->exhibit.name);
		if (f == NULL)
			return error_set(err, STATUS_INPUT, "%s: no such figure", block->exhibit.name);
		if (figure_build(&b->figures[i], f, collected, err) < 0)
			return -1;
	}
	return 0;
}

static int write_paper(const struct booklet *b, const char *name, struct folder *out, struct error *err)
{
	struct output *o;

	if (output_open(&o, out, name, err) < 0)
		return -1;
	if (print(b, o, err) == 0)
		return output_commit(o, err);
	output_abandon(o);
	return -1;
}

int pdf_write(const struct document *d, const char *collected, struct missing *missing, struct folder *out,
	      struct error *err)
{
	static const struct {
		const char *name;
		double width, height;
	} papers[] = { { "report.pdf", 595.276, 841.89 }, { "report-letter.pdf", 612, 792 } };
	struct booklet b = { .document = d, .missing = missing };
	int rc = -1;

	b.figures = array_new(d->count + 1, 1, sizeof *b.figures);
	b.pages = array_new(d->count + 1, 1, sizeof *b.pages);
	if (b.figures == NULL || b.pages == NULL) {
		error_memory(err, papers[0].name);
		goto done;
	}
	rc = build_figures(&b, collected, err);
	for (size_t i = 0; rc == 0 && i < sizeof papers / sizeof papers[0]; i++) {
		b.width = papers[i].width;
		b.height = papers[i].height;
		rc = write_paper(&b, papers[i].name, out, err);
	}
done:
	for (size_t i = 0; b.figures != NULL && i < d->count; i++)
		built_release(&b.figures[i]);
	free(b.figures);
	free(b.pages);
	return rc;
}
