/* Golden figures: what is drawn from fixed tables, compared by pixels with
 * tests/reference/. UPDATE_REFERENCE=1 in the environment writes them anew; look
 * at them before they are committed. */
#include "support.h"

#include "figure/build.h"
#include "figure/cases.h"
#include "figure/picture.h"
#include "figure/sanitize.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

/* One pixel of CSS. */
static const double SCALE = 96.0 / 72;

/* A pixel differs if a channel is off by more than this, which is less than a
 * grid line's distance from paper; so many may, and so many within one tile.
 * One set serves every version of the libraries, since text is drawn as paths:
 * edges move by a few levels, no more. */
static const int LEVELS = 16;
static const double FRACTION = 0.0005;
enum { TILE = 24, TILE_MOST = 12 };

/* Drawings that are known to differ, and are not looked at. */
static const char *const expected_failures[] = { NULL };

static cairo_surface_t *read_png(const char *path)
{
	cairo_surface_t *image = cairo_image_surface_create_from_png(path);

	if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS)
		return NULL;
	return image;
}

static int channel_distance(const unsigned char *a, const unsigned char *b)
{
	int most = 0;

	for (int c = 0; c < 3; c++)
		most = abs(a[c] - b[c]) > most ? abs(a[c] - b[c]) : most;
	return most;
}

/* The fraction of pixels that differ; 1 for another size, or where too many of
 * them lie together. */
static double image_distance(cairo_surface_t *a, cairo_surface_t *b)
{
	int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a);
	size_t differ = 0,
	       *tiles = array_new((size_t)(width / TILE + 1) * (size_t)(height / TILE + 1), 1, sizeof *tiles);
	bool together = false;

	assert_non_null(tiles);
	if (cairo_image_surface_get_width(b) != width || cairo_image_surface_get_height(b) != height)
		goto done;
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			const unsigned char *p =
				cairo_image_surface_get_data(a) + y * cairo_image_surface_get_stride(a) + 4 * x;
			const unsigned char *q =
				cairo_image_surface_get_data(b) + y * cairo_image_surface_get_stride(b) + 4 * x;

			size_t tile = (size_t)(y / TILE) * (size_t)(width / TILE + 1) + (size_t)(x / TILE);

			if (channel_distance(p, q) <= LEVELS)
				continue;
			differ++;
			together = together || ++tiles[tile] > TILE_MOST;
		}
	free(tiles);
	return together ? 1 : (double)differ / (width * height);
done:
	free(tiles);
	return 1;
}

static void draw_png(const struct drawing *d, const char *path)
{
	struct picture p = { d->file, d->title, d->caption, d->width, d->height, d->kind->paint, d->plot };
	struct fonts *fonts = fonts_new();
	struct bytes png = { 0 };
	struct error err = { 0 };
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(picture_png(&png, &p, SCALE, NULL, fonts, &err), 0);
	assert_int_equal(fwrite(png.data, 1, png.size, f), png.size);
	assert_int_equal(fclose(f), 0);
	bytes_release(&png);
	fonts_free(fonts);
}

static bool is_expected(const char *name)
{
	for (size_t i = 0; expected_failures[i] != NULL; i++)
		if (strcmp(expected_failures[i], name) == 0)
			return true;
	return false;
}

static void compare(const struct drawing *d, const char *name)
{
	const char *update = getenv("UPDATE_REFERENCE");
	char *expected = text_format("%s/%s.png", REFERENCE, name), *folder = support_folder();
	char *drawn = text_format("%s/%s.png", folder, name);
	cairo_surface_t *a, *b;
	double distance = 1;

	draw_png(d, update != NULL && *update != '\0' ? expected : drawn);
	a = read_png(expected);
	b = read_png(update != NULL && *update != '\0' ? expected : drawn);
	if (a != NULL && b != NULL)
		distance = image_distance(a, b);
	cairo_surface_destroy(a);
	cairo_surface_destroy(b);
	if (distance > FRACTION && !is_expected(name))
		fail_msg("%s differs from %s in %.2f %% of the pixels", drawn, expected, 100 * distance);
	support_remove(folder);
	free(expected);
	free(drawn);
}

