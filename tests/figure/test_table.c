/* The tables beside the drawings: what was drawn, and nothing else. */
#include "support.h"

#include "base/sha256.h"
#include "figure/cases.h"
#include "figure/drawn.h"
#include "figure/plot_histogram.h"
#include "figure/sanitize.h"

#include <math.h>
#include <string.h>

/* The value of the collected table at a label and a step of the last layer. */
static double collected_minimum(const struct table *t, const char *model, const char *task, const char *label,
				double step)
{
	double value = NAN, layer = -1;

	for (size_t i = 0; i < t->rows; i++)
		if (strcmp(table_text_at(t, i, "model"), model) == 0 &&
		    strcmp(table_text_at(t, i, "task"), task) == 0 &&
		    strcmp(table_text_at(t, i, "label"), label) == 0 && table_number_at(t, i, "step") == step &&
		    table_number_at(t, i, "layer") > layer) {
			layer = table_number_at(t, i, "layer");
			value = table_number_at(t, i, "distance");
		}
	return value;
}

static void test_lines(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("minimum", tables);
	struct table drawn, collected;
	size_t named = 0;

	(void)state;
	read_drawn(&drawn, path, "minimum-bert-mini-pos.csv", "label,step,distance,shown");
	read_collected(&collected, tables, "minimum.csv");
	assert_int_equal(drawn.rows, 17 * 11);
	for (size_t i = 0; i < drawn.rows; i++) {
		double expected = collected_minimum(&collected, "bert-mini", "pos", table_text_at(&drawn, i, "label"),
						    table_number_at(&drawn, i, "step"));

		assert_true(table_number_at(&drawn, i, "distance") == expected);
		named += strcmp(table_text_at(&drawn, i, "shown"), "named") == 0;
	}
	assert_int_equal(named, 6 * 11); /* three that gain most, three that gain least */
	table_release(&drawn);
	table_release(&collected);
	support_remove(path);
	support_remove(tables);
}

/* The six that are named are those whose gains are the largest and smallest. */
static void test_named_labels(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("minimum", tables);
	double least_of_top = INFINITY, most_of_rest = -INFINITY;
	struct table t;
	size_t above = 0;

	(void)state;
	read_drawn(&t, path, "minimum-bert-mini-pos.csv", "label,step,distance,shown");
	for (size_t i = 0; i < t.rows; i += 11) {
		double gain = table_number_at(&t, i + 10, "distance") - table_number_at(&t, i, "distance");

		if (strcmp(table_text_at(&t, i, "shown"), "named") != 0)
			most_of_rest = fmax(most_of_rest, gain);
	}
	for (size_t i = 0; i < t.rows; i += 11) {
		double gain = table_number_at(&t, i + 10, "distance") - table_number_at(&t, i, "distance");

		if (strcmp(table_text_at(&t, i, "shown"), "named") == 0 && gain >= most_of_rest) {
			above++;
			least_of_top = fmin(least_of_top, gain);
		}
	}
	assert_int_equal(above, 3);
	table_release(&t);
	support_remove(path);
	support_remove(tables);
}

/* Every line says under the pointer what it is: a grey one as a whole, and at a
 * point where two lie on one another both. */
static void test_lines_under_the_pointer(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("minimum", tables);
	char *svg = support_text(path, "minimum-bert-mini-pos.svg");
	char part[32] = "", sconj[32] = "", *both;
	struct table t;

	(void)state;
	read_drawn(&t, path, "minimum-bert-mini-pos.csv", "label,step,distance,shown");
	for (size_t i = 0; i < t.rows; i += 11) {
		bool grey = strcmp(table_text_at(&t, i, "shown"), "grey") == 0;
		char *text = text_format(grey ? "<title>%s: " : "<title>step 0: %s: ", table_text_at(&t, i, "label"));

		if (strstr(svg, text) == NULL)
			fail_msg("no %s", text);
		free(text);
		if (strcmp(table_text_at(&t, i, "label"), "PART") == 0)
			value_format(part, table_number_at(&t, i + 10, "distance"));
		if (strcmp(table_text_at(&t, i, "label"), "SCONJ") == 0)
			value_format(sconj, table_number_at(&t, i + 10, "distance"));
	}
	both = text_format("<title>step 500: PART: %s, SCONJ: %s</title>", part, sconj);
	assert_non_null(strstr(svg, both));
	table_release(&t);
	free(both);
	free(svg);
	support_remove(path);
	support_remove(tables);
}

