/* The three files of a picture, and the colours. */
#include "pdf.h"
#include "support.h"

#include "base/utf8.h"
#include "figure/colour.h"
#include "figure/picture.h"
#include "figure/svg_path.h"
#include "figure/sanitize.h"

#include <math.h>
#include <png.h>
#include <string.h>

static void paint_sample(struct canvas *c, const void *plot)
{
	const char *text = plot;

	canvas_box(c, 10, 10, 30, 20, role_colour(ROLE_PAPER));
	canvas_line(c, 0, 0, 100, 50, (struct stroke){ 1, role_colour(ROLE_GRID), DASH_LONG });
	canvas_marker(c, 50, 25, 4, 3, palette_colour(2), FILL_FULL);
	canvas_box(c, 60, 10, 12.345, 20, colour_magnitude(0.5));
	canvas_hatch(c, 70, 30, 10, 10);
	canvas_gradient(c, 80, 2, 10, 5, 2, (struct colour[]){ { .r = 1, .a = 1 }, { .b = 1, .a = 1 } });
	canvas_text(c, 5, 40, text, (struct text){ 0 });
	canvas_hover(c, 1, 2, 3, 4, "%s: <&\">", text);
	canvas_hover_line(c, 3, (double[]){ 1, NAN, 30.04 }, (double[]){ 2, 3, 40 }, "a line");
}

static const struct picture sample = { "sample", "A <title> & more", "What \"it\" shows", 100, 50, paint_sample,
				       "NOUN" };

static void draw_svg(struct bytes *out, const struct picture *p)
{
	struct fonts *fonts = fonts_new();
	struct error err = { 0 };

	*out = (struct bytes){ 0 };
	assert_int_equal(picture_svg(out, p, fonts, &err), 0);
	fonts_free(fonts);
}

static void assert_has(const struct bytes *b, const char *text)
{
	if (strstr(b->data, text) == NULL)
		fail_msg("no %s in %s", text, b->data);
}

static void assert_lacks(const struct bytes *b, const char *text)
{
	if (strstr(b->data, text) != NULL)
		fail_msg("%s in %s", text, b->data);
}

static void test_svg_says_what_it_is(void **state)
{
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &sample);
	assert_has(&svg, "role=\"img\" aria-labelledby=\"f");
	assert_has(&svg, "-title\">A &lt;title&gt; &amp; more</title>");
	assert_has(&svg, "-desc\">What &quot;it&quot; shows</desc>");
	assert_has(&svg, "<path d=\"M1 4h3\"><title>NOUN: &lt;&amp;&quot;&gt;</title>");
	assert_has(&svg, "stroke-width=\"3\">\n<path d=\"M1 2 30 40\"><title>a line</title></path>");
	bytes_release(&svg);
}

static void test_svg_follows_the_scheme(void **state)
{
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &sample);
	assert_has(&svg, "stroke:#e3e3e6;stroke:var(--figure-grid,#e3e3e6)");
	assert_has(&svg, "fill:#1c1c1e;fill:var(--figure-ink,#1c1c1e)");
	assert_has(&svg, "fill:#00675a;fill:var(--figure-3,#00675a)");
	assert_has(&svg, "fill:#ffffff;fill:var(--figure-paper,#ffffff)");
	assert_has(&svg, " fill=\"#21918c\""); /* a value's colour stays */
	assert_has(&svg, "svg:root{--figure-ink:#ececee;");
	assert_lacks(&svg, "rgb(");
	assert_lacks(&svg, "style=\"");
	bytes_release(&svg);
}

