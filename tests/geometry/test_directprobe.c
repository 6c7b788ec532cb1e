/* DirectProbe on files: the fixtures of the exact reference, the authors'
 * formats, given clusters, samples, errors. */
#include "probe.h"

static struct context ctx;

/* Numbers that agree to the gap that distances are solved to. */
static void compare_tables(const char *got, const char *expected, const char *keys[], const char *values[],
			   double relative, double tau)
{
	struct error err = { 0 };
	struct table a, b;

	if (table_read(&a, got, &err) < 0 || table_read(&b, expected, &err) < 0)
		fail_msg("%s", err.text);
	if (a.rows != b.rows)
		fail_msg("%s: %zu rows, %zu expected", expected, a.rows, b.rows);
	for (size_t r = 0; r < a.rows; r++) {
		for (size_t k = 0; keys[k] != NULL; k++)
			assert_string_equal(table_text_at(&a, r, keys[k]), table_text_at(&b, r, keys[k]));
		for (size_t k = 0; values[k] != NULL; k++) {
			double x = table_number_at(&a, r, values[k]), y = table_number_at(&b, r, values[k]);

			if (!isnan(y))
				assert_near(x, y, relative * y + tau);
			else
				assert_true(isnan(x));
		}
	}
	table_release(&a);
	table_release(&b);
}

static void compare_summary(const char *out, const json_t *expected, long min_points)
{
	static const char *const same[] = { "points", "dimensions", "clusters", "conflicts", "undecided",
					    "linear", "constant",   "tau",      NULL };
	struct error err = { 0 };
	char *path = path_join(out, "summary.json"), key[32];
	json_t *summary;
	const json_t *layer;

	if (json_read(&summary, path, &err) < 0)
		fail_msg("%s", err.text);
	layer = json_array_get(summary, 0);
	assert_int_equal(json_array_size(summary), 1);
	for (size_t k = 0; same[k] != NULL; k++) {
		const json_t *value = json_object_get(expected, same[k]);

		if (value != NULL && !json_equal(json_object_get(layer, same[k]), value))
			fail_msg("%s: %s differs", out, same[k]);
	}
	assert_int_equal(json_integer_value(json_object_get(layer, "labels")),
			 json_array_size(json_object_get(expected, "labels")));
	for (int k = 0; k < 2; k++) {
		const json_t *value;

		snprintf(key, sizeof key, "%s_%ld", k == 0 ? "minimum" : "mean", min_points);
		value = json_object_get(expected, key);
		if (value != NULL)
			assert_near(json_number_value(json_object_get(layer, k == 0 ? "minimum" : "mean")),
				    json_number_value(value), 2e-6 * json_number_value(value) + 1e-5);
	}
	json_decref(summary);
	free(path);
}

static void compare_set(const char *name, const json_t *expected, long min_points)
{
	static const char *pair[] = { "label_a", "label_b", NULL }, *label[] = { "label", "nearest", NULL };
	static const char *cluster[] = { "cluster", "label", "points", NULL }, *distance[] = { "distance", NULL };
	static const char *sizes[] = { "radius", "inside_mean", "inside_max", NULL };
	char *root = support_folder(), *source = text_format(FIXTURES "/geometry/%s", name);
	struct probe p = probe_of(source, "", min_points, &ctx);
	struct error err = { 0 };
	double tau = json_number_value(json_object_get(expected, "tau"));

	free(p.out);
	p.out = text_copy(root);
	if (probe_run(&p, &err) < 0)
		fail_msg("%s: %s", name, err.text);
	compare_summary(root, expected, min_points);
	if (!json_is_true(json_object_get(expected, "constant"))) {
		char *got[3], *want[3];

		assert_same_file(root, source, "clusters.txt");
		for (int i = 0; i < 3; i++) {
			static const char *const files[] = { "distances", "minimum", "clusters" };

			got[i] = text_format("%s/%s.csv", root, files[i]);
			want[i] = i == 2 ? text_format("%s/clusters.csv", source)
					 : text_format("%s/%s-%ld.csv", source, files[i], min_points);
		}
		compare_tables(got[0], want[0], pair, distance, 1e-6, tau);
		compare_tables(got[1], want[1], label, distance, 1e-6, tau);
		compare_tables(got[2], want[2], cluster, sizes, 1e-9, 0.0);
		for (int i = 0; i < 3; i++) {
			free(got[i]);
			free(want[i]);
		}
	}
	probe_release(&p);
	free(source);
	support_remove(root);
}

