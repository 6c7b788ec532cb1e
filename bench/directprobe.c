/* DirectProbe on synthetic points: how long the clustering and the distances
 * take, what answered the questions about overlap, and how the time grows.
 *
 *     build/bench/directprobe [--threads N] [--json] [--verbose] [--large]
 *                             [KIND POINTS DIMENSIONS LABELS]…
 *
 * Kinds, with float32 values and label sizes in proportion to 1/rank:
 *   separable  N(c, I) about centres c ~ N(0, 64 I/d): one cluster a label
 *   nearly     the same, and 1 point in 1000 lies deep inside another label
 *   flat       N(c, I) about near centres in 8 dimensions, mapped to all of them:
 *              few points are in general position, and hulls overlap
 *   mixed      word types: a vector a type, N(0, I), and a small one for each
 *              use; a type's uses share one label, but for one in three types,
 *              whose uses have one of two
 *   lexical    as mixed, with 1 use in 5 exactly at its type's place
 *   beads:K    K balls in a row in a plane, mapped to all dimensions; the labels
 *              take turns, and all balls are of one size: about K clusters
 * Without arguments: series that grow in one size at a time, each with the power
 * of it that the time grows with, and some sets as large as the paper's: some
 * minutes on two cores. --large runs its hardest instead, with thousands of
 * clusters, and 200,000 points. */
#include "base/array.h"
#include "base/json.h"
#include "base/random.h"
#include "geometry/measures.h"
#include "geometry/partition.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct set {
	const char *kind;
	size_t points, dimensions, labels;
};

/* Sets of which one size grows, or, where `grows` is NULL, nothing in particular. */
struct series {
	const char *grows;
	struct set sets[6];
};

static const struct series standard[] = {
	{ "points",
	  { { "lexical", 1000, 64, 16 },
	    { "lexical", 2000, 64, 16 },
	    { "lexical", 4000, 64, 16 },
	    { "lexical", 8000, 64, 16 },
	    { "lexical", 16000, 64, 16 } } },
	{ "dimensions",
	  { { "lexical", 4000, 32, 16 },
	    { "lexical", 4000, 128, 16 },
	    { "lexical", 4000, 512, 16 },
	    { "lexical", 4000, 1536, 16 } } },
	{ "clusters",
	  { { "beads:16", 8000, 64, 8 },
	    { "beads:64", 8000, 64, 8 },
	    { "beads:256", 8000, 64, 8 },
	    { "beads:1024", 8000, 64, 8 } } },
	{ NULL,
	  { { "separable", 4282, 128, 46 },
	    { "separable", 16860, 768, 17 },
	    { "separable", 16054, 1536, 46 },
	    { "nearly", 4282, 128, 46 },
	    { "flat", 1000, 128, 17 },
	    { "flat", 4000, 128, 17 } } },
};

static const struct series large[] = {
	{ NULL, { { "nearly", 16860, 128, 17 }, { "lexical", 16860, 128, 17 }, { "nearly", 200000, 128, 50 } } },
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static unsigned draw_label(struct stream *s, size_t labels)
{
	double sum = 0.0, at;

	for (size_t l = 0; l < labels; l++)
		sum += 1.0 / (double)(l + 2);
	at = stream_uniform(s) * sum;
	for (size_t l = 0; l + 1 < labels; l++) {
		at -= 1.0 / (double)(l + 2);
		if (at < 0.0)
			return (unsigned)l;
	}
	return (unsigned)(labels - 1);
}

static void normals(float *out, size_t count, double scale, struct stream *s)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (float)(scale * stream_normal(s));
}

/* Points about a centre a label. */
static void make_blobs(struct matrix m, int *label, const struct set *set, struct stream *s)
{
	float *centre = array_new(set->labels, set->dimensions, sizeof *centre);
	size_t d = set->dimensions;

	normals(centre, set->labels * d, 8.0 / sqrt((double)d), s);
	for (size_t i = 0; i < set->points; i++) {
		unsigned l = draw_label(s, set->labels);

		normals(matrix_row(m, i), d, 1.0, s);
		for (size_t k = 0; k < d; k++)
			matrix_row(m, i)[k] += centre[l * d + k];
		label[i] = (int)l;
		if (strcmp(set->kind, "nearly") == 0 && stream_below(s, 1000) == 0) {
			unsigned other = stream_below(s, (uint32_t)set->labels);

			for (size_t k = 0; k < d; k++)
				matrix_row(m, i)[k] = 0.05f * matrix_row(m, i)[k] + 0.95f * centre[other * d + k];
		}
	}
	free(centre);
}