/* Ids depend on the picture's name alone, whatever was drawn before. */
static void test_svg_ids(void **state)
{
	struct picture other = sample;
	struct bytes first, second, third;
	const char *at;
	char prefix[10];

	(void)state;
	other.name = "other";
	draw_svg(&first, &sample);
	draw_svg(&second, &other);
	draw_svg(&third, &sample);
	assert_string_equal(first.data, third.data);
	assert_string_not_equal(first.data, second.data);
	memcpy(prefix, strstr(first.data, " id=\"") + 5, 9);
	prefix[9] = '\0';
	assert_lacks(&second, prefix);
	assert_lacks(&first, "surface");
	assert_has(&first, " fill=\"url(#f");
	assert_has(&first, "<linearGradient id=\"f");
	assert_has(&first, "<stop offset=\"0\" stop-color=\"#ff0000\"/><stop offset=\"1\" stop-color=\"#0000ff\"/>");
	for (at = first.data; (at = strstr(at, "href=\"#")) != NULL; at++)
		assert_memory_equal(at + 7, prefix, 9);
	for (at = first.data; (at = strstr(at, "url(#")) != NULL; at++)
		assert_memory_equal(at + 5, prefix, 9);
	bytes_release(&first);
	bytes_release(&second);
	bytes_release(&third);
}

/* Every element that is opened is closed, in order. */
static void test_svg_is_well_formed(void **state)
{
	char open[32][32];
	size_t depth = 0, most = 0;
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &sample);
	for (const char *at = strstr(svg.data, "<svg"); (at = strchr(at, '<')) != NULL; at++) {
		const char *end = strchr(at, '>');
		size_t length = strcspn(at + 1 + (at[1] == '/'), " >/\n");

		assert_non_null(end);
		if (at[1] == '/') {
			assert_true(depth > 0);
			depth--;
			assert_true(strlen(open[depth]) == length && memcmp(open[depth], at + 2, length) == 0);
		} else if (end[-1] != '/') {
			assert_true(depth < 32 && length < 32);
			memcpy(open[depth], at + 1, length);
			open[depth++][length] = '\0';
		}
		most = depth > most ? depth : most;
	}
	assert_int_equal(depth, 0);
	assert_true(most >= 3);
	bytes_release(&svg);
}

/* A path laid by cairo, from "M x y", "L x y", "C x y x y x y" and "Z". */
static void check_path(const char *text, const char *expected)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	cairo_t *cr = cairo_create(surface);
	struct bytes out = { 0 };
	cairo_path_t *path;

	while (*text != '\0') {
		char command = *text++, *end;
		double v[6] = { 0 };

		for (size_t i = 0; i < (command == 'Z' ? 0 : command == 'C' ? 6 : 2); i++, text = end)
			v[i] = strtod(text, &end);
		if (command == 'M')
			cairo_move_to(cr, v[0], v[1]);
		else if (command == 'L')
			cairo_line_to(cr, v[0], v[1]);
		else if (command == 'C')
			cairo_curve_to(cr, v[0], v[1], v[2], v[3], v[4], v[5]);
		else if (command == 'Z')
			cairo_close_path(cr);
	}
	path = cairo_copy_path(cr);
	svg_path(&out, path);
	bytes_text(&out, "");
	assert_string_equal(out.data, expected);
	bytes_release(&out);
	cairo_path_destroy(path);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
}

static void test_svg_paths(void **state)
{
	(void)state;
	check_path("M 1 1 L 11 1 L 11 11 L 1 11 Z M 1 1", "m1 1h10v10h-10z");
	check_path("M 0.344 1.2 L -0.5 -4.796875", "m.34 1.2-.84-6");
	check_path("M 0 0 C 1 2 3 4 5.5 6.25 C 7 8 9 10 11 12", "m0 0c1 2 3 4 5.5 6.25 1.5 1.75 3.5 3.75 5.5 5.75");
	check_path("M 10 10 L 20 11 Z M 30 30 L 31 30.5", "m10 10 10 1zm20 20 1 .5");
	check_path("M 5 5 M 10 10 L 20 11 M 3 3", "m10 10 10 1");
	/* A quadratic from (3, 0) by (6, 6) to (9, 3), its degree raised. */
	check_path("M 3 0 C 5 4 7 5 9 3", "m3 0q3 6 6 3");
	/* Thirds of a point: roundings do not add up. */
	check_path("M 0 0 L 0.333 1 L 0.667 2 L 1 3", "m0 0 .33 1 .34 1 .33 1");
}

static void paint_twice(struct canvas *c, const void *plot)
{
	canvas_text(c, 5, 10, plot, (struct text){ 0 });
	canvas_text(c, 45.5, 30, plot, (struct text){ .colour = palette_colour(0) });
	canvas_text(c, 5, 45, "UN", (struct text){ 0 });
}

