#include "figure/faces.h"

#include "base/array.h"
#include "base/utf8.h"
#include "figure/fonts.h"
#include "figure/names.h"

#include <hb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 0x110000 };

/* Beside ASCII, what figures write of their own. */
static const char own[] = "×·±²³¹ρ–’“”…⁰⁴⁵⁶⁷⁸⁹⁻→−∞≤≥";

static void mark(char *points, const char *text)
{
	for (size_t left = strlen(text), used; left > 0; text += used, left -= used) {
		uint32_t point;

		used = utf8_decode(&point, text, left);
		if (used == 0)
			used = 1;
		else
			points[point] = 1;
	}
}

/* The distinct characters of a text, and those that are always there, in their
 * order, without blanks and controls. */
static int characters_of(struct bytes *out, const char *text)
{
	char *points = array_new(POINTS, 1, 1);

	if (points == NULL)
		return -1;
	memset(&points['!'], 1, '~' - '!' + 1);
	mark(points, own);
	mark(points, text);
	for (uint32_t p = '!'; p < POINTS; p++)
		if (points[p] && (p < 0x7f || p > 0xa0)) {
			char character[4];

			bytes_add(out, character, utf8_encode(character, p));
		}
	free(points);
	return out->failed ? -1 : 0;
}

/* The revision that its maker gave a font: a fixed-point number at byte 4 of its
 * head table. */
static double revision_of(PangoFont *font)
{
	hb_blob_t *head =
		hb_face_reference_table(hb_font_get_face(pango_font_get_hb_font(font)), HB_TAG('h', 'e', 'a', 'd'));
	unsigned length;
	const unsigned char *data = (const unsigned char *)hb_blob_get_data(head, &length);
	double revision = length < 8 ? 0 : data[4] * 256 + data[5] + (data[6] * 256 + data[7]) / 65536.0;

	hb_blob_destroy(head);
	return revision;
}

/* "DejaVu Sans Bold 2.37" */
static void face_name(struct bytes *out, PangoFont *font)
{
	PangoFontDescription *d = pango_font_describe(font);
	char *text;

	pango_font_description_unset_fields(d, PANGO_FONT_MASK_SIZE);
	text = pango_font_description_to_string(d);
	bytes_text(out, text);
	bytes_format(out, " %.5g", revision_of(font));
	g_free(text);
	pango_font_description_free(d);
}

/* The faces of a layout's characters, in the order in which they are met. */
struct faces {
	struct names names;
	struct bytes *characters; /* (names), that each stands in for */
	size_t capacity;
	int failed;
};

/* The place of a face; NULL: of those that no font has. */
static size_t face_place(struct faces *f, PangoFont *font)
{
	struct bytes name = { 0 };
	size_t known = f->names.count, place;

	if (font == NULL)
		bytes_text(&name, "none");
	else
		face_name(&name, font);
	place = names_place(&f->names, &name, &f->failed);
	bytes_release(&name);
	if (f->names.count > known) {
		if (array_reserve(&f->characters, &f->capacity, known + 1, sizeof *f->characters) < 0)
			f->failed = 1;
		else
			f->characters[known] = (struct bytes){ 0 };
	}
	return place;
}

static void run_add(struct faces *f, PangoLayout *layout, const PangoLayoutRun *run)
{
	const char *text = pango_layout_get_text(layout) + run->item->offset;
	const PangoGlyphString *string = run->glyphs;
	PangoFont *font = NULL;
	size_t place = SIZE_MAX;

	for (int i = 0; i < string->num_glyphs; i++) {
		PangoGlyph glyph = string->glyphs[i].glyph;
		PangoFont *of = (glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 ? NULL : run->item->analysis.font;
		const char *character = text + string->log_clusters[i];
		uint32_t point;

		if (glyph == PANGO_GLYPH_EMPTY || (i > 0 && string->log_clusters[i] == string->log_clusters[i - 1]))
			continue;
		if (place == SIZE_MAX || of != font)
			place = face_place(f, of);
		font = of;
		if (!f->failed)
			bytes_add(&f->characters[place], character,
				  utf8_decode(&point, character, strlen(character)));
	}
}

/* Of the first face, which has nearly all, the characters are not told. */
static void faces_write(struct bytes *out, struct faces *f, PangoLayout *layout)
{
	const PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);

	for (const GSList *r = line->runs; r != NULL; r = r->next)
		run_add(f, layout, r->data);
	for (size_t i = 0; i < f->names.count && !f->failed; i++) {
		bytes_text(out, i > 0 ? ", " : out->size > 0 ? "; " : "");
		bytes_text(out, f->names.items[i]);
		bytes_text(out, i > 0 ? " " : "");
		bytes_text(out, i > 0 ? f->characters[i].data : "");
	}
}

static void style_write(struct bytes *out, struct fonts *fonts, const char *characters, bool bold, bool italic)
{
	PangoLayout *layout = fonts_layout(fonts, characters, TEXT_SIZE, bold, 0);
	PangoFontDescription *d = pango_font_description_copy(pango_layout_get_font_description(layout));
	struct faces f = { 0 };

	pango_font_description_set_style(d, italic ? PANGO_STYLE_OBLIQUE : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, d);
	faces_write(out, &f, layout);
	out->failed |= f.failed;
	for (size_t i = 0; i < f.names.count && !f.failed; i++)
		bytes_release(&f.characters[i]);
	free(f.characters);
	names_release(&f.names);
	pango_font_description_free(d);
	g_object_unref(layout);
}

char *faces_used(const char *text, bool pages)
{
	struct fonts *fonts = fonts_new();
	struct bytes characters = { 0 }, out = { 0 };

	if (fonts == NULL || characters_of(&characters, text) < 0) {
		out.failed = 1;
	} else {
		style_write(&out, fonts, characters.data, false, false);
		style_write(&out, fonts, characters.data, true, false);
		if (pages)
			style_write(&out, fonts, characters.data, false, true);
	}
	fonts_free(fonts);
	bytes_release(&characters);
	if (out.failed)
		bytes_release(&out);
	return out.data;
}
