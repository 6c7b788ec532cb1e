/* Following clusters through states, alignment with the original, and the stages
 * similarity and divergence that read what is written. */
#include "probe.h"

#include "geometry/alignment.h"
#include "geometry/anisotropy.h"
#include "geometry/similarity.h"
#include "geometry/trajectory.h"
#include "geometry/vectors.h"
#include "num/statistics.h"

static struct context ctx;

enum { POINTS = 240, DIMENSIONS = 10, LABELS = 4, LAYERS = 2, STATES = 3 };

/* Layers of a state: the original's points moved along with their labels. */
struct space {
	float data[LAYERS][POINTS * DIMENSIONS];
	struct matrix layers[LAYERS];
};

static void make_space(struct space *s, const char *root, int state)
{
	struct error err = { 0 };
	struct labels labels;
	struct stream random;
	char *path = path_join(root, "labels.txt");

	assert_int_equal(labels_read(&labels, path, &err), 0);
	stream_init(&random, (uint64_t)state + 100);
	for (int l = 0; l < LAYERS; l++) {
		char *file = text_format("%s/layer%d.npy", root, l);
		struct npy npy;

		s->layers[l] = matrix_of(s->data[l], POINTS, DIMENSIONS);
		assert_int_equal(npy_open(&npy, file, &err), 0);
		memcpy(s->data[l], npy.view.data, sizeof s->data[l]);
		for (size_t i = 0; state > 0 && i < POINTS; i++)
			for (size_t k = 0; k < DIMENSIONS; k++)
				s->data[l][i * DIMENSIONS + k] +=
					(float)(0.3 * state * (labels.names[i][1] - '0') * (k == 1) +
						0.05 * stream_normal(&random));
		npy_close(&npy);
		free(file);
	}
	labels_release(&labels);
	free(path);
}

/* Label centres far apart, so that the representation is linear; layer 1 mixes. */
static void make_files(const char *root)
{
	struct error err = { 0 };
	struct folder f;
	struct output *o;
	struct stream random;
	static float x[LAYERS][POINTS * DIMENSIONS];

	stream_init(&random, 99);
	assert_int_equal(folder_open(&f, root, &err), 0);
	assert_int_equal(output_open(&o, &f, "labels.txt", &err), 0);
	for (size_t i = 0; i < POINTS; i++) {
		size_t label = stream_below(&random, LABELS);

		output_format(o, "t%zu\n", label);
		for (size_t k = 0; k < DIMENSIONS; k++)
			for (int l = 0; l < LAYERS; l++)
				x[l][i * DIMENSIONS + k] =
					(float)(stream_normal(&random) +
						(l == 0 ? 9.0 : 2.0) * (k == label) * (1.0 + 0.25 * (double)label));
	}
	assert_int_equal(output_commit(o, &err), 0);
	for (int l = 0; l < LAYERS; l++) {
		char name[32];

		snprintf(name, sizeof name, "layer%d.npy", l);
		assert_int_equal(npy_write(&f, name, matrix_of(x[l], POINTS, DIMENSIONS), &err), 0);
	}
	folder_release(&f);
}