/* Blobs in a few dimensions, mapped to all by a random matrix. */
static void make_flat(struct matrix m, int *label, const struct set *set, struct stream *s)
{
	enum { RANK = 8 };
	float *centre = array_new(set->labels, RANK, sizeof *centre);
	float *map = array_new(RANK, set->dimensions, sizeof *map), at[RANK];

	normals(centre, set->labels * RANK, 1.0, s);
	normals(map, RANK * set->dimensions, 1.0 / sqrt(RANK), s);
	for (size_t i = 0; i < set->points; i++) {
		label[i] = (int)draw_label(s, set->labels);
		normals(at, RANK, 1.0, s);
		for (size_t r = 0; r < RANK; r++)
			for (size_t k = 0; k < set->dimensions; k++)
				matrix_row(m, i)[k] +=
					(at[r] + centre[(size_t)label[i] * RANK + r]) * map[r * set->dimensions + k];
	}
	free(centre);
	free(map);
}

/* Uses of word types, some of which have two labels. */
static void make_words(struct matrix m, int *label, const struct set *set, struct stream *s)
{
	size_t types = set->points / 4 + 1, d = set->dimensions;
	float *type = array_new(types, d, sizeof *type);
	unsigned *first = array_new(types, 2, sizeof *first);
	bool lexical = strcmp(set->kind, "lexical") == 0;

	normals(type, types * d, 1.0, s);
	for (size_t t = 0; t < types; t++) {
		first[2 * t] = draw_label(s, set->labels);
		first[2 * t + 1] = stream_below(s, 3) == 0 ? draw_label(s, set->labels) : first[2 * t];
	}
	for (size_t i = 0; i < set->points; i++) {
		double u = stream_uniform(s);
		size_t t = (size_t)(u * u * (double)types);

		normals(matrix_row(m, i), d, lexical && stream_below(s, 5) == 0 ? 0.0 : 0.3, s);
		for (size_t k = 0; k < d; k++)
			matrix_row(m, i)[k] += type[t * d + k];
		label[i] = (int)first[2 * t + stream_below(s, 2)];
	}
	free(type);
	free(first);
}

/* Balls in a row. Rounding moves a point off the plane by less than τ. */
static void make_beads(struct matrix m, int *label, const struct set *set, struct stream *s)
{
	enum { RANK = 2, SPACING = 8 };
	size_t beads = (size_t)atol(set->kind + strlen("beads:")), d = set->dimensions;
	float *map = array_new(RANK, d, sizeof *map), at[RANK];

	normals(map, RANK * d, 1.0 / sqrt((double)d), s);
	for (size_t i = 0; i < set->points; i++) {
		size_t bead = i % beads;

		label[i] = (int)(bead % set->labels);
		normals(at, RANK, 1.0, s);
		at[0] += (float)(SPACING * bead);
		for (size_t k = 0; k < d; k++)
			matrix_row(m, i)[k] = at[0] * map[k] + at[1] * map[d + k];
	}
	free(map);
}

static void make(struct matrix m, int *label, const struct set *set)
{
	struct stream s;

	stream_init(&s, 20220522);
	if (strcmp(set->kind, "mixed") == 0 || strcmp(set->kind, "lexical") == 0)
		make_words(m, label, set, &s);
	else if (strcmp(set->kind, "flat") == 0)
		make_flat(m, label, set, &s);
	else if (strncmp(set->kind, "beads:", strlen("beads:")) == 0)
		make_beads(m, label, set, &s);
	else
		make_blobs(m, label, set, &s);
}

/* What a run came to. */
struct result {
	const struct set *set;
	size_t clusters, merges, tried;
	double clustering, measuring; /* seconds */
	struct overlap_counts counts;
	uint64_t undecided; /* tests that were called overlaps */
	uint64_t open;      /* distances whose gap did not close */
	long megabytes;     /* the most that the process has had so far */
};