static size_t count_missing(const struct table *t, const char *column)
{
	size_t missing = 0;

	for (size_t i = 0; i < t->rows; i++)
		missing += isnan(table_number_at(t, i, column)) != 0;
	return missing;
}

static void test_matrices(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("distances", tables);
	struct table before, after, difference, bins;
	double counted[2] = { 0 };

	(void)state;
	read_drawn(&before, path, "distances-bert-mini-pos-before.csv", "label_a,label_b,distance");
	read_drawn(&after, path, "distances-bert-mini-pos-after.csv", "label_a,label_b,distance");
	read_drawn(&difference, path, "distances-bert-mini-pos-difference.csv", "label_a,label_b,distance");
	read_drawn(&bins, path, "distances-bert-mini-pos-distribution.csv", "distance_from,distance_to,before,after");
	assert_int_equal(before.rows, 17 * 16);
	assert_int_equal(count_missing(&after, "distance"), 0);
	assert_true(count_missing(&before, "distance") > 0);
	for (size_t i = 0; i < before.rows; i++) {
		double a = table_number_at(&before, i, "distance"), b = table_number_at(&after, i, "distance");
		double change = table_number_at(&difference, i, "distance");

		assert_string_equal(table_text_at(&before, i, "label_a"), table_text_at(&difference, i, "label_a"));
		assert_true(isnan(a) ? isnan(change) : change == b - a);
	}
	for (size_t i = 0; i < bins.rows; i++) {
		counted[0] += table_number_at(&bins, i, "before");
		counted[1] += table_number_at(&bins, i, "after");
	}
	assert_true(counted[0] == (double)(before.rows - count_missing(&before, "distance")) / 2);
	assert_true(counted[1] == 17 * 16 / 2);
	table_release(&before);
	table_release(&after);
	table_release(&difference);
	table_release(&bins);
	support_remove(path);
	support_remove(tables);
}

static void test_undefined_stays_empty(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("divergence", tables);
	struct table t;

	(void)state;
	read_drawn(&t, path, "divergence.csv", "task,model,before,before_low,before_high,after,after_low,after_high");
	assert_int_equal(t.rows, 6);
	assert_string_equal(table_text_at(&t, 0, "model"), "bert-tiny");
	assert_string_equal(table_text_at(&t, 0, "before"), "");
	assert_true(table_number_at(&t, 0, "after") > 0.5);
	assert_int_equal(count_missing(&t, "before"), 2);
	assert_int_equal(count_missing(&t, "after"), 1);
	table_release(&t);
	support_remove(path);
	support_remove(tables);
}

/* The caption of a drawing, from index.json, in new memory. */
static char *read_caption(const char *path, const char *file)
{
	char *name = path_join(path, "index.json"), *caption = NULL;
	struct error err = { 0 };
	json_t *index, *item;
	size_t i;

	assert_int_equal(json_read(&index, name, &err), 0);
	json_array_foreach(json_object_get(index, "drawings"), i, item)
	{
		if (strcmp(json_string_value(json_object_get(item, "file")), file) == 0)
			caption = text_copy(json_string_value(json_object_get(item, "caption")));
	}
	assert_non_null(caption);
	json_decref(index);
	free(name);
	return caption;
}

/* What a figure's index.json calls missing, as text in new memory. */
static char *missing_of(const char *path)
{
	char *name = path_join(path, "index.json"), *text;
	struct error err = { 0 };
	json_t *index;

	assert_int_equal(json_read(&index, name, &err), 0);
	text = json_dumps(json_object_get(index, "missing"), 0);
	json_decref(index);
	free(name);
	return text;
}

/* Whether a layer has a value in a drawing's table. */
static bool layer_has_values(const struct table *t, const char *column, const char *layer)
{
	for (size_t i = 0; i < t->rows; i++)
		if (strcmp(table_text(t, i, 0), layer) == 0 && table_text_at(t, i, column)[0] != '\0')
			return true;
	return false;
}