static void test_fixtures(void **state)
{
	struct error err = { 0 };
	json_t *sets, *set;
	const char *name;

	(void)state;
	assert_int_equal(json_read(&sets, FIXTURES "/geometry/expected.json", &err), 0);
	assert_true(json_object_size(sets) > 10);
	json_object_foreach(sets, name, set)
	{
		compare_set(name, set, 6);
		compare_set(name, set, 1);
	}
	json_decref(sets);
}

static void test_threads(void **state)
{
	char *root = support_folder();
	struct probe one = probe_of(root, "one", 6, &ctx), three = probe_of(root, "three", 6, &ctx);

	(void)state;
	probe_points(root, 500, 12, 5, 0.4, 7);
	three.ctx.pool = pool_new(3);
	probe_ok(&one);
	probe_ok(&three);
	for (size_t k = 0; k < PROBE_OUTPUTS; k++)
		assert_same_file(one.out, three.out, probe_outputs[k]);
	pool_free(three.ctx.pool);
	probe_release(&one);
	probe_release(&three);
	support_remove(root);
}

/* The text of the authors: the same points, clusters and distances. */
static void test_authors_formats(void **state)
{
	char *root = support_folder(), *labels;
	struct probe npy = probe_of(root, "npy", 6, &ctx), text = probe_of(root, "text", 6, &ctx);
	struct error err = { 0 };
	struct folder f;
	struct output *o;
	struct npy in;

	(void)state;
	probe_points(root, 120, 5, 3, 0.4, 8);
	assert_int_equal(npy_open(&in, npy.embeddings, &err), 0);
	assert_int_equal(folder_open(&f, root, &err), 0);
	assert_int_equal(output_open(&o, &f, "vectors.txt", &err), 0);
	for (size_t r = 0; r < in.view.rows; r++)
		for (size_t k = 0; k < in.view.columns; k++)
			output_format(o, "%.9g%s", matrix_row(in.view, r)[k], k + 1 < in.view.columns ? " " : "\n");
	assert_int_equal(output_commit(o, &err), 0);
	labels = support_text(root, "labels.txt");
	assert_int_equal(output_open(&o, &f, "entities.txt", &err), 0);
	for (char *line = strtok(labels, "\n"); line != NULL; line = strtok(NULL, "\n"))
		output_format(o, "some words\t%s\n", line);
	assert_int_equal(output_commit(o, &err), 0);
	folder_release(&f);
	npy_close(&in);
	free(text.embeddings);
	free(text.labels);
	text.embeddings = path_join(root, "vectors.txt");
	text.labels = path_join(root, "entities.txt");
	probe_ok(&npy);
	probe_ok(&text);
	for (size_t k = 0; k < PROBE_OUTPUTS; k++)
		assert_same_file(npy.out, text.out, probe_outputs[k]);
	free(labels);
	probe_release(&npy);
	probe_release(&text);
	support_remove(root);
}

/* Clusters from a file: numbers of any kind, tested and measured again. */
static void test_given_clusters(void **state)
{
	char *root = support_folder(), *clusters, *summary;
	struct probe found = probe_of(root, "found", 6, &ctx), given = probe_of(root, "given", 6, &ctx);
	struct probe twice = { .out = path_join(root, "twice"), .program = "", .params = { 1, 0, 1 }, .ctx = ctx };
	struct error err = { 0 };

	(void)state;
	probe_points(root, 300, 8, 4, 0.4, 9);
	probe_ok(&found);
	clusters = path_join(found.out, "clusters.txt");
	given.clusters = clusters;
	probe_ok(&given);
	for (size_t k = 0; k < PROBE_OUTPUTS; k++)
		if (strcmp(probe_outputs[k], "summary.json") != 0)
			assert_same_file(found.out, given.out, probe_outputs[k]);
	/* One cluster a label overlaps, and is said to. */
	{
		char *labels = support_text(root, "labels.txt");

		for (char *c = labels; *c != '\0'; c++)
			if (*c == 'l')
				*c = '7';
		probe_write(root, "bylabel.txt", labels);
		free(labels);
	}
	free(clusters);
	clusters = path_join(root, "bylabel.txt");
	given.clusters = clusters;
	probe_ok(&given);
	summary = support_text(given.out, "summary.json");
	assert_non_null(strstr(summary, "\"linear\": false"));
	assert_non_null(strstr(summary, "\"clusters\": 4"));
	free(summary);
	/* Points of one place are one, however clusters share them: beside another
	 * label's point there they do not overlap it. */
	probe_write(root, "twice.txt", "1 2\n1 2\n1 2\n1 2\n5 7\n9 8\n");
	probe_write(root, "twice-labels.txt", "a\na\na\nb\nb\na\n");
	probe_write(root, "twice-clusters.txt", "0\n1\n1\n2\n3\n4\n");
	twice.embeddings = path_join(root, "twice.txt");
	twice.labels = path_join(root, "twice-labels.txt");
	free(clusters);
	clusters = path_join(root, "twice-clusters.txt");
	twice.clusters = clusters;
	probe_ok(&twice);
	summary = support_text(twice.out, "distances.csv");
	assert_non_null(strstr(summary, "\n0,a,b,"));
	assert_non_null(strstr(summary, ",6\n")); /* three clusters by two */
	free(summary);
	/* Two labels in one cluster are refused, and so is a short file. */
	probe_write(root, "bad.txt", "0\n");
	given.clusters = "/dev/null/absent";
	assert_int_equal(probe_run(&given, &err), -1);
	free(clusters);
	clusters = path_join(root, "bad.txt");
	given.clusters = clusters;
	assert_int_equal(probe_run(&given, &err), -1);
	assert_non_null(strstr(err.text, "bad.txt: 1 lines, but there are 300 examples"));
	free(clusters);
	probe_release(&found);
	probe_release(&given);
	probe_release(&twice);
	support_remove(root);
}

