#include "report/page_blocks.h"

#include "base/array.h"
#include "report/page_part.h"
#include "report/page_text.h"

#include <stdlib.h>
#include <string.h>

static void element(struct prose *out, const char *tag, const char *class, const char *text)
{
	prose_format(out, "<%s", tag);
	if (class != NULL)
		prose_format(out, " class=\"%s\"", class);
	prose_add(out, ">");
	page_escape(out, text);
	prose_format(out, "</%s>", tag);
}

static void write_claim(struct prose *out, const struct claim *c, bool detailed)
{
	prose_format(out, "<span class=\"mark %s\">%s</span> ", verdict_class(c->verdict), verdict_name(c->verdict));
	if (detailed)
		prose_format(out, "<b>Claim %d: ", c->number);
	else
		prose_format(out, "<a href=\"#claim-%d\">", c->number);
	page_capitalised(out, c->name);
	prose_add(out, detailed ? ".</b> " : "</a>");
	if (detailed)
		page_escape(out, c->statement);
	prose_add(out, "<span class=\"why\">");
	page_capitalised(out, c->why);
	prose_add(out, ".</span> <span class=\"sure\">");
	page_escape(out, c->certainty);
	prose_add(out, "</span>");
}

static void write_claims(struct prose *out, const struct document *d)
{
	prose_add(out, "<details><summary>The claims one by one, in words</summary>\n");
	prose_add(out, "<ol class=\"claims\">\n");
	for (int i = 0; i < CLAIM_COUNT; i++) {
		prose_add(out, "<li>");
		write_claim(out, &d->claims.items[i], false);
		prose_add(out, "</li>\n");
	}
	prose_add(out, "</ol>\n</details>\n");
}

/* The section that is open, and whether its first screen is. */
struct place_in_page {
	bool section, screen;
};

static void end_screen(struct prose *out, struct place_in_page *at)
{
	prose_add(out, at->screen ? "</div>\n" : "");
	at->screen = false;
}

/* Whether drawings stand between a heading and the next one. */
static bool has_drawings(const struct document *d, size_t heading)
{
	bool has = false;

	for (size_t i = heading + 1; i < d->count && d->blocks[i].kind != BLOCK_SECTION; i++)
		has = has || d->blocks[i].kind == BLOCK_EXHIBIT;
	return has;
}

/* The first section begins with the first screen, text beside drawings, which its first
 * heading below ends. */
static void write_section(struct prose *out, const struct document *d, size_t i, struct place_in_page *at)
{
	const struct block *b = &d->blocks[i];
	const bool first = b->level == 2 && !at->section && has_drawings(d, i);

	end_screen(out, at);
	if (b->level == 2) {
		prose_format(out, "%s<section aria-labelledby=\"%s\">\n", at->section ? "</section>\n" : "", b->id);
		at->section = true;
	}
	prose_format(out, "<h%d id=\"%s\">", b->level, b->id);
	page_escape(out, b->text);
	prose_format(out, "</h%d>\n", b->level);
	if (first) {
		prose_add(out, "<div class=\"lead\">\n");
		at->screen = true;
	}
}

/* Views that a script draws from the page's data. */
static void write_explorer(struct prose *out, struct place_in_page *at)
{
	end_screen(out, at);
	prose_format(out,
		     "%s<section aria-labelledby=\"explore\" id=\"explorer\">\n<h2 id=\"explore\">Explore</h2>\n"
		     "<noscript><p>Here a script draws views of every model, task and layer from the page’s data. "
		     "Without it the figures below show some of them, and the files beside them the rest."
		     "</p></noscript>\n",
		     at->section ? "</section>\n" : "");
	at->section = true;
}

/* Links that follow one another make a list. */
static void write_link(struct prose *out, const struct document *d, size_t i)
{
	const struct block *b = &d->blocks[i];

	if (i == 0 || d->blocks[i - 1].kind != BLOCK_LINK)
		prose_add(out, "<ul class=\"links\">\n");
	prose_add(out, "<li><a href=\"");
	page_escape(out, b->href);
	prose_add(out, "\">");
	page_escape(out, b->text);
	prose_add(out, "</a></li>\n");
	if (i + 1 == d->count || d->blocks[i + 1].kind != BLOCK_LINK)
		prose_add(out, "</ul>\n");
}

static int write_block(struct prose *out, const struct document *d, size_t i, struct place_in_page *at,
		       struct error *err)
{
	const struct block *b = &d->blocks[i];

	switch (b->kind) {
	case BLOCK_SECTION:
		write_section(out, d, i, at);
		break;
	case BLOCK_TEXT:
	case BLOCK_MISSING:
		element(out, "p", b->kind == BLOCK_MISSING ? "missing" : NULL, b->text);
		prose_add(out, "\n");
		break;
	case BLOCK_CLAIMS:
		write_claims(out, d);
		break;
	case BLOCK_VERDICT:
		prose_format(out, "<p class=\"claim\" id=\"claim-%d\">", b->claim + 1);
		write_claim(out, &d->claims.items[b->claim], true);
		prose_add(out, "</p>\n");
		break;
	case BLOCK_GRID:
		page_grid(out, &b->grid, b->number, b->folded);
		break;
	case BLOCK_EXHIBIT:
		return page_exhibit(out, &b->exhibit, b->number, err);
	case BLOCK_GRAPH:
		page_graph(out, &b->graph);
		break;
	case BLOCK_LINK:
		write_link(out, d, i);
		break;
	case BLOCK_EXPLORER:
		write_explorer(out, at);
		break;
	}
	return 0;
}

int page_blocks(struct prose *out, const struct document *d, struct error *err)
{
	struct place_in_page at = { false, false };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < d->count; i++)
		rc = write_block(out, d, i, &at, err);
	end_screen(out, &at);
	if (at.section)
		prose_add(out, "</section>\n");
	return rc;
}