static void run_probe(const char *root, const char *out, const char *const *embeddings, long max_points)
{
	struct error err = { 0 };
	struct directprobe_layer layers[LAYERS] = { { 0, embeddings[0] }, { 1, embeddings[1] } };
	char *labels = path_join(root, "labels.txt"), *path = path_join(root, out);
	struct directprobe_job job = { .layers = layers,
				       .layer_count = LAYERS,
				       .labels = labels,
				       .params = { .min_points = 6, .max_points = max_points, .seed = 8 },
				       .program = "this one" };
	struct folder f;

	if (folder_open(&f, path, &err) < 0 || directprobe_run(&job, &f, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	free(labels);
	free(path);
}

/* The files of a run: the original's and the last state's DirectProbe, and the
 * trajectory between, under root. */
struct scene {
	char *root;
	long max_points; /* of DirectProbe; 0: all */
	struct space spaces[STATES + 1];
};

static void scene_open(struct scene *s)
{
	struct error err = { 0 };
	struct folder f;
	struct trajectory *t;
	char *files[2][LAYERS], *clusters[LAYERS], *labels, *path;
	struct trajectory_job job;

	s->root = support_folder();
	make_files(s->root);
	for (int i = 0; i <= STATES; i++)
		make_space(&s->spaces[i], s->root, i);
	assert_int_equal(folder_open(&f, s->root, &err), 0);
	for (int l = 0; l < LAYERS; l++) {
		char name[32];

		snprintf(name, sizeof name, "tuned%d.npy", l);
		assert_int_equal(npy_write(&f, name, s->spaces[STATES].layers[l], &err), 0);
		files[0][l] = text_format("%s/layer%d.npy", s->root, l);
		files[1][l] = text_format("%s/tuned%d.npy", s->root, l);
		clusters[l] = text_format("%s/original/clusters-%d.txt", s->root, l);
	}
	folder_release(&f);
	run_probe(s->root, "original", (const char *const *)files[0], s->max_points);
	run_probe(s->root, "tuned", (const char *const *)files[1], s->max_points);
	labels = path_join(s->root, "labels.txt");
	job = (struct trajectory_job){ .labels = labels,
				       .originals = (const char *const *)files[0],
				       .clusters = (const char *const *)clusters,
				       .layers = LAYERS,
				       .min_points = 6,
				       .seed = 3 };
	path = path_join(s->root, "trajectory");
	if (folder_open(&f, path, &err) < 0 || trajectory_new(&t, &job, &ctx, &err) < 0 ||
	    trajectory_add(t, "original", NULL, false, &ctx, &err) < 0)
		fail_msg("%s", err.text);
	for (int i = 1; i <= STATES; i++) {
		char name[32];

		snprintf(name, sizeof name, "pos-s1-c%02d", i);
		if (trajectory_add(t, name, s->spaces[i].layers, false, &ctx, &err) < 0)
			fail_msg("%s", err.text);
	}
	if (trajectory_write(t, &f, &err) < 0)
		fail_msg("%s", err.text);
	trajectory_free(t);
	folder_release(&f);
	free(path);
	free(labels);
	for (int l = 0; l < LAYERS; l++) {
		free(files[0][l]);
		free(files[1][l]);
		free(clusters[l]);
	}
}

static void scene_close(struct scene *s)
{
	support_remove(s->root);
}

static void read_table(struct table *t, const struct scene *s, const char *file, const char *header)
{
	struct error err = { 0 };
	char *path = path_join(s->root, file);

	if (table_read_as(t, path, header, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

static const char distances_header[] = "state,layer,label_a,label_b,distance,gap,pairs";

/* The original's rows are those of DirectProbe; where the clusters are one a
 * label, so are those of the last state, found from warm starts. */
static void compare_measures(long max_points)
{
	struct scene *s = calloc(1, sizeof *s);
	struct table followed, own;
	const char *const probes[2] = { "original/distances.csv", "tuned/distances.csv" };
	char *summary, *count;
	size_t compared = 0;

	s->max_points = max_points;
	scene_open(s);
	read_table(&followed, s, "trajectory/distances.csv", distances_header);
	for (int p = 0; p < 2; p++) {
		read_table(&own, s, probes[p], "layer,label_a,label_b,distance,gap,pairs");
		for (size_t r = 0; r < own.rows; r++)
			for (size_t q = 0; q < followed.rows; q++) {
				if (strcmp(table_text_at(&followed, q, "state"),
					   p == 0 ? "original" : "pos-s1-c03") != 0 ||
				    table_number_at(&followed, q, "layer") != table_number_at(&own, r, "layer") ||
				    strcmp(table_text_at(&followed, q, "label_a"),
					   table_text_at(&own, r, "label_a")) != 0 ||
				    strcmp(table_text_at(&followed, q, "label_b"),
					   table_text_at(&own, r, "label_b")) != 0 ||
				    (p == 1 && table_number_at(&own, r, "layer") == 1.0))
					continue;
				assert_near(table_number_at(&followed, q, "distance"),
					    table_number_at(&own, r, "distance"),
					    2e-6 * table_number_at(&own, r, "distance"));
				compared++;
			}
		table_release(&own);
	}
	assert_true(compared >= 12);
	table_release(&followed);
	read_table(&followed, s, "trajectory/alignment.csv", "layer,state_a,state_b,measure,value,low,high,n");
	for (size_t r = 0; r < followed.rows; r++)
		assert_int_equal((long)table_number_at(&followed, r, "n"), max_points == 0 ? POINTS : max_points);
	table_release(&followed);
	summary = support_text(s->root, "trajectory/summary.json");
	count = text_format("\"points\": %ld,", max_points == 0 ? POINTS : max_points);
	assert_non_null(strstr(summary, count));
	assert_non_null(strstr(summary, "\"points_total\": 240"));
	free(summary);
	free(count);
	scene_close(s);
	free(s);
}

static void test_measures(void **state)
{
	(void)state;
	compare_measures(0);
}

/* The examples that a sample left out take no part in a state. */
static void test_sample(void **state)
{
	(void)state;
	compare_measures(150);
}

/* The variance of a layer's centroids, of all states and labels, in all dimensions. */
static double centroid_squares(const struct scene *s, int layer)
{
	static const char *const states[] = { "original", "pos-s1-c01", "pos-s1-c02", "pos-s1-c03" };
	struct error err = { 0 };
	struct npy files[STATES + 1];
	double sum = 0;
	size_t rows, columns;

	for (size_t i = 0; i <= STATES; i++) {
		char *path = text_format("%s/trajectory/centroids-%s-%d.npy", s->root, states[i], layer);

		if (npy_open(&files[i], path, &err) < 0)
			fail_msg("%s", err.text);
		free(path);
	}
	rows = files[0].view.rows;
	columns = files[0].view.columns;
	for (size_t k = 0; k < columns; k++) {
		double mean = 0;

		for (size_t i = 0; i < (STATES + 1) * rows; i++)
			mean += (double)matrix_row(files[i / rows].view, i % rows)[k] / (double)((STATES + 1) * rows);
		for (size_t i = 0; i < (STATES + 1) * rows; i++)
			sum += pow((double)matrix_row(files[i / rows].view, i % rows)[k] - mean, 2);
	}
	for (size_t i = 0; i <= STATES; i++)
		npy_close(&files[i]);
	return sum;
}

/* The axes of the paths have the shares of the variance that the table says. */
static void test_shares(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	struct table paths, spread;

	(void)state;
	scene_open(s);
	read_table(&paths, s, "trajectory/paths.csv", "layer,label,state,pc1,pc2");
	read_table(&spread, s, "trajectory/spread.csv", "layer,scale,pc1,pc2");
	assert_int_equal(spread.rows, LAYERS);
	for (size_t l = 0; l < spread.rows; l++) {
		const double all = centroid_squares(s, (int)l);
		double along[2] = { 0, 0 };

		for (size_t r = 0; r < paths.rows; r++)
			if (table_number_at(&paths, r, "layer") == (double)l) {
				along[0] += pow(table_number_at(&paths, r, "pc1"), 2);
				along[1] += pow(table_number_at(&paths, r, "pc2"), 2);
			}
		assert_near(table_number_at(&spread, l, "pc1"), along[0] / all, 1e-6);
		assert_near(table_number_at(&spread, l, "pc2"), along[1] / all, 1e-6);
		assert_true(along[0] >= along[1] && along[1] > 0);
	}
	table_release(&paths);
	table_release(&spread);
	scene_close(s);
	free(s);
}

/* Where clusters come to overlap, their labels have no row, their label no
 * minimum, and the state is not linear. */
static void test_overlap(void **state)
{
	static struct space space;
	struct scene *s = calloc(1, sizeof *s);
	struct error err = { 0 };
	char *labels, *originals[LAYERS], *clusters[LAYERS], *summary;
	struct trajectory_job job;
	struct trajectory *t;
	struct folder f;
	struct table table;

	(void)state;
	scene_open(s);
	labels = path_join(s->root, "labels.txt");
	for (int l = 0; l < LAYERS; l++) {
		originals[l] = text_format("%s/layer0.npy", s->root);
		clusters[l] = text_format("%s/original/clusters-0.txt", s->root);
	}
	job = (struct trajectory_job){ .labels = labels,
				       .originals = (const char *const *)originals,
				       .clusters = (const char *const *)clusters,
				       .layers = LAYERS,
				       .min_points = 6 };
	make_space(&space, s->root, 0);
	{
		struct labels names;

		/* Layer 0: the points of t0 and t1 lie in one place; layer 1: all points are one. */
		assert_int_equal(labels_read(&names, labels, &err), 0);
		for (size_t i = 0; i < POINTS; i++)
			for (size_t k = 0; k < DIMENSIONS; k++) {
				float v = space.data[0][i * DIMENSIONS + k];

				if (names.names[i][1] < '2' && k < 2)
					v = fmodf(v, 1.0f);
				space.data[0][i * DIMENSIONS + k] = v;
				space.data[1][i * DIMENSIONS + k] = 0.75f;
			}
		labels_release(&names);
	}
	support_remove(path_join(s->root, "trajectory"));
	assert_int_equal(folder_open(&f, s->root, &err), 0);
	if (trajectory_new(&t, &job, &ctx, &err) < 0 || trajectory_add(t, "original", NULL, false, &ctx, &err) < 0 ||
	    trajectory_add(t, "mixed", space.layers, true, &ctx, &err) < 0 || trajectory_write(t, &f, &err) < 0)
		fail_msg("%s", err.text);
	trajectory_free(t);
	read_table(&table, s, "distances.csv", distances_header);
	for (size_t r = 0, mixed = 0; r <= table.rows; r++) {
		if (r == table.rows) {
			assert_int_equal(mixed, 5); /* six pairs but (t0, t1); none at layer 1 */
			break;
		}
		if (strcmp(table_text_at(&table, r, "state"), "mixed") != 0)
			continue;
		mixed++;
		assert_false(strcmp(table_text_at(&table, r, "label_a"), "t0") == 0 &&
			     strcmp(table_text_at(&table, r, "label_b"), "t1") == 0);
	}
	table_release(&table);
	read_table(&table, s, "minimum.csv", "state,layer,label,distance,nearest");
	for (size_t r = 0; r < table.rows; r++)
		if (strcmp(table_text_at(&table, r, "state"), "mixed") == 0)
			assert_true(table_text_at(&table, r, "label")[1] > '1');
	table_release(&table);
	summary = support_text(s->root, "summary.json");
	assert_non_null(strstr(summary, "\"linear\": false"));
	assert_non_null(strstr(summary, "\"linear\": null"));
	assert_non_null(strstr(summary, "\"linear\": true"));
	free(summary);
	read_table(&table, s, "alignment.csv", "layer,state_a,state_b,measure,value,low,high,n");
	assert_int_equal(table.rows, 2 * ALIGNMENT_MEASURES);
	for (size_t r = ALIGNMENT_MEASURES; r < table.rows; r++)
		assert_true(isnan(table_number_at(&table, r, "value")));
	table_release(&table);
	folder_release(&f);
	free(labels);
	for (int l = 0; l < LAYERS; l++) {
		free(originals[l]);
		free(clusters[l]);
	}
	scene_close(s);
	free(s);
}

static void assert_number(double found, const json_t *expected)
{
	assert_non_null(expected);
	if (json_is_null(expected))
		assert_true(isnan(found));
	else
		assert_near(found, json_number_value(expected), 1e-9);
}

/* Against NumPy, SciPy and scikit-learn. */
static void test_alignment(void **state)
{
	struct error err = { 0 };
	json_t *all, *row;
	size_t i;

	(void)state;
	assert_int_equal(json_read(&all, FIXTURES "/statistics/statistics.json", &err), 0);
	json_array_foreach(json_object_get(all, "alignment"), i, row)
	{
		static const char *const names[] = { "a", "b" };
		double found[ALIGNMENT_MEASURES], half[ALIGNMENT_MEASURES];
		struct side side[2];
		uint32_t order[64];

		for (uint32_t k = 0; k < 64; k++)
			order[k] = k;
		for (int k = 0; k < 2; k++) {
			const json_t *m = json_object_get(row, names[k]);
			size_t n = json_array_size(m), columns = json_array_size(json_array_get(m, 0));
			float *x = array_new(n, columns, sizeof *x);
			struct selection points = { matrix_of(x, n, columns), order, n };

			for (size_t e = 0; e < n * columns; e++)
				x[e] = (float)json_number_value(
					json_array_get(json_array_get(m, e / columns), e % columns));
			assert_int_equal(side_init(&side[k], points, points, &ctx, &err), 0);
		}
		assert_int_equal(alignment_take(found, &side[0], &side[1], &ctx, &err), 0);
		assert_int_equal(
			alignment_jackknife(half, side[0].points, side[0].sample, side[1].points.m, &ctx, &err), 0);
		for (size_t k = 0; k < ALIGNMENT_MEASURES; k++) {
			const char *key = alignment_measures[k].key;

			assert_number(found[k], json_object_get(row, key));
			assert_number(half[k], json_object_get(json_object_get(row, "half"), key));
		}
		for (int k = 0; k < 2; k++) {
			free(side[k].points.m.data);
			side_release(&side[k]);
		}
	}
	json_decref(all);
}

/* similarity.csv and shift.csv, computed again from the other tables. */
static void test_anisotropy(void **state)
{
	struct error err = { 0 };
	json_t *all, *row;
	size_t i;

	(void)state;
	assert_int_equal(json_read(&all, FIXTURES "/statistics/statistics.json", &err), 0);
	json_array_foreach(json_object_get(all, "anisotropy"), i, row)
	{
		const json_t *m = json_object_get(row, "matrix");
		size_t n = json_array_size(m), columns = json_array_size(json_array_get(m, 0));
		float *x = array_new(n, columns, sizeof *x);
		int *label = array_new(n, 1, sizeof *label);
		struct points p;

		for (size_t e = 0; e < n * columns; e++)
			x[e] = (float)json_number_value(json_array_get(json_array_get(m, e / columns), e % columns));
		assert_int_equal(points_init(&p, matrix_of(x, n, columns), label, 1, "x", &err), 0);
		assert_near(anisotropy(&p), json_number_value(json_object_get(row, "cosine")), 1e-9);
		points_release(&p);
		memset(x, 0, columns * sizeof *x);
		assert_int_equal(points_init(&p, matrix_of(x, n, columns), label, 1, "x", &err), 0);
		assert_true(isnan(anisotropy(&p)));
		points_release(&p);
		free(x);
		free(label);
	}
	json_decref(all);
}

static void test_similarity_stage(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	struct error err = { 0 };
	struct folder f;
	struct table t, shift;
	char *original, *tuned, *between, *out;

	(void)state;
	scene_open(s);
	original = path_join(s->root, "original");
	tuned = path_join(s->root, "tuned");
	between = path_join(s->root, "trajectory");
	out = path_join(s->root, "similarity");
	if (folder_open(&f, out, &err) < 0 || similarity_run(original, tuned, "pos-s1-c03", between, 5, &f, &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	read_table(&t, s, "similarity/similarity.csv", SIMILARITY_HEADER);
	assert_int_equal(t.rows, LAYERS * STATES);
	for (size_t r = 0; r < t.rows; r++) {
		assert_string_equal(table_text_at(&t, r, "state_a"), "original");
		assert_int_equal(table_text_at(&t, r, "state_b")[9], '1' + (int)(r % STATES));
		if (table_number_at(&t, r, "layer") == 0.0) {
			assert_int_equal((int)table_number_at(&t, r, "pairs"), 6);
			assert_int_equal((int)table_number_at(&t, r, "labels"), 4);
			assert_true(table_number_at(&t, r, "linear_a") == 1.0 &&
				    table_number_at(&t, r, "linear_b") == 1.0);
			assert_true(table_number_at(&t, r, "low") <= table_number_at(&t, r, "high"));
		}
	}
	table_release(&t);
	read_table(&shift, s, "similarity/shift.csv", "layer,state,label,norm,pc1,pc2");
	assert_int_equal(shift.rows, LAYERS * STATES * LABELS);
	for (size_t r = 0; r < shift.rows; r++) {
		double step = table_text_at(&shift, r, "state")[9] - '0';
		double label = table_text_at(&shift, r, "label")[1] - '0';

		/* Label number times step times 0.3, along one axis, and a little noise. */
		assert_near(table_number_at(&shift, r, "norm"), 0.3 * step * label, 0.06);
		assert_near(fabs(table_number_at(&shift, r, "pc1")), 0.3 * step * label, 0.06);
	}
	table_release(&shift);
	free(original);
	free(tuned);
	free(between);
	free(out);
	scene_close(s);
	free(s);
}

/* A table of distances by hand, with one label that the other lacks. */
static void write_distances(const char *root, const char *folder, const char *labels, const char *rows,
			    const char *linear)
{
	char *path = path_join(root, folder), *text;

	probe_write(path, "labelset.txt", labels);
	text = text_format("[{\"layer\": 2, \"linear\": %s}]\n", linear);
	probe_write(path, "summary.json", text);
	free(text);
	text = text_format("layer,label_a,label_b,distance,gap,pairs\n%s", rows);
	probe_write(path, "distances.csv", text);
	free(text);
	free(path);
}

/* One layer of a file against one of another. */
static int compare_layers(struct similarity *out, const char *a, int layer_a, const char *b, int layer_b,
			  enum pairs_convention convention, struct error *err)
{
	return similarity_of(out, &(struct layer_choice){ a, layer_a, "layer-a" },
			     &(struct layer_choice){ b, layer_b, "layer-b" }, convention, 4, err);
}

static void test_divergence(void **state)
{
	/* Pairs of a, b, c, d; the test part lacks d and the pair (a, c). */
	const double train[6] = { 1.25, 2.5, 0.75, 3.125, 0.5, 2.0 };
	const double test[6] = { 1.5, 0.0, 0.0, 2.75, 0.0, 0.0 };
	char *root = support_folder(), *a = path_join(root, "train"), *b = path_join(root, "test");
	char *x = path_join(a, "distances.csv"), *y = path_join(b, "distances.csv"), *names;
	struct error err = { 0 };
	struct similarity s;
	struct folder f;
	struct table t;

	(void)state;
	write_distances(
		root, "train", "a\nb\nc\nd\n",
		"2,a,b,1.25,0,1\n2,a,c,2.5,0,1\n2,a,d,0.75,0,1\n2,b,c,3.125,0,1\n2,b,d,0.5,0,1\n2,c,d,2.0,0,1\n",
		"true");
	write_distances(root, "test", "a\nb\nc\n", "2,a,b,1.5,0,1\n2,b,c,2.75,0,1\n", "null");
	assert_int_equal(folder_open(&f, root, &err), 0);
	if (divergence_run(a, b, 9, &f, &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	names = path_join(root, "divergence.csv");
	assert_int_equal(table_read_as(&t, names, SIMILARITY_HEADER, &err), 0);
	assert_int_equal(t.rows, 2);
	assert_string_equal(table_text_at(&t, 0, "convention"), "present");
	assert_string_equal(table_text_at(&t, 0, "r"), ""); /* two pairs are too few */
	assert_string_equal(table_text_at(&t, 0, "pairs"), "2");
	assert_string_equal(table_text_at(&t, 0, "labels"), "3");
	assert_string_equal(table_text_at(&t, 0, "linear_a"), "1");
	assert_string_equal(table_text_at(&t, 0, "linear_b"), "");
	assert_string_equal(table_text_at(&t, 1, "convention"), "zero");
	assert_string_equal(table_text_at(&t, 1, "pairs"), "6");
	assert_near(table_number_at(&t, 1, "r"), statistics_pearson(train, test, 6), 1e-15);
	table_release(&t);
	free(names);
	names = path_join(root, "coverage.csv");
	assert_int_equal(table_read(&t, names, &err), 0);
	assert_int_equal(t.rows, 2);
	for (size_t r = 0; r < 2; r++) {
		assert_string_equal(table_text_at(&t, r, "convention"), r == 0 ? "present" : "zero");
		assert_string_equal(table_text_at(&t, r, "labels_a"), "4");
		assert_string_equal(table_text_at(&t, r, "labels_b"), "3");
		assert_string_equal(table_text_at(&t, r, "lacking_a"), "0");
		assert_string_equal(table_text_at(&t, r, "lacking_b"), "1");
		assert_string_equal(table_text_at(&t, r, "draws"), r == 0 ? "0" : "1000");
	}
	/* A label drawn four times makes no pair. */
	assert_true(table_number_at(&t, 1, "dropped") > 0.0);
	table_release(&t);
	/* Against itself every draw gives 1; a draw of one label gives nothing. */
	assert_int_equal(compare_layers(&s, x, 2, x, 2, PAIRS_PRESENT, &err), 0);
	assert_near(s.r, 1.0, 1e-15);
	assert_near(s.low, 1.0, 1e-12);
	assert_true(s.dropped > 0 && s.pairs == 6 && s.labels == 4);
	assert_int_equal(compare_layers(&s, x, LAYER_LAST, y, 2, PAIRS_PRESENT, &err), 0);
	assert_true(isnan(s.r) && s.pairs == 2 && s.linear_a == 1);
	/* A layer that is not there is no comparison without a result. */
	assert_int_equal(compare_layers(&s, x, 1, y, 2, PAIRS_PRESENT, &err), -1);
	assert_non_null(strstr(err.text, "--layer-a 1: "));
	assert_non_null(strstr(err.text, "distances.csv has the layer 2"));
	/* Without labelset.txt the other convention cannot be followed. */
	free(names);
	names = path_join(b, "labelset.txt");
	unlink(names);
	assert_int_equal(compare_layers(&s, x, 2, y, 2, PAIRS_ZERO, &err), -1);
	assert_non_null(strstr(err.text, "need summary.json and labelset.txt"));
	assert_int_equal(compare_layers(&s, x, 2, y, 2, PAIRS_PRESENT, &err), 0);
	free(names);
	names = path_join(root, "absent/distances.csv");
	assert_int_equal(compare_layers(&s, names, 2, y, 2, PAIRS_PRESENT, &err), -1);
	free(names);
	free(a);
	free(b);
	free(x);
	free(y);
	support_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measures),   cmocka_unit_test(test_shares),
		cmocka_unit_test(test_overlap),    cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_anisotropy), cmocka_unit_test(test_similarity_stage),
		cmocka_unit_test(test_divergence), cmocka_unit_test(test_sample),
	};
	int failed;

	ctx.pool = pool_new(2);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pool_free(ctx.pool);
	return failed;
}