static size_t count_of(const struct bytes *b, const char *text)
{
	size_t count = 0;

	for (const char *at = b->data; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

/* A text that stands twice is written once, and used in the other's colour; one
 * of the same glyphs in another order is another. */
static void test_svg_uses_a_text_again(void **state)
{
	const struct picture twice = { "twice", "A", "B", 100, 50, paint_twice, "NU" };
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &twice);
	assert_int_equal(count_of(&svg, "<use "), 2 + 1 + 2);
	assert_int_equal(count_of(&svg, "-t0\""), 2);
	assert_int_equal(count_of(&svg, "-t1\""), 1);
	assert_has(&svg, "<g class=\"k0\" transform=\"translate(5,12.48)\"><g id=\"f");
	assert_has(&svg, "<use class=\"k1\" transform=\"translate(45.5,32.48)\" xlink:href=\"#f");
	bytes_release(&svg);
}

static void paint_turned(struct canvas *c, const void *plot)
{
	canvas_text(c, 50, 30, plot, (struct text){ .turn = 90 });
	canvas_text(c, 20, 30, " ", (struct text){ 0 });
}

/* Its middle line is upright at 50: the baseline lies half a capital to the
 * right. What is blank leaves nothing. */
static void test_svg_turns_a_text(void **state)
{
	const struct picture turned = { "turned", "A", "B", 100, 50, paint_turned, "N" };
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &turned);
	assert_has(&svg, " transform=\"translate(52.48,30) rotate(-90)\"><g id=");
	assert_int_equal(count_of(&svg, "<use "), 1);
	assert_int_equal(count_of(&svg, "<g "), 2);
	bytes_release(&svg);
}

static void paint_values(struct canvas *c, const void *plot)
{
	struct colour ink = role_colour(ROLE_INK), same = ink;

	(void)plot;
	same.role = ROLE_NONE;
	canvas_box(c, 0, 0, 10, 10, same);
	canvas_box(c, 20, 0, 10, 10, colour_alpha(same, 0.5));
	canvas_box(c, 40, 0, 10, 10, colour_alpha(ink, 0.25));
}

/* A role is known as such, not by its value, which other colours may have. */
static void test_svg_knows_roles(void **state)
{
	const struct picture values = { "values", "A", "B", 100, 50, paint_values, NULL };
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &values);
	assert_has(&svg, "<path fill=\"#1c1c1e\" d=\"m0 0h10v10h-10z\"/>");
	assert_has(&svg, ".k0{fill:#1c1c1e;fill-opacity:0.5;}");
	assert_has(&svg, ".k1{fill:#1c1c1e;fill:var(--figure-ink,#1c1c1e);fill-opacity:0.25;}");
	bytes_release(&svg);
}

static void paint_controls(struct canvas *c, const void *plot)
{
	canvas_text(c, 5, 10, plot, (struct text){ 0 });
	canvas_hover(c, 1, 2, 3, 4, "%s", (const char *)plot);
}

/* Characters that XML forbids: controls of ASCII and of Latin 1, U+FFFE and
 * U+FFFF; and bytes that are no UTF-8. */
static void test_svg_has_no_controls(void **state)
{
	static const char text[] = "a\x01\x08\x1b\x7f\xc2\x85\xef\xbf\xbe\xef\xbf\xbf"
				   "b\nc\td";
	const struct picture controls = { "controls", text, "x\xff\xc0y", 100, 50, paint_controls, text };
	struct bytes svg;

	(void)state;
	draw_svg(&svg, &controls);
	assert_has(&svg, "-title\">a     \xef\xbf\xbd\xef\xbf\xbd"
			 "b c d</title>");
	assert_has(&svg, "-desc\">x\xef\xbf\xbd\xef\xbf\xbdy</desc>");
	assert_has(&svg, "<title>a     ");
	assert_int_equal(utf8_check(svg.data, svg.size), svg.size);
	for (size_t i = 0; i < svg.size; i++)
		assert_true((unsigned char)svg.data[i] >= ' ' || svg.data[i] == '\n');
	bytes_release(&svg);
}

