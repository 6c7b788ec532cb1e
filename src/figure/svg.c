#include "figure/svg.h"

#include "base/array.h"
#include "base/sha256.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts in the order of their first appearance; the place is the name. Ids,
 * since cairo numbers surfaces through the life of the process and several
 * figures share a page; styles, which become classes; and runs of glyphs, which
 * are written once and used again wherever the same text stands. */
struct names {
	struct name {
		char *text;
		size_t length;
		double x, y; /* of a run: where it first stood */
	} * items;
	size_t count, capacity;
};

struct rewrite {
	struct bytes *out;
	struct names ids, styles, runs;
	char prefix[10];
};

static size_t name_place(struct names *n, const char *text, size_t length, int *failed)
{
	size_t i;
	char *copy;

	for (i = 0; i < n->count; i++)
		if (n->items[i].length == length && memcmp(n->items[i].text, text, length) == 0)
			return i;
	copy = text_copy_n(text, length);
	if (copy == NULL || array_reserve(&n->items, &n->capacity, i + 1, sizeof *n->items) < 0) {
		free(copy);
		*failed = 1;
		return 0;
	}
	n->items[n->count++] = (struct name){ copy, length, 0, 0 };
	return i;
}

static void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->items[i].text);
	free(n->items);
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

/* To a hundredth, in as few characters as that takes. */
static void number_write(struct bytes *out, double value)
{
	char text[48];
	size_t length;

	snprintf(text, sizeof text, "%.2f", value);
	for (length = strlen(text); text[length - 1] == '0'; length--)
		;
	if (text[length - 1] == '.')
		length--;
	if (length == 2 && memcmp(text, "-0", 2) == 0)
		bytes_text(out, "0");
	else if (length > 2 && memcmp(text, "0.", 2) == 0)
		bytes_add(out, text + 1, length - 1);
	else
		bytes_add(out, text, length);
}

/* At "fill:rgb(", "stroke:rgb(" or "stop-color:rgb(": writes the colour in hexadecimal and, where
 * it is a role's, a second declaration with the variable, which a reader of SVG
 * that knows no variables drops. Returns the bytes consumed, or 0. */
