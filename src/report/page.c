#include "report/page.h"

#include "base/array.h"
#include "base/file.h"
#include "figure/figure.h"
#include "report/page_blocks.h"
#include "report/page_text.h"

#include <stdlib.h>
#include <string.h>

/* The headings of level 2 as a list of links. */
static void write_contents(struct prose *out, const struct document *d)
{
	prose_add(out, "<ol>\n");
	for (size_t i = 0; i < d->count; i++) {
		const struct block *b = &d->blocks[i];

		if (b->kind == BLOCK_EXPLORER)
			prose_add(out, "<li><a href=\"#explorer\">Explore</a></li>\n");
		if (b->kind != BLOCK_SECTION || b->level != 2)
			continue;
		prose_format(out, "<li><a href=\"#%s\">", b->id);
		page_escape(out, b->text);
		prose_add(out, "</a></li>\n");
	}
	prose_add(out, "</ol>");
}

/* A named part of the template. `asset`: from a file; else `text` as it is, or
 * escaped. */
struct slot {
	const char *name;
	char *text;
	bool escaped;
};

static int read_text(char **out, const char *directory, const char *name, bool optional, struct error *err)
{
	char *path = path_join(directory, name);
	struct mapping map;
	int rc = -1;

	if (path == NULL) {
		error_memory(err, name);
	} else if (optional && !file_exists(path)) {
		*out = text_copy("");
		rc = *out == NULL ? error_memory(err, name) : 0;
	} else if (mapping_open(&map, path, err) == 0) {
		*out = text_copy_n(map.data, map.size);
		rc = *out == NULL ? error_memory(err, name) : 0;
		mapping_close(&map);
	}
	free(path);
	return rc;
}

static int fill(struct prose *out, const char *template, const struct slot *slots, size_t count, struct error *err)
{
	const char *start;

	while ((start = strstr(template, "{{")) != NULL) {
		const char *end = strstr(start, "}}");
		size_t i;

		prose_add_n(out, template, (size_t)(start - template));
		if (end == NULL)
			return error_set(err, STATUS_INPUT, "template.html: {{ without }}");
		for (i = 0; i < count; i++)
			if (strlen(slots[i].name) == (size_t)(end - start - 2) &&
			    strncmp(start + 2, slots[i].name, (size_t)(end - start - 2)) == 0)
				break;
		if (i == count)
			return error_set(err, STATUS_INPUT, "template.html: unknown name %.*s",
					 (int)(end - start + 2), start);
		if (slots[i].escaped)
			page_escape(out, slots[i].text);
		else
			prose_add(out, slots[i].text);
		template = end + 2;
	}
	prose_add(out, template);
	return 0;
}

static int write_body(char **out, const struct document *d, struct error *err)
{
	struct prose body = { 0 };

	if (page_blocks(&body, d, err) < 0) {
		prose_release(&body);
		return -1;
	}
	return prose_take(out, &body, err);
}

int page_write(const struct document *d, const char *assets, const char *collected, struct folder *out,
	       struct error *err)
{
	enum { STYLE, SCRIPT, VIEWS, DATA, PAPER, DATED, CONTENTS, BODY, SCHEME, DARK, TITLE, NAME, VERSION, SLOTS };
	struct slot slots[SLOTS] = {
		[STYLE] = { "style", NULL, false },          [SCRIPT] = { "script", NULL, false },
		[VIEWS] = { "views", NULL, false },          [DATA] = { "data", NULL, false },
		[PAPER] = { "paper", NULL, false },          [DATED] = { "dated", NULL, true },
		[CONTENTS] = { "contents", NULL, false },    [BODY] = { "body", NULL, false },
		[SCHEME] = { "scheme", NULL, false },        [DARK] = { "scheme-dark", NULL, false },
		[TITLE] = { "title", d->title, true },       [NAME] = { "name", d->name, true },
		[VERSION] = { "version", d->version, true },
	};
	struct prose contents = { 0 }, page = { 0 };
	char *template = NULL;
	int rc = -1;

	write_contents(&contents, d);
	slots[SCHEME].text = figure_scheme(false);
	slots[DARK].text = figure_scheme(true);
	slots[PAPER].text = text_copy(d->unpaged ? "" : " <a href=\"report.pdf\">PDF</a>");
	slots[DATED].text = d->published == NULL
				    ? text_copy("")
				    : text_format(", dated %s so that equal inputs give equal bytes", d->published);
	if (slots[DATED].text == NULL || slots[SCHEME].text == NULL || slots[DARK].text == NULL ||
	    slots[PAPER].text == NULL) {
		error_memory(err, "index.html");
		goto done;
	}
	if (prose_take(&slots[CONTENTS].text, &contents, err) < 0 ||
	    read_text(&template, assets, "template.html", false, err) < 0 ||
	    read_text(&slots[STYLE].text, assets, "style.css", false, err) < 0 ||
	    read_text(&slots[SCRIPT].text, assets, "enhance.js", true, err) < 0 ||
	    read_text(&slots[VIEWS].text, assets, "explore.js", true, err) < 0 ||
	    read_text(&slots[DATA].text, collected, "exploration.json", true, err) < 0 ||
	    write_body(&slots[BODY].text, d, err) < 0 || fill(&page, template, slots, SLOTS, err) < 0)
		goto done;
	rc = page.broken ? error_memory(err, "index.html")
			 : output_file(out, "index.html", page.text, page.length, err);
done:
	prose_release(&contents);
	prose_release(&page);
	free(template);
	for (int i = 0; i <= DARK; i++)
		free(slots[i].text);
	return rc;
}
