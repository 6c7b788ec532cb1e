#include "figure/svg.h"

#include "base/array.h"
#include "base/sha256.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids in the order of their first appearance: cairo numbers surfaces through
 * the life of the process, and several figures share a page. */
struct ids {
	struct id {
		const char *name;
		size_t length;
	} *items;
	size_t count, capacity;
	char prefix[10];
};

static void id_write(struct bytes *out, struct ids *ids, const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ids->count; i++)
		if (ids->items[i].length == length && memcmp(ids->items[i].name, name, length) == 0)
			break;
	if (i == ids->count) {
		if (array_reserve(&ids->items, &ids->capacity, i + 1, sizeof *ids->items) < 0) {
			out->failed = 1;
			return;
		}
		ids->items[ids->count++] = (struct id){ name, length };
	}
	bytes_format(out, "%s-%zu", ids->prefix, i);
}

static void escape(struct bytes *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			bytes_text(out, "&lt;");
		else if (*text == '>')
			bytes_text(out, "&gt;");
		else if (*text == '&')
			bytes_text(out, "&amp;");
		else if (*text == '"')
			bytes_text(out, "&quot;");
		else if ((unsigned char)*text < ' ' || *text == 127) /* not allowed in XML, or of no use */
			bytes_text(out, " ");
		else
			bytes_add(out, text, 1);
	}
}

static unsigned packed(struct colour c)
{
	return (unsigned)lround(c.r * 255) << 16 | (unsigned)lround(c.g * 255) << 8 | (unsigned)lround(c.b * 255);
}

/* At "fill:rgb(" or "stroke:rgb(": writes the colour in hexadecimal and, where
 * it is a role's, a second declaration with the variable, which a reader of SVG
 * that knows no variables drops. Returns the bytes consumed, or 0. */
static size_t colour_write(struct bytes *out, const char *at)
{
	size_t property = strncmp(at, "fill:rgb(", 9) == 0 ? 4 : strncmp(at, "stroke:rgb(", 11) == 0 ? 6 : 0;
	double r, g, b;
	int used = 0;
	unsigned value;

	if (property == 0 || sscanf(at + property + 5, "%lf%%,%lf%%,%lf%%)%n", &r, &g, &b, &used) != 3 || used == 0)
		return 0;
	value = packed((struct colour){ r / 100, g / 100, b / 100, 1 });
	bytes_add(out, at, property + 1);
	bytes_format(out, "#%06x", value);
	for (int role = 0; role < ROLE_COUNT; role++)
		if (packed(role_colour((enum role)role)) == value) {
			bytes_text(out, ";");
			bytes_add(out, at, property + 1);
			bytes_format(out, "var(--figure-%s,#%06x)", role_name((enum role)role), value);
			break;
		}
	return property + 5 + (size_t)used;
}

/* Declarations of the initial value. */
static size_t needless(const char *at)
{
	static const char *const texts[] = { "fill-opacity:1;", "stroke-opacity:1;", "fill-rule:nonzero;",
		                             "stroke-linecap:butt;", "clip-rule=\"nonzero\"" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strncmp(at, texts[i], strlen(texts[i])) == 0)
			return strlen(texts[i]);
	/* "Z M 1 1 \"": where a pen that draws no more would start. */
	if (strncmp(at, " M ", 3) == 0 && at[-1] == 'Z') {
		size_t n = 3 + strspn(at + 3, "0123456789.- ");

		return at[n] == '"' ? n : 0;
	}
	return 0;
}

static void body_write(struct bytes *out, struct ids *ids, const char *at, const char *end)
{
	while (at < end) {
		size_t skip = 0;

		if (strncmp(at, " id=\"", 5) == 0 || strncmp(at, "href=\"#", 7) == 0 || strncmp(at, "url(#", 5) == 0) {
			size_t lead = strcspn(at, "#\"") + (at[0] == 'h' ? 2 : 1);
			size_t length = strcspn(at + lead, "\")");

			bytes_add(out, at, lead);
			id_write(out, ids, at + lead, length);
			skip = lead + length;
		} else if ((*at == 'f' || *at == 's') && (skip = colour_write(out, at)) > 0) {
			/* written */
		} else if ((skip = needless(at)) == 0) {
			skip = 1;
			bytes_add(out, at, 1);
		}
		at += skip;
	}
}

static void hovers_write(struct bytes *out, const struct canvas *c)
{
	if (c->hover_count == 0)
		return;
	bytes_text(out, "<g fill=\"none\" pointer-events=\"all\">\n");
	for (size_t i = 0; i < c->hover_count; i++) {
		const struct hover *h = &c->hovers[i];

		bytes_format(out, "<rect x=\"%.4g\" y=\"%.4g\" width=\"%.3g\" height=\"%.3g\"><title>", h->x, h->y, h->width,
		             h->height);
		escape(out, h->text);
		bytes_text(out, "</title></rect>\n");
	}
	bytes_text(out, "</g>\n");
}

/* In force where the picture is a document of its own; inside a page, the page
 * sets the variables. */
static void scheme_write(struct bytes *out)
{
	bytes_text(out, "<style>@media (prefers-color-scheme:dark){svg:root{");
	for (int role = 0; role < ROLE_COUNT; role++)
		bytes_format(out, "--figure-%s:#%06x;", role_name((enum role)role), packed(role_colour_dark((enum role)role)));
	bytes_text(out, "}}</style>\n");
}

int svg_finish(struct bytes *out, const struct bytes *raw, const struct picture *p, const struct canvas *c,
               struct error *err)
{
	const char *open = raw->data == NULL ? NULL : strstr(raw->data, "<svg ");
	const char *head = open == NULL ? NULL : strchr(open, '>');
	const char *end = head == NULL ? NULL : strstr(head, "</svg>");
	struct ids ids = { 0 };
	char digest[65];

	if (end == NULL)
		return error_set(err, STATUS_MACHINE, "%s: cairo wrote no SVG", p->name);
	sha256_bytes(digest, p->name, strlen(p->name));
	snprintf(ids.prefix, sizeof ids.prefix, "f%.8s", digest);
	bytes_add(out, raw->data, (size_t)(head - raw->data));
	bytes_format(out, " role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">", ids.prefix,
	             ids.prefix, ids.prefix);
	escape(out, p->title);
	bytes_format(out, "</title>\n<desc id=\"%s-desc\">", ids.prefix);
	escape(out, p->description);
	bytes_text(out, "</desc>\n");
	scheme_write(out);
	body_write(out, &ids, head + 1 + (head[1] == '\n'), end);
	hovers_write(out, c);
	bytes_text(out, "</svg>\n");
	free(ids.items);
	return out->failed ? error_memory(err, p->name) : 0;
}