static void test_pdf_has_one_date(void **state)
{
	struct fonts *fonts = fonts_new();
	struct error err = { 0 };
	struct bytes a = { 0 }, b = { 0 };
	struct pdf pdf;

	(void)state;
	assert_int_equal(picture_pdf(&a, &sample, "2022-05-22", fonts, &err), 0);
	assert_int_equal(picture_pdf(&b, &sample, "2022-05-22", fonts, &err), 0);
	assert_int_equal(a.size, b.size);
	assert_memory_equal(a.data, b.data, a.size);
	assert_memory_equal(a.data, "%PDF-1.5", 8);
	pdf = pdf_open(a.data, a.size);
	assert_true(pdf_has(&pdf, "/CreationDate (20220522000000"));
	assert_false(pdf_has(&pdf, "/ModDate"));
	free(pdf.data);
	bytes_release(&a);
	bytes_release(&b);
	fonts_free(fonts);
}

struct reader {
	const struct bytes *bytes;
	size_t at;
};

static void read_bytes(png_structp png, png_bytep data, png_size_t size)
{
	struct reader *r = png_get_io_ptr(png);

	assert_true(r->at + size <= r->bytes->size);
	memcpy(data, r->bytes->data + r->at, size);
	r->at += size;
}

static const char *png_text_of(png_structp png, png_infop info, const char *key)
{
	png_textp texts;
	int count = 0;

	png_get_text(png, info, &texts, &count);
	for (int i = 0; i < count; i++)
		if (strcmp(texts[i].key, key) == 0)
			return texts[i].text;
	return NULL;
}

static void test_png_carries_its_table(void **state)
{
	const char *digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	struct fonts *fonts = fonts_new();
	struct error err = { 0 };
	struct bytes file = { 0 };
	struct reader reader = { &file, 0 };
	png_bytepp rows;

	(void)state;
	assert_int_equal(picture_png(&file, &sample, 2, digest, fonts, &err), 0);
	png_set_read_fn(png, &reader, read_bytes);
	png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
	assert_int_equal(png_get_image_width(png, info), 200);
	assert_int_equal(png_get_image_height(png, info), 100);
	assert_int_equal(png_get_color_type(png, info), PNG_COLOR_TYPE_RGB);
	assert_int_equal(png_get_x_pixels_per_meter(png, info), 5669); /* 144 an inch */
	assert_string_equal(png_text_of(png, info, "Table-SHA256"), digest);
	assert_string_equal(png_text_of(png, info, "Title"), sample.title);
	assert_string_equal(png_text_of(png, info, "Description"), sample.description);
	rows = png_get_rows(png, info);
	assert_memory_equal(rows[0] + 3 * 199, "\xff\xff\xff", 3);  /* on white */
	assert_memory_equal(rows[40] + 3 * 135, "\x21\x91\x8c", 3); /* the middle of the map */
	png_destroy_read_struct(&png, &info, NULL);
	bytes_release(&file);
	fonts_free(fonts);
}

static void test_text_is_cut_to_its_limit(void **state)
{
	struct fonts *fonts = fonts_new();
	double whole = fonts_text_width(fonts, "nsubj:passive", (struct text){ 0 });

	(void)state;
	assert_true(whole > 40 && whole < 50);
	assert_true(fonts_text_width(fonts, "nsubj:passive", (struct text){ .limit = 30 }) <= 30);
	assert_true(fonts_text_width(fonts, "nsubj:passive", (struct text){ .limit = 60 }) == whole);
	assert_true(fabs(fonts_text_width(fonts, "nsubj:passive", (struct text){ .size = 2 * TEXT_SIZE }) -
			 2 * whole) < 0.1);
	assert_true(fonts_text_width(fonts, NULL, (struct text){ 0 }) == 0);
	fonts_free(fonts);
}

