/* All figures, from usual and from extreme tables: nothing leaves the page, no
 * text covers another, the same bytes every time. */
#include "support.h"

#include "base/sha256.h"
#include "figure/build.h"
#include "figure/cases.h"
#include "figure/figure.h"
#include "figure/sanitize.h"
#include "workflow/stages.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

/* Faults found so far in a case; all are named before it fails. */
static int faults;

/* The extents are whole points, rounded outwards. */
static void check_within_page(const struct drawing *d, cairo_surface_t *recorded)
{
	double x, y, width, height;

	cairo_recording_surface_ink_extents(recorded, &x, &y, &width, &height);
	if (width > 0 && (x < -0.01 || y < -0.01 || x + width > ceil(d->width) || y + height > ceil(d->height))) {
		print_error("%s: drawn at %.2f %.2f to %.2f %.2f on a page of %.2f × %.2f\n", d->file, x, y,
			    x + width, y + height, d->width, d->height);
		faults++;
	}
}

static void check_texts(const struct drawing *d, const struct notes *texts)
{
	assert_true(texts->count > 0);
	for (size_t i = 0; i < texts->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct note *a = &texts->items[i], *b = &texts->items[k];
			double across = fmin(a->x + a->width, b->x + b->width) - fmax(a->x, b->x);
			double down = fmin(a->y + a->height, b->y + b->height) - fmax(a->y, b->y);

			if (across > 0.01 && down > 0.01) {
				print_error("%s: \"%s\" and \"%s\" overlap by %.2f × %.2f\n", d->file, a->text,
					    b->text, across, down);
				faults++;
			}
		}
}

static void check_drawing(const struct drawing *d)
{
	const cairo_rectangle_t room = { -500, -500, d->width + 1000, d->height + 1000 };
	cairo_surface_t *recorded = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &room);
	struct fonts *fonts = fonts_new();
	struct canvas c;

	assert_true(d->width >= COLUMN_WIDTH && d->width < 2 * COLUMN_WIDTH);
	assert_true(d->height > 40 && d->height < 700);
	canvas_init(&c, recorded, fonts, d->width, d->height, 1);
	c.texts.kept = true;
	d->kind->paint(&c, d->plot);
	assert_int_equal(cairo_status(c.cr), CAIRO_STATUS_SUCCESS);
	check_within_page(d, recorded);
	check_texts(d, &c.texts);
	canvas_release(&c);
	cairo_surface_destroy(recorded);
	fonts_free(fonts);
}

static void check_case(const struct synthetic *y)
{
	char *path = support_folder();

	faults = 0;
	synthetic_write(y, path);
	for (size_t i = 0; i < figure_count(); i++) {
		struct error err = { 0 };
		struct built b;

		assert_int_equal(figure_build(&b, figure_at(i), path, &err), 0);
		for (size_t k = 0; k < b.drawings.count; k++)
			check_drawing(&b.drawings.items[k]);
		built_release(&b);
	}
	support_remove(path);
	assert_int_equal(faults, 0);
}

static void test_usual(void **state)
{
	const struct synthetic y = case_usual();

	(void)state;
	check_case(&y);
}

static void test_many_labels_and_layers(void **state)
{
	const struct synthetic y = case_large();

	(void)state;
	check_case(&y);
}

static void test_one_label(void **state)
{
	const struct synthetic y = case_one_label();

	(void)state;
	check_case(&y);
}

static void test_constant(void **state)
{
	const struct synthetic y = case_constant();

	(void)state;
	check_case(&y);
}

static void test_orders_of_magnitude(void **state)
{
	static const double scales[] = { 1e-12, 1e-5, 1e5, 1e12, 1e300, NAN, INFINITY };

	(void)state;
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
		const struct synthetic y = case_scaled(scales[i]);

		check_case(&y);
	}
}

static void test_many_tasks(void **state)
{
	const struct synthetic y = case_many_tasks();

	(void)state;
	check_case(&y);
}

static void test_spread_and_holes(void **state)
{
	const struct synthetic decades = case_decades(), holes = case_holes();

	(void)state;
	check_case(&decades);
	check_case(&holes);
}