/* A similarity that was measured where a state is not separable is none. */
static void test_undefined_similarity(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path = draw("similarity", tables), *other = draw("alignment", tables);
	char *caption = read_caption(path, "similarity-bert-mini-pos-lines");
	struct table lines, map, layers;

	(void)state;
	read_drawn(&lines, path, "similarity-bert-mini-pos-lines.csv", "layer,step,similarity,low,high,shown");
	read_drawn(&map, path, "similarity-bert-mini-pos-map.csv", "layer,step,similarity");
	read_drawn(&layers, other, "alignment-bert-mini-pos.csv", "measure,layer,value,low,high,shown");
	assert_true(layer_has_values(&lines, "similarity", "layer 2"));
	assert_false(layer_has_values(&lines, "similarity", "layer 3"));
	assert_false(layer_has_values(&lines, "low", "layer 3"));
	assert_true(layer_has_values(&map, "similarity", "2"));
	assert_false(layer_has_values(&map, "similarity", "3"));
	for (size_t i = 0; i < layers.rows; i++)
		if (strcmp(table_text(&layers, i, 0), "label distances") == 0)
			assert_int_equal(table_text_at(&layers, i, "low")[0] == '\0',
					 table_number(&layers, i, 1) == 3);
	assert_non_null(strstr(caption, "is defined at 3 of 5 layers"));
	free(caption);
	table_release(&lines);
	table_release(&map);
	table_release(&layers);
	support_remove(other);
	support_remove(path);
	support_remove(tables);
}

static size_t layers_named(int top)
{
	struct synthetic y = case_usual();
	char *tables, *path;
	struct table t;
	size_t named = 0;

	y.layers = &top;
	y.model_count = y.task_count = 1;
	tables = write_case(&y);
	path = draw("similarity", tables);
	read_drawn(&t, path, "similarity-bert-tiny-pos-lines.csv", "layer,step,similarity,low,high,shown");
	assert_int_equal(t.rows, (size_t)(top + 1) * 10);
	for (size_t i = 0; i < t.rows; i += 10)
		named += strcmp(table_text_at(&t, i, "shown"), "named") == 0;
	table_release(&t);
	support_remove(path);
	support_remove(tables);
	return named;
}

/* As long as there is a colour for each layer, none is drawn without its name. */
static void test_layers_named(void **state)
{
	(void)state;
	assert_int_equal(layers_named(3), 4);
	assert_int_equal(layers_named(7), 8);
	assert_int_equal(layers_named(8), 6);
	assert_int_equal(layers_named(24), 6);
}

/* A model without any result stands in the heatmap of a task as missing, and is
 * named; so is each side of a divergence that is not there. */
static void test_missing_model(void **state)
{
	struct synthetic y = case_usual();
	char *tables = write_case(&y), *path, *name = path_join(tables, "experiment.json"), *index;
	struct error err = { 0 };
	struct folder out;
	struct table t;
	json_t *experiment;

	(void)state;
	assert_int_equal(json_read(&experiment, name, &err), 0);
	json_array_append_new(json_object_get(experiment, "models"), json_string("absent"));
	assert_int_equal(folder_open(&out, tables, &err), 0);
	assert_int_equal(json_write(&out, "experiment.json", experiment, &err), 0);
	json_decref(experiment);
	path = draw("layers", tables);
	read_drawn(&t, path, "layers-pos-clusters.csv", "panel,layer,model,clusters");
	for (size_t i = 0, rows = 0; i < t.rows; i++) {
		if (strcmp(table_text_at(&t, i, "model"), "absent") != 0)
			continue;
		assert_string_equal(table_text_at(&t, i, "clusters"), "");
		rows++;
		assert_true(i + 1 < t.rows || rows == 2 * 13); /* as many layers as the deepest model has */
	}
	table_release(&t);
	index = missing_of(path);
	assert_non_null(strstr(index, "\"absent on pos: no clusters\""));
	assert_null(strstr(index, "bert-mini on pos"));
	free(index);
	support_remove(path);
	path = draw("divergence", tables);
	index = missing_of(path);
	assert_non_null(strstr(index, "\"absent on pos: no similarity of training and test set before "
				      "(divergence/absent/original/pos)\""));
	assert_non_null(strstr(index, "after (divergence/absent/pos-s1-c10/pos)"));
	free(index);
	support_remove(path);
	folder_release(&out);
	free(name);
	support_remove(tables);
}

