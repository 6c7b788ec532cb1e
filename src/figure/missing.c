#include "figure/missing.h"

#include "base/array.h"

#include <hb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer text is told by the word. */
static const size_t WHOLE = 60;
static const size_t NAMED = 8; /* texts, of a package's warning */

void missing_release(struct missing *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->items[i].text);
	free(m->items);
	*m = (struct missing){ 0 };
}

/* Takes the text over. */
static void add(struct missing *m, char *text, const char *package)
{
	bool known = text == NULL;

	for (size_t i = 0; !known && i < m->count; i++)
		known = strcmp(m->items[i].text, text) == 0;
	if (!known && array_reserve(&m->items, &m->capacity, m->count + 1, sizeof *m->items) == 0) {
		m->items[m->count++] = (struct missing_text){ text, package };
		return;
	}
	m->failed |= text == NULL || !known;
	free(text);
}

/* Where there is not even a letter A, any font helps. */
static bool has_font(PangoLayout *layout)
{
	PangoLayout *letter = pango_layout_copy(layout);
	bool has;

	pango_layout_set_text(letter, "A", 1);
	has = pango_layout_get_unknown_glyphs_count(letter) == 0;
	g_object_unref(letter);
	return has;
}

static const char *package_of(PangoLayout *layout, gunichar character)
{
	static const struct {
		GUnicodeScript script;
		const char *package;
	} packages[] = {
		{ G_UNICODE_SCRIPT_HAN, "fonts-noto-cjk" },      { G_UNICODE_SCRIPT_HIRAGANA, "fonts-noto-cjk" },
		{ G_UNICODE_SCRIPT_KATAKANA, "fonts-noto-cjk" }, { G_UNICODE_SCRIPT_HANGUL, "fonts-noto-cjk" },
		{ G_UNICODE_SCRIPT_BOPOMOFO, "fonts-noto-cjk" }, { G_UNICODE_SCRIPT_COMMON, "fonts-symbola" },
	};
	bool wide = (character >= 0x3000 && character < 0x3400) || (character >= 0xff00 && character < 0xfff0);

	if (!has_font(layout))
		return "fonts-dejavu-core";
	for (size_t i = 0; !wide && i < sizeof packages / sizeof *packages; i++)
		if (g_unichar_get_script(character) == packages[i].script)
			return packages[i].package;
	return wide ? "fonts-noto-cjk" : "fonts-noto-core"; /* wide: punctuation of East Asia */
}

static bool is_between(char c)
{
	return strchr(" ,;:.()[]\n", c) != NULL;
}

/* The word around a byte of a text, or all of a short one, in new memory. */
static char *part_of(const char *text, size_t at)
{
	size_t first = at, end = at;

	if (strlen(text) <= WHOLE)
		return text_copy(text);
	while (first > 0 && !is_between(text[first - 1]))
		first--;
	while (!is_between(text[end])) /* its end is one */
		end++;
	return text_copy_n(text + first, end - first);
}

/* Fonts of coloured pictures have none: their glyphs cannot be drawn. */
static bool has_outlines(PangoFont *font)
{
	static const hb_tag_t tables[] = { HB_TAG('g', 'l', 'y', 'f'), HB_TAG('C', 'F', 'F', ' '),
					   HB_TAG('C', 'F', 'F', '2') };
	hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font));
	bool has = false;

	for (size_t i = 0; !has && i < sizeof tables / sizeof *tables; i++) {
		hb_blob_t *table = hb_face_reference_table(face, tables[i]);

		has = hb_blob_get_length(table) > 0;
		hb_blob_destroy(table);
	}
	return has;
}

static void note_run(struct missing *m, PangoLayout *layout, const PangoLayoutRun *run)
{
	const PangoGlyphString *string = run->glyphs;
	PangoFont *font = run->item->analysis.font;
	bool drawn = font != NULL && has_outlines(font);

	for (int i = 0; i < string->num_glyphs; i++) {
		PangoGlyph glyph = string->glyphs[i].glyph;
		const char *text = pango_layout_get_text(layout);
		size_t at = (size_t)(run->item->offset + string->log_clusters[i]);

		if (glyph != PANGO_GLYPH_EMPTY && (!drawn || (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0))
			add(m, part_of(text, at), package_of(layout, g_utf8_get_char(text + at)));
	}
}

void missing_note(struct missing *m, PangoLayout *layout)
{
	for (const GSList *l = pango_layout_get_lines_readonly(layout); l != NULL; l = l->next)
		for (const GSList *r = ((const PangoLayoutLine *)l->data)->runs; r != NULL; r = r->next)
			note_run(m, layout, r->data);
}

void missing_add(struct missing *m, const struct missing *other)
{
	m->failed |= other->failed;
	for (size_t i = 0; i < other->count; i++)
		add(m, text_copy(other->items[i].text), other->items[i].package);
}

static bool has_letter(const char *text)
{
	while (*text != '\0' && !g_unichar_isalpha(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return *text != '\0';
}

/* By package, those with letters before numbers, then by text: the order in
 * which threads drew is of no account. */
static int compare(const void *a, const void *b)
{
	const struct missing_text *x = a, *y = b;
	int packages = strcmp(x->package, y->package), letters = has_letter(y->text) - has_letter(x->text);

	return packages != 0 ? packages : letters != 0 ? letters : strcmp(x->text, y->text);
}

void missing_warn(struct missing *m, const struct context *ctx)
{
	if (m->count > 1)
		qsort(m->items, m->count, sizeof *m->items, compare);
	for (size_t i = 0, end; i < m->count; i = end) {
		char texts[1024] = "", more[48] = "";
		size_t length = 0, named = 0;

		for (end = i; end < m->count && strcmp(m->items[end].package, m->items[i].package) == 0; end++) {
			size_t need = strlen(m->items[end].text) + 4;

			if (named == NAMED || length + need >= sizeof texts)
				continue;
			length += (size_t)snprintf(texts + length, sizeof texts - length, "%s\"%s\"",
						   named > 0 ? ", " : "", m->items[end].text);
			named++;
		}
		if (end - i > named)
			snprintf(more, sizeof more, " and %zu more", end - i - named);
		context_warn(
			ctx,
			"no font here has the characters of %s%s, and boxes or gaps stand in their place: install %s",
			texts, more, m->items[i].package);
	}
	if (m->failed)
		context_warn(ctx, "memory was too short to name all texts that no font has");
}