/* Draws a figure with some threads; returns a digest over all files. */
static void draw_digest(char digest[65], const struct figure *f, const char *tables, unsigned threads, size_t *files)
{
	struct context ctx = { .pool = pool_new(threads) };
	char *path = support_folder();
	struct sha256 *sha = sha256_new();
	struct folder out;
	struct error err = { 0 };

	assert_non_null(ctx.pool);
	assert_int_equal(folder_open(&out, path, &err), 0);
	if (figure_draw(f, tables, "2022-05-22", &out, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < out.count; i++) {
		sha256_add(sha, out.items[i].name, strlen(out.items[i].name));
		sha256_add(sha, out.items[i].sha256, 64);
	}
	sha256_end(sha, digest);
	*files = out.count;
	folder_release(&out);
	pool_free(ctx.pool);
	support_remove(path);
}

static void test_same_bytes(void **state)
{
	struct synthetic y = case_usual();
	char *path = support_folder();
	char one[65], other[65];
	size_t files, again;

	(void)state;
	y.model_count = y.task_count = 1;
	synthetic_write(&y, path);
	for (size_t i = 0; i < figure_count(); i++) {
		draw_digest(one, figure_at(i), path, 1, &files);
		draw_digest(other, figure_at(i), path, 3, &again);
		assert_string_equal(one, other);
		assert_int_equal(files, again);
		if (strcmp(figure_at(i)->name, "recipes") != 0) /* which these tables have none of */
			assert_true(files >= 5);                /* at least one drawing, and the index */
	}
	support_remove(path);
}

/* The drawings of an experiment as large as the embedded one are small enough
 * for a page of 5 MB to show most of them. */
static void test_size(void **state)
{
	const struct synthetic y = case_embedded();
	char *tables = support_folder();
	uint64_t size = 0;

	(void)state;
	synthetic_write(&y, tables);
	for (size_t i = 0; i < figure_count(); i++) {
		struct context ctx = { .pool = pool_new(1) };
		char *path = support_folder();
		struct folder out;
		struct error err = { 0 };

		assert_int_equal(folder_open(&out, path, &err), 0);
		assert_int_equal(figure_draw(figure_at(i), tables, "2022-05-22", &out, &ctx, &err), 0);
		for (size_t k = 0; k < out.count; k++)
			if (strstr(out.items[k].name, ".svg") != NULL)
				size += out.items[k].bytes;
		folder_release(&out);
		pool_free(ctx.pool);
		support_remove(path);
	}
	support_remove(tables);
	if (size > 5600000)
		fail_msg("the drawings are %.2f MB", (double)size / 1e6);
}

static json_t *draw_index(const struct figure *f, const char *tables, char **path)
{
	struct context ctx = { .pool = pool_new(1) };
	struct folder out;
	struct error err = { 0 };
	json_t *index;
	char *name;

	*path = support_folder();
	assert_int_equal(folder_open(&out, *path, &err), 0);
	assert_int_equal(figure_draw(f, tables, "2022-05-22", &out, &ctx, &err), 0);
	folder_release(&out);
	pool_free(ctx.pool);
	name = path_join(*path, "index.json");
	assert_int_equal(json_read(&index, name, &err), 0);
	free(name);
	return index;
}

static void test_index_lists_the_drawings(void **state)
{
	struct synthetic y = case_usual();
	char *tables = support_folder(), *path, *file;
	static const char *const suffixes[] = { "svg", "pdf", "png", "csv" };
	json_t *index, *first;

	(void)state;
	synthetic_write(&y, tables);
	index = draw_index(figure_find("minimum"), tables, &path);
	assert_int_equal(json_array_size(json_object_get(index, "drawings")), 6);
	assert_int_equal(json_array_size(json_object_get(index, "missing")), 0);
	first = json_array_get(json_object_get(index, "drawings"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "file")), "minimum-bert-tiny-pos");
	assert_string_equal(json_string_value(json_object_get(first, "model")), "bert-tiny");
	assert_int_equal(json_integer_value(json_object_get(first, "seed")), 1);
	assert_true(json_number_value(json_object_get(first, "width")) == COLUMN_WIDTH);
	for (size_t i = 0; i < 4; i++) {
		file = text_format("%s/minimum-bert-tiny-pos.%s", path, suffixes[i]);
		assert_true(file_exists(file));
		free(file);
	}
	json_decref(index);
	support_remove(path);
	support_remove(tables);
}