/* Told apart in grey on white and on dark, and seen against both. */
static void test_palette(void **state)
{
	(void)state;
	for (int dark = 0; dark < 2; dark++)
		for (int i = 0; i < PALETTE_COUNT; i++) {
			enum role r = (enum role)(ROLE_FIRST + i);
			double a = colour_lightness(dark ? role_colour_dark(r) : role_colour(r));
			double paper =
				colour_lightness(dark ? role_colour_dark(ROLE_PAPER) : role_colour(ROLE_PAPER));

			assert_true(fabs(a - paper) > 35);
			for (int k = 0; k < i; k++) {
				enum role s = (enum role)(ROLE_FIRST + k);
				double b = colour_lightness(dark ? role_colour_dark(s) : role_colour(s));

				if (fabs(a - b) < 4.5)
					fail_msg("colours %d and %d: lightness %.1f and %.1f", k + 1, i + 1, b, a);
			}
		}
}

/* Lightness rises all along the map of magnitudes; that of differences is
 * lightest in the middle and as dark on either side. */
static void test_maps(void **state)
{
	double last = -1;

	(void)state;
	for (double t = 0; t <= 1; t += 0.01) {
		double l = colour_lightness(colour_magnitude(t));

		assert_true(l > last);
		last = l;
	}
	assert_true(colour_lightness(colour_difference(0)) > 94);
	for (double t = 0.1; t <= 1; t += 0.1) {
		double below = colour_lightness(colour_difference(-t)),
		       above = colour_lightness(colour_difference(t));

		assert_true(fabs(below - above) < 6);
		assert_true(below < colour_lightness(colour_difference(-t + 0.1)));
	}
}

/* WCAG 2: (L1 + 0.05) / (L2 + 0.05) of relative luminances, 4.5 for text. */
static double contrast(struct colour a, struct colour b)
{
	double y[2];

	for (int i = 0; i < 2; i++) {
		double l = colour_lightness(i == 0 ? a : b), f = (l + 16) / 116;

		y[i] = l > 8 ? f * f * f : l * 27 / 24389;
	}
	return (fmax(y[0], y[1]) + 0.05) / (fmin(y[0], y[1]) + 0.05);
}

static void test_contrast(void **state)
{
	const struct colour page = {
		.r = 0x17 / 255.0, .g = 0x18 / 255.0, .b = 0x1b / 255.0, .a = 1
	}; /* a dark report's */

	(void)state;
	for (double t = 0; t <= 1; t += 0.01) {
		struct colour m = colour_magnitude(t), d = colour_difference(2 * t - 1);

		assert_true(contrast(colour_on(m), m) >= 4.5);
		assert_true(contrast(colour_on(d), d) >= 4.5);
	}
	for (enum role r = ROLE_INK; r <= ROLE_SOFT; r++) {
		assert_true(contrast(role_colour(r), role_colour(ROLE_PAPER)) >= 4.5);
		assert_true(contrast(role_colour_dark(r), role_colour_dark(ROLE_PAPER)) >= 4.5);
	}
	for (int i = 0; i < PALETTE_COUNT; i++) {
		enum role r = (enum role)(ROLE_NAMES + i);

		assert_true(contrast(name_colour(i), role_colour(ROLE_PAPER)) >= 4.5);
		assert_true(contrast(role_colour_dark(r), role_colour_dark(ROLE_PAPER)) >= 4.5);
		assert_true(contrast(role_colour_dark(r), page) >= 4.5);
	}
	for (int i = 0; i < PALETTE_COUNT; i++) { /* marks: 3 */
		enum role r = (enum role)(ROLE_FIRST + i);

		assert_true(contrast(role_colour(r), role_colour(ROLE_PAPER)) >= 3);
		assert_true(contrast(role_colour_dark(r), role_colour_dark(ROLE_PAPER)) >= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_svg_says_what_it_is),
		cmocka_unit_test(test_svg_follows_the_scheme),
		cmocka_unit_test(test_svg_ids),
		cmocka_unit_test(test_svg_is_well_formed),
		cmocka_unit_test(test_svg_paths),
		cmocka_unit_test(test_svg_uses_a_text_again),
		cmocka_unit_test(test_svg_turns_a_text),
		cmocka_unit_test(test_svg_knows_roles),
		cmocka_unit_test(test_svg_has_no_controls),
		cmocka_unit_test(test_pdf_has_one_date),
		cmocka_unit_test(test_png_carries_its_table),
		cmocka_unit_test(test_text_is_cut_to_its_limit),
		cmocka_unit_test(test_palette),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_contrast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
