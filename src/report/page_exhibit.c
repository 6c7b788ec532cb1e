#include "base/array.h"
#include "base/file.h"
#include "report/page_text.h"
#include "report/page_part.h"

#include <stdlib.h>
#include <string.h>

/* The drawing itself: what follows the declarations of the SVG file. */
static int open_svg(struct mapping *map, const char **start, const struct exhibit *x, const struct view *v,
		    struct error *err)
{
	char *path = text_format("%s/%s.svg", x->directory, v->file);
	int rc;

	if (path == NULL)
		return error_memory(err, v->file);
	rc = mapping_open(map, path, err);
	if (rc == 0) {
		*start = memmem(map->data, map->size, "<svg", 4);
		if (*start == NULL) {
			rc = error_set(err, STATUS_INPUT, "%s: no <svg>", path);
			mapping_close(map);
		}
	}
	free(path);
	return rc;
}

static void write_formats(struct prose *out, const struct exhibit *x, const struct view *v)
{
	static const char *const formats[] = { "svg", "pdf", "png", "csv" }, *const names[] = { "SVG", "PDF", "PNG",
												"CSV" };

	prose_add(out, "<p class=\"formats\">");
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		prose_format(out, "%s<a href=\"figures/", i > 0 ? " " : "");
		page_escape(out, x->name);
		prose_add(out, "/");
		page_escape(out, v->file);
		prose_format(out, ".%s\">%s</a>", formats[i], names[i]);
	}
	prose_add(out, "</p>\n");
}

static int write_view(struct prose *out, const struct exhibit *x, const struct view *v, struct error *err)
{
	struct mapping map;
	const char *svg;

	if (open_svg(&map, &svg, x, v, err) < 0)
		return -1;
	/* 2.4 CSS pixels a point: a column's width fills half a wide page. */
	prose_format(out, "<figure>\n<div class=\"drawing\" style=\"max-width:%.0fpx\">", v->width * 2.4);
	prose_add_n(out, svg, map.size - (size_t)(svg - map.data));
	prose_add(out, "</div>\n<figcaption>");
	page_escape(out, v->caption);
	prose_add(out, "</figcaption>\n");
	write_formats(out, x, v);
	prose_add(out, "</figure>\n");
	mapping_close(&map);
	return 0;
}

static void write_links(struct prose *out, const struct exhibit *x, size_t first)
{
	if (first == x->count)
		return;
	prose_format(out, "<details><summary>%s as files (%zu)</summary>\n<ul class=\"further\">\n",
		     first == 0 ? "Drawings" : "Further drawings", x->count - first);
	for (size_t i = first; i < x->count; i++) {
		prose_add(out, "<li>");
		page_escape(out, x->views[i].title);
		write_formats(out, x, &x->views[i]);
		prose_add(out, "</li>\n");
	}
	prose_add(out, "</ul>\n</details>\n");
}

/* Several are one list, which is folded where it is long. */
static void write_missing(struct prose *out, const struct exhibit *x)
{
	bool folded = x->missing_count > 4;

	if (x->count == 0 && x->missing_count == 0)
		prose_add(out, "<p class=\"missing\">" EXHIBIT_EMPTY "</p>\n");
	if (x->missing_count == 0)
		return;
	if (folded)
		prose_format(out,
			     "<details class=\"missing\"><summary>%zu drawings or parts of drawings could not be "
			     "made</summary>\n",
			     x->missing_count);
	prose_format(out, "<ul class=\"missing%s\">\n", folded ? " inner" : "");
	for (size_t i = 0; i < x->missing_count; i++) {
		prose_add(out, "<li>");
		page_escape(out, x->missing[i]);
		prose_add(out, "</li>\n");
	}
	prose_format(out, "</ul>\n%s", folded ? "</details>\n" : "");
}

int page_exhibit(struct prose *out, const struct exhibit *x, size_t number, struct error *err)
{
	const size_t shown = number == 0 ? 0 : exhibit_shown(x);

	prose_format(out, "<div class=\"exhibit\" id=\"figure-%s\">\n<h3>", x->name);
	if (number > 0)
		prose_format(out, "Figure %zu. ", number);
	page_escape(out, x->title);
	prose_add(out, "</h3>\n<p class=\"question\">");
	page_escape(out, x->question);
	prose_add(out, "</p>\n");
	if (shown > 0)
		prose_add(out, "<div class=\"panel\">\n");
	for (size_t i = 0; i < shown; i++)
		if (write_view(out, x, &x->views[i], err) < 0)
			return -1;
	if (shown > 0)
		prose_add(out, "</div>\n");
	write_links(out, x, shown);
	write_missing(out, x);
	prose_add(out, "</div>\n");
	return 0;
}