/* The comparison sees a grid line that is not there, and passes a few levels. */
static void test_comparison(void **state)
{
	cairo_surface_t *a = read_png(REFERENCE "/minimum.png"), *b = read_png(REFERENCE "/minimum.png");
	cairo_t *cr = cairo_create(b);

	(void)state;
	assert_true(image_distance(a, b) == 0);
	cairo_set_source_rgba(cr, 0, 0, 0, 0.04);
	cairo_paint(cr);
	cairo_surface_flush(b);
	assert_true(image_distance(a, b) == 0);
	cairo_set_source_rgb(cr, 0xe3 / 255.0, 0xe3 / 255.0, 0xe6 / 255.0);
	cairo_rectangle(cr, 60, 150, 100, 1);
	cairo_fill(cr);
	cairo_surface_flush(b);
	assert_true(image_distance(a, b) > FRACTION);
	cairo_destroy(cr);
	cairo_surface_destroy(a);
	cairo_surface_destroy(b);
}

static void paint_label(struct canvas *c, const void *plot)
{
	const double *x = plot;

	canvas_text(c, *x, 20, "NOUN", (struct text){ .colour = role_colour(ROLE_SOFT) });
}

static cairo_surface_t *draw_label(const char *folder, const char *name, double x)
{
	char *path = path_join(folder, name);
	const struct plot_kind kind = { .paint = paint_label };
	const struct drawing d = {
		.file = name, .title = "", .caption = "", .width = 240, .height = 180, .kind = &kind, .plot = &x
	};
	cairo_surface_t *image;

	draw_png(&d, path);
	image = read_png(path);
	assert_non_null(image);
	free(path);
	return image;
}

/* And a label that has moved by a pixel, or by half of one, but not by a
 * hundredth: so near do versions of the libraries come to one another. */
static void test_comparison_of_labels(void **state)
{
	char *folder = support_folder();
	cairo_surface_t *here = draw_label(folder, "here.png", 50), *near = draw_label(folder, "near.png", 50.0075),
			*half = draw_label(folder, "half.png", 50.375),
			*pixel = draw_label(folder, "pixel.png", 50.75);

	(void)state;
	assert_true(image_distance(here, near) <= FRACTION);
	assert_true(image_distance(here, half) > FRACTION);
	assert_true(image_distance(here, pixel) > FRACTION);
	cairo_surface_destroy(here);
	cairo_surface_destroy(near);
	cairo_surface_destroy(half);
	cairo_surface_destroy(pixel);
	support_remove(folder);
}

/* A drawing of a figure, by its file's name, and the name of the reference. */
struct golden {
	const char *figure, *file, *name;
};

static void check(const struct synthetic *y, const struct golden *golden, size_t count)
{
	char *path = support_folder();
	struct error err = { 0 };

	synthetic_write(y, path);
	for (size_t i = 0; i < count; i++) {
		struct built b;
		bool found = false;

		assert_int_equal(figure_build(&b, figure_find(golden[i].figure), path, &err), 0);
		for (size_t k = 0; k < b.drawings.count; k++)
			if (strcmp(b.drawings.items[k].file, golden[i].file) == 0) {
				compare(&b.drawings.items[k], golden[i].name);
				found = true;
			}
		if (!found)
			fail_msg("no drawing %s", golden[i].file);
		built_release(&b);
	}
	support_remove(path);
}