/* What answered the questions, in the order in which it is tried. */
static const struct column {
	const char *name;
	size_t at;
} columns[] = {
	{ "asked", offsetof(struct overlap_counts, asked) },
	{ "sphere", offsetof(struct overlap_counts, sphere) },
	{ "separator", offsetof(struct overlap_counts, separator) },
	{ "twin", offsetof(struct overlap_counts, twin) },
	{ "kept", offsetof(struct overlap_counts, kept) },
	{ "fisher", offsetof(struct overlap_counts, fisher) },
	{ "centres", offsetof(struct overlap_counts, centres) },
	{ "solver", offsetof(struct overlap_counts, solver) },
	{ "witness", offsetof(struct overlap_counts, witness) },
	{ "rounds", offsetof(struct overlap_counts, rounds) },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static uint64_t count_of(const struct result *r, size_t column)
{
	return *(const uint64_t *)((const char *)&r->counts + columns[column].at);
}

static void print_head(void)
{
	printf("asked = sphere + separator + twin + kept + fisher + centres + solver; witness: of the solver's\n"
	       "%-10s %7s %5s %3s %8s %9s %9s %7s %9s",
	       "kind", "points", "d", "L", "clusters", "cluster/s", "distance/s", "state", "tried");
	for (size_t k = 0; k < COLUMNS; k++)
		printf(" %10s", columns[k].name);
	printf(" %9s %5s %6s\n", "undecided", "open", "MB");
}

static void print_result(const struct result *r)
{
	printf("%-10s %7zu %5zu %3zu %8zu %9.2f %9.2f %7zu %9zu", r->set->kind, r->set->points, r->set->dimensions,
	       r->set->labels, r->clusters, r->clustering, r->measuring, r->merges, r->tried);
	for (size_t k = 0; k < COLUMNS; k++)
		printf(" %10llu", (unsigned long long)count_of(r, k));
	printf(" %9llu %5llu %6ld\n", (unsigned long long)r->undecided, (unsigned long long)r->open, r->megabytes);
	fflush(stdout);
}

static json_t *json_of(const struct result *r, const char *grows)
{
	json_t *row =
		json_pack("{s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I}", "kind", r->set->kind,
			  "points", (json_int_t)r->set->points, "dimensions", (json_int_t)r->set->dimensions,
			  "labels", (json_int_t)r->set->labels, "clusters", (json_int_t)r->clusters,
			  "clustering_seconds", r->clustering, "distances_seconds", r->measuring, "state",
			  (json_int_t)r->merges, "tried", (json_int_t)r->tried, "undecided", (json_int_t)r->undecided,
			  "open", (json_int_t)r->open, "megabytes", (json_int_t)r->megabytes);

	for (size_t k = 0; row != NULL && k < COLUMNS; k++)
		json_object_set_new(row, columns[k].name, json_integer((json_int_t)count_of(r, k)));
	if (row != NULL && grows != NULL)
		json_object_set_new(row, "grows", json_string(grows));
	return row;
}

/* The power of the size that grows, fitted to the seconds. */
static double power_of(const struct result *r, size_t count, const char *grows)
{
	double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, n = (double)count;

	for (size_t i = 0; i < count; i++) {
		size_t size = strcmp(grows, "points") == 0     ? r[i].set->points
			      : strcmp(grows, "clusters") == 0 ? r[i].clusters
							       : r[i].set->dimensions;
		double a = log((double)size), b = log(r[i].clustering + r[i].measuring);

		x += a;
		y += b;
		xx += a * a;
		xy += a * b;
	}
	return (n * xy - x * y) / (n * xx - x * x);
}

static int run(struct result *out, const struct set *set, const struct context *ctx)
{
	struct matrix m =
		matrix_of(array_new(set->points, set->dimensions, sizeof(float)), set->points, set->dimensions);
	int *label = array_new(set->points, 1, sizeof *label);
	struct points points = { 0 };
	struct partition_memory memory = { 0 };
	struct partition partition = { 0 };
	struct measures measures = { 0 };
	struct measure_job job = { .points = &points, .min_points = 6, .inside = true };
	struct error err = { 0 };
	struct rusage usage;
	double start, middle;
	int rc = -1;

	if (m.data == NULL || label == NULL) {
		error_memory(&err, "the points");
		goto done;
	}
	make(m, label, set);
	if (points_init(&points, m, label, set->labels, "points", &err) < 0)
		goto done;
	free(m.data);
	m.data = NULL;
	start = now();
	if (partition_find(&partition, &points, &memory, NULL, NULL, ctx, &err) < 0)
		goto done;
	middle = now();
	job.cluster = partition.cluster;
	job.clusters = partition.clusters;
	if (measures_take(&measures, &job, ctx, &err) < 0)
		goto done;
	getrusage(RUSAGE_SELF, &usage);
	*out = (struct result){ set,
				partition.clusters,
				partition.merges,
				partition.tried,
				middle - start,
				now() - middle,
				partition.counts,
				partition.undecided + measures.undecided,
				measures.open,
				usage.ru_maxrss / 1024 };
	rc = 0;
	if (overlap_counts_answered(&out->counts) != out->counts.asked)
		rc = error_set(&err, STATUS_CHECK, "%s: the answers do not add up to the questions", set->kind);
done:
	if (rc < 0)
		fprintf(stderr, "%s\n", err.text);
	measures_release(&measures);
	partition_release(&partition);
	partition_memory_release(&memory);
	points_release(&points);
	free(m.data);
	free(label);
	return rc;
}

/* Runs a series, and adds its rows to the array, or prints them. */
static int run_series(const struct series *series, const struct context *ctx, json_t *rows)
{
	enum { MOST = sizeof series->sets / sizeof *series->sets };
	struct result results[MOST];
	size_t count = 0;

	for (; count < MOST && series->sets[count].kind != NULL; count++) {
		if (run(&results[count], &series->sets[count], ctx) < 0)
			return -1;
		if (rows != NULL)
			json_array_append_new(rows, json_of(&results[count], series->grows));
		else
			print_result(&results[count]);
	}
	if (rows == NULL && series->grows != NULL && count > 1)
		printf("time grows with the %s to the power of %.2f\n\n", series->grows,
		       power_of(results, count, series->grows));
	return 0;
}

static void progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	if (*(bool *)arg)
		fprintf(stderr, "\r%s %.0f of %.0f %s          ", phase, done, total, detail);
}