/* A sample leaves the other examples out, marked in the clusters. */
static void test_sample(void **state)
{
	char *root = support_folder(), *clusters, *summary;
	struct probe p = probe_of(root, "out", 6, &ctx);
	size_t left = 0, lines = 0;

	(void)state;
	probe_points(root, 200, 6, 3, 0.4, 10);
	p.params.max_points = 60;
	probe_ok(&p);
	clusters = support_text(p.out, "clusters.txt");
	for (char *line = strtok(clusters, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		left += strcmp(line, "-1") == 0;
		lines++;
	}
	assert_int_equal(lines, 200);
	assert_int_equal(left, 140);
	summary = support_text(p.out, "summary.json");
	assert_non_null(strstr(summary, "\"points\": 60"));
	assert_non_null(strstr(summary, "\"points_total\": 200"));
	free(summary);
	free(clusters);
	probe_release(&p);
	support_remove(root);
}

/* The distances inside a label, from the points and their clusters alone. */
static void test_inside(void **state)
{
	char *root = support_folder(), *labels, *clusters, *path;
	struct probe p = probe_of(root, "out", 6, &ctx);
	struct error err = { 0 };
	struct table inside;
	struct npy x;
	long cluster[300], sizes[300] = { 0 };
	char label[300];
	size_t n = 0;

	(void)state;
	probe_points(root, 300, 8, 4, 0.4, 15);
	probe_ok(&p);
	labels = support_text(root, "labels.txt");
	clusters = support_text(p.out, "clusters.txt");
	for (char *a = labels, *b = clusters; n < 300; n++) {
		label[n] = a[1];
		cluster[n] = strtol(b, &b, 10);
		sizes[cluster[n]]++;
		a += 3;
	}
	path = path_join(p.out, "inside.csv");
	assert_int_equal(npy_open(&x, p.embeddings, &err), 0);
	if (table_read_as(&inside, path, "layer,label,inside_mean,inside_max,pairs", &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(inside.rows, 4);
	for (size_t r = 0; r < inside.rows; r++) {
		double sum = 0.0, largest = 0.0;
		size_t pairs = 0;

		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j < i; j++) {
				double d = 0.0;

				if (cluster[i] != cluster[j] || sizes[cluster[i]] < 6 || label[i] != '0' + (int)r)
					continue;
				for (size_t k = 0; k < x.view.columns; k++)
					d += pow((double)matrix_row(x.view, i)[k] - matrix_row(x.view, j)[k], 2.0);
				sum += sqrt(d);
				largest = fmax(largest, sqrt(d));
				pairs++;
			}
		assert_true(pairs > 0);
		assert_int_equal((int)table_number_at(&inside, r, "pairs"), pairs);
		assert_near(table_number_at(&inside, r, "inside_mean"), sum / (double)pairs, 1e-9);
		assert_near(table_number_at(&inside, r, "inside_max"), largest, 1e-9);
	}
	table_release(&inside);
	npy_close(&x);
	free(labels);
	free(clusters);
	free(path);
	probe_release(&p);
	support_remove(root);
}

/* What the progress lines of a phase said; some phases come twice. */
struct heard {
	const char *phase;
	double first, last, total;
	size_t lines;
};

static void hear(void *arg, const char *phase, double done, double total, const char *detail)
{
	struct heard *all = arg;

	for (struct heard *h = all; h->phase != NULL; h++)
		if (strcmp(h->phase, phase) == 0) {
			assert_true((done == 0.0 || done >= h->last) && done <= total);
			if (h->lines++ == 0)
				h->first = done;
			h->last = done;
			h->total = total;
			assert_int_equal(strncmp(detail, "layer 0, ", 9), 0);
		}
}

/* Every long phase says how far it is, from its beginning to near its end, and in
 * which layer. */
static void test_progress(void **state)
{
	struct heard heard[] = {
		{ .phase = "whole labels" }, { .phase = "nearest" },   { .phase = "linkage" },
		{ .phase = "pairs" },        { .phase = "distances" }, { .phase = NULL },
	};
	char *root = support_folder();
	struct probe p = probe_of(root, "out", 1, &ctx);

	(void)state;
	probe_points(root, 800, 8, 7, 0.4, 14);
	p.ctx.progress = hear;
	p.ctx.arg = heard;
	probe_ok(&p);
	for (struct heard *h = heard; h->phase != NULL; h++)
		if (h->lines < 4 || h->total < 20.0 || h->first > 0.0 || h->last < 0.8 * h->total)
			fail_msg("%s: %zu lines, from %.0f to %.0f of %.0f", h->phase, h->lines, h->first, h->last,
				 h->total);
	probe_release(&p);
	support_remove(root);
}

static void assert_fault(struct probe *p, const char *message)
{
	struct error err = { 0 };

	assert_int_equal(probe_run(p, &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	if (strstr(err.text, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, message);
}

/* A NumPy array of one dimension, (2,). */
static void write_list(const char *root, const char *name)
{
	static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } \n";
	char bytes[128] = "\x93NUMPY\x01";
	struct error err = { 0 };
	struct folder f;

	bytes[8] = sizeof header - 1;
	memcpy(bytes + 10, header, sizeof header - 1);
	assert_int_equal(folder_open(&f, root, &err), 0);
	assert_int_equal(output_file(&f, name, bytes, 10 + sizeof header - 1 + 2 * sizeof(float), &err), 0);
	folder_release(&f);
}

static void test_errors(void **state)
{
	char *root = support_folder();
	struct probe p = probe_of(root, "out", 6, &ctx);

	(void)state;
	assert_non_null(directprobe_params_check(&(struct directprobe_params){ .min_points = 0 }));
	assert_non_null(directprobe_params_check(&(struct directprobe_params){ .min_points = 6, .max_points = -1 }));
	assert_null(directprobe_params_check(&(struct directprobe_params){ .min_points = 6 }));
	probe_points(root, 40, 3, 2, 0.4, 12);
	p.clusters = p.labels;
	p.certificates = root;
	assert_fault(&p, "those that --clusters gives have none");
	p.clusters = p.certificates = NULL;
	free(p.embeddings);
	p.embeddings = path_join(root, "vectors.txt");
	assert_fault(&p, "vectors.txt");
	probe_write(root, "vectors.txt", "1 2 3\n4 5\n");
	assert_fault(&p, "vectors.txt:2: 2 numbers, but 3 were expected");
	probe_write(root, "vectors.txt", "1 2 3\n4 five 6\n");
	assert_fault(&p, "vectors.txt:2: not numbers separated by spaces");
	probe_write(root, "vectors.txt", "1 2 3\n4 5 6\n");
	assert_fault(&p, "2 rows, but");
	probe_write(root, "vectors.txt", "");
	assert_fault(&p, "vectors.txt: no vectors");
	write_list(root, "vectors.txt");
	assert_fault(&p, "vectors.txt: an array of shape (2,), expected two dimensions");
	probe_write(root, "labels.txt", "a\nb\n");
	probe_write(root, "vectors.txt", "1 2 3\n4 nan 6\n");
	assert_fault(&p, "row 2 holds a value that is not finite");
	probe_write(root, "vectors.txt", "1 2 3\n4 1e39 6\n");
	assert_fault(&p, "row 2 holds a value that is not finite");
	probe_release(&p);
	support_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),        cmocka_unit_test(test_threads),
		cmocka_unit_test(test_authors_formats), cmocka_unit_test(test_given_clusters),
		cmocka_unit_test(test_sample),          cmocka_unit_test(test_progress),
		cmocka_unit_test(test_inside),          cmocka_unit_test(test_errors),
	};
	int failed;

	ctx.pool = pool_new(1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