static void test_usual(void **state)
{
	static const struct golden golden[] = {
		{ "claims", "claims", "claims" },
		{ "overview", "overview", "overview" },
		{ "minimum", "minimum-bert-mini-pos", "minimum" },
		{ "centroids", "centroids-bert-mini-pos", "centroids" },
		{ "similarity", "similarity-bert-base-pos-lines", "similarity-lines" },
		{ "similarity", "similarity-bert-mini-pos-map", "similarity-map-missing" },
		{ "shift", "shift-bert-mini-pos", "shift" },
		{ "shift", "shift-bert-base-pos-common", "shift-common" },
		{ "layers", "layers-pos-clusters", "layers-clusters-missing" },
		{ "distances", "distances-bert-mini-pos-before", "distances-before" },
		{ "distances", "distances-bert-mini-pos-difference", "distances-difference" },
		{ "distances", "distances-bert-mini-pos-distribution", "distances-distribution" },
		{ "divergence", "divergence", "divergence" },
		{ "hypothesis", "hypothesis-cells", "hypothesis-cells" },
		{ "hypothesis", "hypothesis-changes", "hypothesis-changes" },
		{ "alignment", "alignment-bert-base-pos", "alignment" },
		{ "loss", "loss-pos", "loss" },
		{ "transfer", "transfer", "transfer" },
	};
	const struct synthetic y = case_usual();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_heatmaps(void **state)
{
	static const struct golden golden[] = {
		{ "layers", "layers-pos-accuracy", "layers-accuracy" },
		{ "layers", "layers-pos-selectivity", "layers-selectivity" },
		{ "layers", "layers-pos-codelength", "layers-codelength" },
		{ "layers", "layers-pos-minimum", "layers-minimum" },
		{ "layers", "layers-bert-tiny-pos-accuracy", "checkpoints-accuracy" },
		{ "layers", "layers-bert-tiny-pos-codelength", "checkpoints-codelength" },
		{ "layers", "layers-bert-mini-pos-minimum", "checkpoints-minimum" },
	};
	const struct synthetic y = case_usual();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_many_tasks(void **state)
{
	static const struct golden golden[] = {
		{ "hypothesis", "hypothesis-cells", "many-hypothesis" },
		{ "transfer", "transfer", "many-transfer" },
	};
	const struct synthetic y = case_many_tasks();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_orders_of_magnitude(void **state)
{
	static const struct golden golden[] = {
		{ "minimum", "minimum-bert-tiny-pos", "decades-minimum" },
		{ "distances", "distances-bert-tiny-pos-before", "decades-distances" },
		{ "distances", "distances-bert-tiny-pos-difference", "decades-difference" },
		{ "distances", "distances-bert-tiny-pos-distribution", "decades-distribution" },
	};
	const struct synthetic y = case_decades();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_holes(void **state)
{
	static const struct golden golden[] = {
		{ "minimum", "minimum-bert-mini-pos", "holes-minimum" },
		{ "layers", "layers-pos-minimum", "holes-layers" },
		{ "layers", "layers-bert-mini-pos-minimum", "holes-checkpoints" },
		{ "distances", "distances-bert-mini-pos-difference", "holes-difference" },
	};
	const struct synthetic y = case_holes();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_many_labels_and_layers(void **state)
{
	static const struct golden golden[] = {
		{ "minimum", "minimum-a-model-with-a-rather-long-name-pos-s1", "large-minimum" },
		{ "distances", "distances-a-model-with-a-rather-long-name-pos-s1-before", "large-distances" },
		{ "shift", "shift-a-model-with-a-rather-long-name-pos-s1", "large-shift" },
	};
	struct synthetic y = case_large();

	(void)state;
	y.tasks = cases_tasks;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_one_label(void **state)
{
	static const struct golden golden[] = {
		{ "minimum", "minimum-bert-tiny-pos", "one-minimum" },
		{ "centroids", "centroids-bert-tiny-pos", "one-centroids" },
	};
	const struct synthetic y = case_one_label();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

static void test_constant(void **state)
{
	static const struct golden golden[] = {
		{ "distances", "distances-bert-tiny-pos-difference", "constant-difference" },
		{ "minimum", "minimum-bert-tiny-pos", "constant-minimum" },
	};
	const struct synthetic y = case_constant();

	(void)state;
	check(&y, golden, sizeof golden / sizeof *golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comparison), cmocka_unit_test(test_comparison_of_labels),
		cmocka_unit_test(test_usual),      cmocka_unit_test(test_heatmaps),
		cmocka_unit_test(test_many_tasks), cmocka_unit_test(test_orders_of_magnitude),
		cmocka_unit_test(test_holes),      cmocka_unit_test(test_many_labels_and_layers),
		cmocka_unit_test(test_one_label),  cmocka_unit_test(test_constant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