int main(int argc, char **argv)
{
	unsigned threads = 2;
	bool verbose = false, json = false;
	struct context ctx = { .progress = progress, .arg = &verbose };
	const struct series *chosen = standard;
	size_t count = sizeof standard / sizeof *standard;
	json_t *rows = NULL;
	int i = 1, rc = 0;

	for (; i < argc && argv[i][0] == '-'; i++)
		if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
			threads = (unsigned)atoi(argv[++i]);
		} else if (strcmp(argv[i], "--large") == 0) {
			chosen = large;
			count = sizeof large / sizeof *large;
		} else if (strcmp(argv[i], "--verbose") == 0) {
			verbose = true;
		} else if (strcmp(argv[i], "--json") == 0) {
			json = true;
		} else {
			break;
		}
	if ((argc - i) % 4 != 0) {
		fprintf(stderr, "usage: directprobe [--threads N] [--json] [--verbose] [--large] "
				"[KIND POINTS DIMENSIONS LABELS]...\n");
		return 2;
	}
	ctx.pool = pool_new(threads);
	rows = json ? json_array() : NULL;
	if (ctx.pool == NULL || (json && rows == NULL))
		return 3;
	if (!json)
		print_head();
	for (size_t k = 0; i == argc && k < count && rc == 0; k++)
		rc = run_series(&chosen[k], &ctx, rows);
	for (; i < argc && rc == 0; i += 4) {
		struct series one = {
			NULL,
			{ { argv[i], (size_t)atol(argv[i + 1]), (size_t)atol(argv[i + 2]),
			    (size_t)atol(argv[i + 3]) } },
		};

		rc = run_series(&one, &ctx, rows);
	}
	if (json && rc == 0) {
		json_dumpf(rows, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(rows);
	pool_free(ctx.pool);
	return rc < 0;
}