static size_t colour_write(struct bytes *out, const char *at)
{
	size_t property = strncmp(at, "fill:rgb(", 9) == 0          ? 4
			  : strncmp(at, "stroke:rgb(", 11) == 0     ? 6
			  : strncmp(at, "stop-color:rgb(", 15) == 0 ? 10
								    : 0;
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

/* Declarations that say what holds anyway; lines join round wherever it
 * matters. */
static bool is_needless(const char *at, size_t length)
{
	static const char *const texts[] = { "fill-opacity:1",      "stroke-opacity:1",     "fill-rule:nonzero",
					     "stroke-linecap:butt", "stroke-miterlimit:10", "stroke:none",
					     "stop-opacity:1" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strlen(texts[i]) == length && memcmp(at, texts[i], length) == 0)
			return true;
	return false;
}

/* The declarations of a style attribute, up to its quote, become a class. */
static void style_write(struct rewrite *w, const char *at, const char *end)
{
	struct bytes text = { 0 };

	while (at < end) {
		size_t length = strcspn(at, ";\""), used;

		if (*at == ' ' || *at == ';') {
			at++;
			continue;
		}
		used = colour_write(&text, at);
		if (used == 0 && strncmp(at, "fill:url(#", 10) == 0)
			bytes_format(&text, "fill:url(#%s-%zu)", w->prefix,
				     name_place(&w->ids, at + 10, length - 11, &w->out->failed));
		else if (used == 0 && !is_needless(at, length))
			bytes_add(&text, at, length);
		if (used > 0 || !is_needless(at, length))
			bytes_text(&text, ";");
		at += used > 0 ? used : length;
	}
	/* "fill:#450b5d;", the colour of a value, seldom comes twice. */
	if (text.size == 13 && memcmp(text.data, "fill:#", 6) == 0)
		bytes_format(w->out, " fill=\"%.7s\"", text.data + 5);
	else if (text.size > 0)
		bytes_format(w->out, " class=\"k%zu\"",
			     name_place(&w->styles, text.data, text.size, &w->out->failed));
	w->out->failed |= text.failed;
	bytes_release(&text);
}

/* What follows the attribute's name, its quotes included. */
static void attribute_write(struct rewrite *w, const char *name, size_t length, const char *value, const char *end)
{
	bool reference = length == 10 && memcmp(name, "xlink:href", 10) == 0;

	if (length == 5 && memcmp(name, "style", 5) == 0) {
		style_write(w, value, end);
		return;
	}
	if (length == 9 && memcmp(name, "clip-rule", 9) == 0)
		return;
	bytes_text(w->out, " ");
	bytes_add(w->out, name, length);
	bytes_text(w->out, "=\"");
	if (length == 2 && memcmp(name, "id", 2) == 0)
		bytes_format(w->out, "%s-%zu", w->prefix,
			     name_place(&w->ids, value, (size_t)(end - value), &w->out->failed));
	else if (reference || strncmp(value, "url(#", 5) == 0) {
		size_t skip = reference ? 1 : 5, rest = (size_t)(end - value) - skip - (reference ? 0 : 1);

		bytes_add(w->out, value, skip);
		bytes_format(w->out, "%s-%zu%s", w->prefix, name_place(&w->ids, value + skip, rest, &w->out->failed),
			     reference ? "" : ")");
	} else if (length == 1 && *name == 'd')
		svg_path(w->out, value, end);
	else if (length == 1 && (*name == 'x' || *name == 'y'))
		number_write(w->out, strtod(value, NULL));
	else
		bytes_add(w->out, value, (size_t)(end - value));
	bytes_text(w->out, "\"");
}

/* A glyph: a symbol that holds nothing but a path is the path itself. Returns
 * where it ends, or NULL if it is something else. */
static const char *glyph_write(struct rewrite *w, const char *at)
{
	const char *close = strstr(at, "</symbol>"), *id = strstr(at, " id=\""), *path = strstr(at, "<path "), *d,
		   *end;

	if (close == NULL || id == NULL || path == NULL || id > path || path > close)
		return NULL;
	d = strstr(path, " d=\"");
	end = d == NULL ? NULL : strchr(d + 4, '"');
	if (end == NULL || end > close || strncmp(end, "\"/>\n</symbol>", 13) != 0)
		return NULL;
	bytes_text(w->out, "<path");
	attribute_write(w, "id", 2, id + 5, strchr(id + 5, '"'));
	attribute_write(w, "d", 1, d + 4, end);
	bytes_text(w->out, "/>");
	return close + 9;
}

/* What tells a run of glyphs on one line from others: the glyphs, and how far
 * each stands from the first, whose place goes to (x, y). False if `at` is
 * something else. */
static bool run_key(struct bytes *key, double *x, double *y, const char *at, const char *end)
{
	static const char open[] = "<use xlink:href=\"#";
	size_t count = 0;

	for (at += strspn(at, " \n"); at < end; at += strspn(at, " \n")) {
		size_t id = strcspn(at + sizeof open - 1, "\"");
		double here[2];
		int used = 0;

		if (strncmp(at, open, sizeof open - 1) != 0 || id > 64)
			return false;
		if (sscanf(at + sizeof open - 1 + id, "\" x=\"%lf\" y=\"%lf\"/>%n", &here[0], &here[1], &used) != 2 ||
		    used == 0)
			return false;
		*x = count == 0 ? here[0] : *x;
		*y = count == 0 ? here[1] : *y;
		if (here[1] != *y)
			return false;
		bytes_format(key, "%.*s %.2f ", (int)id, at + sizeof open - 1, here[0] - *x);
		at += sizeof open - 1 + id + (size_t)used;
		count++;
	}
	return count > 1;
}

static void body_write(struct rewrite *w, const char *at, const char *end);

/* A text: a group that holds nothing but glyphs on a line. Where it stands for
 * the first time it gets a name, and later uses the first. Returns where it
 * ends, or NULL if it is something else. */
static const char *run_write(struct rewrite *w, const char *at)
{
	const char *style = at + 10, *close = strstr(at, "</g>"), *quote = strchr(style, '"');
	struct bytes key = { 0 };
	size_t known = w->runs.count, place;
	double x = 0, y = 0;

	if (close == NULL || quote == NULL || strncmp(quote, "\">", 2) != 0 ||
	    !run_key(&key, &x, &y, quote + 2, close)) {
		bytes_release(&key);
		return NULL;
	}
	place = name_place(&w->runs, key.data, key.size, &w->out->failed);
	bytes_release(&key);
	if (w->out->failed)
		return NULL;
	if (place < known) {
		bytes_text(w->out, "<use");
		style_write(w, style, quote);
		bytes_format(w->out, " xlink:href=\"#%s-r%zu\" x=\"", w->prefix, place);
		number_write(w->out, x - w->runs.items[place].x);
		bytes_text(w->out, "\" y=\"");
		number_write(w->out, y - w->runs.items[place].y);
		bytes_text(w->out, "\"/>");
	} else {
		w->runs.items[place].x = x;
		w->runs.items[place].y = y;
		bytes_text(w->out, "<g");
		style_write(w, style, quote);
		bytes_format(w->out, "><g id=\"%s-r%zu\">", w->prefix, place);
		body_write(w, quote + 2, close);
		bytes_text(w->out, "</g></g>");
	}
	return close + 4;
}

/* Copies cairo's elements; it writes every attribute as name="value". */
static void body_write(struct rewrite *w, const char *at, const char *end)
{
	while (at < end) {
		const char *equals, *close;

		if (*at == ' ' && at[-1] == '\n') { /* cairo indents */
			at += strspn(at, " ");
			continue;
		}
		if (*at != '<' || at[1] == '/') {
			bytes_add(w->out, at++, 1);
			continue;
		}
		if ((strncmp(at, "<symbol ", 8) == 0 && (equals = glyph_write(w, at)) != NULL) ||
		    (strncmp(at, "<g style=\"", 10) == 0 && (equals = run_write(w, at)) != NULL)) {
			at = equals;
			continue;
		}
		for (; at < end && *at != ' ' && *at != '>'; at++)
			bytes_add(w->out, at, 1);
		while (at < end && *at == ' ') {
			at += strspn(at, " ");
			equals = strchr(at, '=');
			close = equals == NULL ? NULL : strchr(equals + 2, '"');
			if (close == NULL || *at == '/' || *at == '>')
				break;
			attribute_write(w, at, (size_t)(equals - at), equals + 2, close);
			at = close + 1;
		}
	}
}

/* To a tenth. */
static void hover_point(struct bytes *out, const char *before, double x, double y)
{
	bytes_text(out, before);
	number_write(out, round(10 * x) / 10);
	bytes_text(out, " ");
	number_write(out, round(10 * y) / 10);
}

static void hover_path(struct bytes *out, const struct note *h)
{
	if (h->line == NULL) {
		hover_point(out, "M", h->x, h->y + h->height / 2);
		bytes_format(out, "h%.3g", h->width);
	}
	for (size_t i = 0; h->line != NULL && i < h->points; i++)
		hover_point(out, i == 0 ? "M" : " ", h->line[2 * i], h->line[2 * i + 1]);
}

/* A hover text hangs on a line as broad as its box is high, which is not drawn
 * and yet felt. */
static void hovers_write(struct bytes *out, const struct canvas *c)
{
	double height = -1;

	for (size_t i = 0; i < c->hovers.count; i++) {
		const struct note *h = &c->hovers.items[i];

		if (h->height != height)
			bytes_format(out, "%s<g fill=\"none\" pointer-events=\"stroke\" stroke-width=\"%.3g\">\n",
				     i == 0 ? "" : "</g>\n", h->height);
		height = h->height;
		bytes_text(out, "<path d=\"");
		hover_path(out, h);
		bytes_text(out, "\"><title>");
		escape(out, h->text);
		bytes_text(out, "</title></path>\n");
	}
	if (c->hovers.count > 0)
		bytes_text(out, "</g>\n");
}

/* The classes; and the dark scheme, in force where the picture is a document of
 * its own: inside a page, the page sets the variables. */
static void rules_write(struct bytes *out, const struct rewrite *w)
{
	bytes_text(out, "<style>\n");
	for (size_t i = 0; i < w->styles.count; i++) {
		bytes_format(out, "#%s .k%zu{", w->prefix, i);
		bytes_add(out, w->styles.items[i].text, w->styles.items[i].length);
		bytes_text(out, "}\n");
	}
	bytes_text(out, "@media (prefers-color-scheme:dark){svg:root{");
	for (int role = 0; role < ROLE_COUNT; role++)
		bytes_format(out, "--figure-%s:#%06x;", role_name((enum role)role),
			     packed(role_colour_dark((enum role)role)));
	bytes_text(out, "}}\n</style>\n");
}

static void head_write(struct bytes *out, const struct rewrite *w, const struct picture *p)
{
	bytes_format(out, " id=\"%s\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
		     w->prefix, w->prefix, w->prefix, w->prefix);
	escape(out, p->title);
	bytes_format(out, "</title>\n<desc id=\"%s-desc\">", w->prefix);
	escape(out, p->description);
	bytes_text(out, "</desc>\n");
}

int svg_finish(struct bytes *out, const struct bytes *raw, const struct picture *p, const struct canvas *c,
	       struct error *err)
{
	const char *open = raw->data == NULL ? NULL : strstr(raw->data, "<svg ");
	const char *head = open == NULL ? NULL : strchr(open, '>');
	const char *end = head == NULL ? NULL : strstr(head, "</svg>");
	struct bytes body = { 0 };
	struct rewrite w = { .out = &body };
	char digest[65];

	if (end == NULL)
		return error_set(err, STATUS_MACHINE, "%s: cairo wrote no SVG", p->name);
	sha256_bytes(digest, p->name, strlen(p->name));
	snprintf(w.prefix, sizeof w.prefix, "f%.8s", digest);
	body_write(&w, head + 1 + (head[1] == '\n'), end);
	bytes_add(out, raw->data, (size_t)(head - raw->data));
	head_write(out, &w, p);
	rules_write(out, &w);
	bytes_add(out, body.data, body.size);
	hovers_write(out, c);
	bytes_text(out, "</svg>\n");
	out->failed |= body.failed;
	names_release(&w.ids);
	names_release(&w.styles);
	names_release(&w.runs);
	bytes_release(&body);
	return out->failed ? error_memory(err, p->name) : 0;
}
