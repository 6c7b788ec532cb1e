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
	size_t counts[VERDICTS];

	claims_count(counts, &d->claims);
	prose_format(
		out,
		"<p class=\"tally\"><b>%zu</b> of %d claims hold, <b>%zu</b> lean to hold, <b>%zu</b> lean to fail, "
		"<b>%zu</b> fail, <b>%zu</b> cannot be decided.</p>\n",
		counts[VERDICT_HOLDS], CLAIM_COUNT, counts[VERDICT_LEANS_TO_HOLD], counts[VERDICT_LEANS_TO_FAIL],
		counts[VERDICT_FAILS], counts[VERDICT_UNDECIDED]);
	prose_add(out, "<ol class=\"claims\">\n");
	for (int i = 0; i < CLAIM_COUNT; i++) {
		prose_add(out, "<li>");
		write_claim(out, &d->claims.items[i], false);
		prose_add(out, "</li>\n");
	}
	prose_add(out, "</ol>\n");
}

static void write_section(struct prose *out, const struct block *b, bool *open)
{
	if (b->level == 2) {
		prose_format(out, "%s<section aria-labelledby=\"%s\">\n", *open ? "</section>\n" : "", b->id);
		*open = true;
	}
	prose_format(out, "<h%d id=\"%s\">", b->level, b->id);
	page_escape(out, b->text);
	prose_format(out, "</h%d>\n", b->level);
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

static int write_block(struct prose *out, const struct document *d, size_t i, size_t shown, bool *open,
		       struct error *err)
{
	const struct block *b = &d->blocks[i];

	switch (b->kind) {
	case BLOCK_SECTION:
		write_section(out, b, open);
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
		page_grid(out, &b->grid, b->folded);
		break;
	case BLOCK_EXHIBIT:
		return page_exhibit(out, &b->exhibit, shown, err);
	case BLOCK_GRAPH:
		page_graph(out, &b->graph);
		break;
	case BLOCK_LINK:
		write_link(out, d, i);
		break;
	}
	return 0;
}

int page_blocks(struct prose *out, const struct document *d, size_t budget, struct error *err)
{
	size_t *shown = array_new(d->count + 1, 1, sizeof *shown);
	bool open = false;
	int rc = shown == NULL ? error_memory(err, "index.html") : page_views(shown, d, budget, err);

	for (size_t i = 0; rc == 0 && i < d->count; i++)
		rc = write_block(out, d, i, shown[i], &open, err);
	if (open)
		prose_add(out, "</section>\n");
	free(shown);
	return rc;
}