/* The digest in each PNG is that of the table beside it. */
static void test_png_names_its_table(void **state)
{
	struct synthetic y = case_one_label();
	char *tables = write_case(&y);

	(void)state;
	for (size_t i = 0; i < figure_count(); i++) {
		char *path = draw(figure_at(i)->name, tables), *name = path_join(path, "index.json");
		struct error err = { 0 };
		json_t *index, *drawings;

		assert_int_equal(json_read(&index, name, &err), 0);
		drawings = json_object_get(index, "drawings");
		for (size_t k = 0; k < json_array_size(drawings); k++) {
			const char *file = json_string_value(json_object_get(json_array_get(drawings, k), "file"));
			char *csv = text_format("%s/%s.csv", path, file), *png = text_format("%s/%s.png", path, file);
			struct mapping m;
			uint64_t bytes;
			char hex[65];

			assert_int_equal(sha256_file(hex, &bytes, csv, &err), 0);
			assert_int_equal(mapping_open(&m, png, &err), 0);
			assert_non_null(memmem(m.data, m.size, hex, 64));
			mapping_close(&m);
			free(csv);
			free(png);
		}
		json_decref(index);
		free(name);
		support_remove(path);
	}
	support_remove(tables);
}

static void test_bins(void **state)
{
	const double before[] = { 0, 0.5, 1, 1, 2, NAN, 3 }, after[] = { 10, INFINITY }, one[] = { 4 };
	struct histogram h = { 0 };
	double sum = 0;

	(void)state;
	assert_int_equal(histogram_fill(&h, before, 7, after, 2), 0);
	for (size_t i = 0; i < h.bins; i++) {
		assert_true(h.edges[i] < h.edges[i + 1]);
		sum += h.counts[0][i];
	}
	assert_true(sum == 6);
	assert_true(h.edges[0] <= 0 && h.edges[h.bins] >= 10);
	assert_true(h.medians[0] == 1 && h.medians[1] == 10);
	assert_int_equal(histogram_fill(&h, one, 1, NULL, 0), 0);
	assert_true(h.medians[0] == 4 && isnan(h.medians[1]));
	/* A value on an inner edge counts above it. */
	assert_int_equal(histogram_fill(&h, before, 5, NULL, 0), 0);
	for (size_t i = 0; i < h.bins; i++)
		if (h.edges[i] == 1)
			assert_true(h.counts[0][i] == 2);
}

static void test_invalid_text_is_refused(void **state)
{
	struct synthetic y = case_one_label();
	char *tables = write_case(&y), *name = path_join(tables, "minimum.csv");
	struct context ctx = { .pool = pool_new(1) };
	struct folder out;
	struct error err = { 0 };
	FILE *f = fopen(name, "a");

	(void)state;
	assert_non_null(f);
	fputs("bert-tiny,pos,1,original,0,2,\xff\xfe,1,x\n", f);
	fclose(f);
	assert_int_equal(folder_open(&out, tables, &err), 0);
	assert_int_equal(figure_draw(figure_find("minimum"), tables, "2022-05-22", &out, &ctx, &err), -1);
	if (strstr(err.text, "label: not valid UTF-8") == NULL)
		fail_msg("%s", err.text);
	folder_release(&out);
	pool_free(ctx.pool);
	free(name);
	support_remove(tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_named_labels),
		cmocka_unit_test(test_lines_under_the_pointer),
		cmocka_unit_test(test_matrices),
		cmocka_unit_test(test_undefined_stays_empty),
		cmocka_unit_test(test_undefined_similarity),
		cmocka_unit_test(test_layers_named),
		cmocka_unit_test(test_missing_model),
		cmocka_unit_test(test_png_names_its_table),
		cmocka_unit_test(test_bins),
		cmocka_unit_test(test_invalid_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