/* Tables without rows, or no tables at all: every figure says what is missing. */
static void test_missing_is_named(void **state)
{
	struct synthetic y = case_usual();
	char *tables = support_folder(), *path, *file;

	(void)state;
	synthetic_write(&y, tables);
	for (int absent = 0; absent < 2; absent++) {
		static const char *const names[] = { "results",    "minimum", "distances",  "paths", "alignment",
						     "similarity", "shift",   "divergence", "loss",  "pretrain",
						     "crosstask",  "claims",  "table7",     "layers" };

		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			FILE *f;

			file = text_format("%s/%s.csv", tables, names[i]);
			assert_int_equal(remove(file), 0);
			if (!absent) {
				f = fopen(file, "w");
				assert_non_null(f);
				fputs("model,task,seed,step,layer\n", f);
				fclose(f);
			}
			free(file);
		}
		for (size_t i = 0; i < figure_count(); i++) {
			json_t *index = draw_index(figure_at(i), tables, &path);

			assert_int_equal(json_array_size(json_object_get(index, "drawings")), 0);
			assert_true(json_array_size(json_object_get(index, "missing")) > 0);
			json_decref(index);
			support_remove(path);
		}
	}
	support_remove(tables);
}

static void check_refusal(const char *text, const char *expected)
{
	struct context ctx = { .pool = pool_new(1) };
	char *tables = support_folder(), *file = path_join(tables, "experiment.json");
	struct folder out;
	struct error err = { 0 };
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(folder_open(&out, tables, &err), 0);
	assert_int_equal(figure_draw(figure_at(0), tables, "2022-05-22", &out, &ctx, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	if (strstr(err.text, expected) == NULL)
		fail_msg("%s, not %s", err.text, expected);
	folder_release(&out);
	pool_free(ctx.pool);
	free(file);
	support_remove(tables);
}

static void test_refusals(void **state)
{
	(void)state;
	check_refusal("{\"models\": 3, \"tasks\": []}", "experiment.json: expected an array \"models\"");
	check_refusal("{\"models\": [3], \"tasks\": []}", "experiment.json: expected strings in \"models\"");
	check_refusal("{\"models\": [\"a\"], \"tasks\": [\"b\"], \"seeds\": [], \"checkpoints\": 1}",
		      "experiment.json: expected \"seeds\" and \"checkpoints\"");
	check_refusal("{", "experiment.json");
	assert_null(figure_find("no such figure"));
}

static void test_dates(void **state)
{
	static const char *const dates[] = { "", "2022", "2022-5-22", "2022-05-22T00:00:00Z", "22-05-2022" };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder();
	struct folder out;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(folder_open(&out, path, &err), 0);
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		assert_int_equal(figure_draw(figure_at(0), path, dates[i], &out, &ctx, &err), -1);
		assert_non_null(strstr(err.text, "expected a date such as 2022-05-22"));
	}
	folder_release(&out);
	pool_free(ctx.pool);
	support_remove(path);
}

/* The plan has a cell for each figure, and each cell is of one. */
static void test_planned(void **state)
{
	size_t planned = 0;

	(void)state;
	for (; figure_names[planned] != NULL; planned++)
		assert_non_null(figure_find(figure_names[planned]));
	assert_int_equal(planned, figure_count());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_many_labels_and_layers),
		cmocka_unit_test(test_one_label),
		cmocka_unit_test(test_constant),
		cmocka_unit_test(test_orders_of_magnitude),
		cmocka_unit_test(test_many_tasks),
		cmocka_unit_test(test_spread_and_holes),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_index_lists_the_drawings),
		cmocka_unit_test(test_missing_is_named),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_planned),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
