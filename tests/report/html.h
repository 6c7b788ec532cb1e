/* A checker of the HTML that the report writes: elements nest and close, ids
 * are unique, links within the page have a target, links to files have a file,
 * headings do not skip a level, tables and pictures have their names. */
#ifndef TESTS_REPORT_HTML_H
#define TESTS_REPORT_HTML_H

#include "support.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { HTML_DEPTH = 128, HTML_IDS = 60000 };

struct html {
	char names[HTML_DEPTH][32]; /* open elements */
	size_t depth;
	char **ids, **links;
	size_t id_count, link_count;
	int heading; /* level of the last one */
	size_t tables, captions, drawings, titles;
};

static inline bool html_is_void(const char *name)
{
	static const char *const names[] = { "meta", "link", "br", "hr", "img", "input" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The value of an attribute within a tag's text, in new memory, or NULL. */
static inline char *html_attribute(const char *tag, size_t length, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n + 2 < length; i++)
		if (isspace((unsigned char)tag[i - 1]) && strncmp(tag + i, name, n) == 0 && tag[i + n] == '=' &&
		    tag[i + n + 1] == '"') {
			const char *start = tag + i + n + 2, *end = memchr(start, '"', length - i - n - 2);

			return text_copy_n(start, (size_t)(end - start));
		}
	return NULL;
}

static inline void html_open(struct html *h, const char *name, const char *tag, size_t length)
{
	char *id = html_attribute(tag, length, "id"), *href = html_attribute(tag, length, "href");
	char *other = html_attribute(tag, length, "xlink:href");

	if (id != NULL) {
		assert_true(h->id_count < HTML_IDS);
		h->ids[h->id_count++] = id;
	}
	assert_true(h->link_count + 2 < HTML_IDS);
	if (href != NULL)
		h->links[h->link_count++] = href;
	if (other != NULL)
		h->links[h->link_count++] = other;
	if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && name[2] == '\0') {
		if (name[1] - '0' > h->heading + 1)
			fail_msg("heading %s after level %d", name, h->heading);
		h->heading = name[1] - '0';
	}
	h->tables += strcmp(name, "table") == 0;
	h->captions += strcmp(name, "caption") == 0;
	if (strcmp(name, "svg") == 0) {
		h->drawings++;
		h->titles += memmem(tag, length, "aria-labelledby", 15) != NULL;
	}
	if (html_is_void(name) || tag[length - 1] == '/')
		return;
	assert_true(h->depth < HTML_DEPTH);
	snprintf(h->names[h->depth++], sizeof h->names[0], "%s", name);
}

static inline void html_close(struct html *h, const char *name)
{
	if (h->depth == 0 || strcmp(h->names[h->depth - 1], name) != 0)
		fail_msg("</%s> closes <%s>", name, h->depth == 0 ? "" : h->names[h->depth - 1]);
	h->depth--;
}

/* `text` from "<" on; returns what follows the tag. */
static inline const char *html_tag(struct html *h, const char *text)
{
	const char *end;
	char name[32] = "";
	size_t n = 0;
	bool closing = text[1] == '/';

	if (strncmp(text, "<!--", 4) == 0)
		return strstr(text, "-->") + 3;
	if (strncmp(text, "<!doctype", 9) == 0)
		return strchr(text, '>') + 1;
	for (const char *p = text + 1 + closing; isalnum((unsigned char)*p) && n < sizeof name - 1; p++)
		name[n++] = *p;
	if (n == 0)
		fail_msg("stray < before %.20s", text);
	end = strchr(text, '>');
	assert_non_null(end);
	if (closing)
		html_close(h, name);
	else
		html_open(h, name, text + 1, (size_t)(end - text - 1));
	if (!closing && (strcmp(name, "script") == 0 || strcmp(name, "style") == 0)) {
		char close[40];

		snprintf(close, sizeof close, "</%s>", name);
		return strstr(end, close);
	}
	return end + 1;
}

static inline int html_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The page of times is put beside a report by the cell that makes it. */
static inline void html_links(const struct html *h, const char *directory)
{
	for (size_t i = 0; i < h->link_count; i++) {
		const char *link = h->links[i];

		if (link[0] == '#') {
			const char *key = link + 1;

			if (bsearch(&key, h->ids, h->id_count, sizeof *h->ids, html_order) == NULL)
				fail_msg("%s leads nowhere", link);
		} else if (strcmp(link, "data:,") != 0 && strcmp(link, "times/index.html") != 0) {
			char *path = path_join(directory, link);

			if (strstr(link, "://") != NULL || !file_exists(path))
				fail_msg("%s: no such file in the report", link);
			free(path);
		}
	}
}

/* Checks a page whose links are relative to the directory; `drawings`: how many
 * it has. */
static inline void html_check(const char *text, const char *directory, size_t *drawings)
{
	struct html h = { .ids = array_new(HTML_IDS, 1, sizeof(char *)),
			  .links = array_new(HTML_IDS, 1, sizeof(char *)) };

	while ((text = strchr(text, '<')) != NULL)
		text = html_tag(&h, text);
	if (h.depth != 0)
		fail_msg("<%s> is not closed", h.names[h.depth - 1]);
	qsort(h.ids, h.id_count, sizeof *h.ids, html_order);
	for (size_t i = 1; i < h.id_count; i++)
		if (strcmp(h.ids[i - 1], h.ids[i]) == 0)
			fail_msg("two elements with the id %s", h.ids[i]);
	html_links(&h, directory);
	assert_int_equal(h.tables, h.captions);
	assert_int_equal(h.drawings, h.titles);
	*drawings = h.drawings;
	for (size_t i = 0; i < h.id_count; i++)
		free(h.ids[i]);
	for (size_t i = 0; i < h.link_count; i++)
		free(h.links[i]);
	free(h.ids);
	free(h.links);
}

#endif
