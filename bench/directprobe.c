/* DirectProbe on synthetic points: how long the clustering and the distances
 * take, and what answered the questions about overlap.
 *
 *     build/bench/directprobe [--threads N] [--large] [KIND POINTS DIMENSIONS LABELS]…
 *
 * Kinds, all with label sizes in proportion to 1/rank and float32 values:
 *   separable  N(c, I) about centres c ~ N(0, 64 I/d): one cluster a label
 *   nearly     the same, and 1 point in 1000 lies deep inside another label
 *   flat       N(c, I) about near centres in 8 dimensions, mapped to all of them:
 *              few points are in general position, and hulls overlap
 *   mixed      word types: a vector a type, N(0, I), and a small one for each
 *              use; a type's uses share one label, but for one in three types,
 *              whose uses have one of two
 *   lexical    as mixed, with 1 use in 5 exactly at its type's place
 * --large adds the 200,000 points. */
#include "base/array.h"
#include "base/random.h"
#include "geometry/measures.h"
#include "geometry/partition.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct set {
	const char *kind;
	size_t points, dimensions, labels;
};

static const struct set sets[] = {
	{ "separable", 16860, 768, 17 }, { "separable", 4282, 128, 46 }, { "separable", 16054, 768, 46 },
	{ "nearly", 4282, 128, 46 },     { "nearly", 16860, 128, 17 },   { "flat", 1000, 128, 17 },
	{ "flat", 4000, 128, 17 },       { "mixed", 4000, 64, 16 },      { "lexical", 4000, 64, 16 },
	{ "lexical", 8000, 128, 17 },    { "lexical", 16860, 128, 17 },
};
static const struct set large[] = { { "nearly", 200000, 128, 50 } };

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

static void report(const struct set *set, const struct partition *p, const struct measures *m, double clustering,
		   double measuring)
{
	const struct overlap_counts *c = &p->counts;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%-9s %7zu %5zu %3zu %8zu %9.2f %9.2f %6zu %8zu %10llu %10llu %10llu %9llu %9llu %9llu %9llu %9llu "
	       "%6llu %3llu %6ld\n",
	       set->kind, set->points, set->dimensions, set->labels, p->clusters, clustering, measuring,
	       (size_t)p->merges, p->tried, (unsigned long long)c->asked, (unsigned long long)c->sphere,
	       (unsigned long long)c->separator, (unsigned long long)c->kept, (unsigned long long)c->witness,
	       (unsigned long long)c->fisher, (unsigned long long)c->centres, (unsigned long long)c->solver,
	       c->solver ? (unsigned long long)(c->rounds / c->solver) : 0,
	       (unsigned long long)(p->undecided + m->undecided), usage.ru_maxrss / 1024);
	fflush(stdout);
}

static int run(const struct set *set, const struct context *ctx)
{
	struct matrix m =
		matrix_of(array_new(set->points, set->dimensions, sizeof(float)), set->points, set->dimensions);
	int *label = array_new(set->points, 1, sizeof *label);
	struct points points = { 0 };
	struct partition_memory memory = { 0 };
	struct partition partition = { 0 };
	struct measures measures = { 0 };
	struct error err = { 0 };
	struct stream s;
	double start, middle;
	int rc = -1;

	if (m.data == NULL || label == NULL) {
		error_memory(&err, "the points");
		goto done;
	}
	stream_init(&s, 20220522);
	if (strcmp(set->kind, "mixed") == 0 || strcmp(set->kind, "lexical") == 0)
		make_words(m, label, set, &s);
	else if (strcmp(set->kind, "flat") == 0)
		make_flat(m, label, set, &s);
	else
		make_blobs(m, label, set, &s);
	if (points_init(&points, m, label, set->labels, "points", &err) < 0)
		goto done;
	free(m.data);
	m.data = NULL;
	start = now();
	if (partition_find(&partition, &points, &memory, NULL, NULL, ctx, &err) < 0)
		goto done;
	middle = now();
	struct measure_job job = { .points = &points,
				   .cluster = partition.cluster,
				   .clusters = partition.clusters,
				   .min_points = 6,
				   .inside = true };
	if (measures_take(&measures, &job, ctx, &err) < 0)
		goto done;
	report(set, &partition, &measures, middle - start, now() - middle);
	rc = 0;
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

static void progress(void *arg, const char *phase, double done, double total, const char *detail)
{
	if (*(bool *)arg)
		fprintf(stderr, "\r%s %.0f of %.0f %s          ", phase, done, total, detail);
}

int main(int argc, char **argv)
{
	unsigned threads = 2;
	bool with_large = false, verbose = false;
	struct context ctx = { .progress = progress, .arg = &verbose };
	int i = 1, rc = 0;

	for (; i < argc && argv[i][0] == '-'; i++)
		if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc)
			threads = (unsigned)atoi(argv[++i]);
		else if (strcmp(argv[i], "--large") == 0)
			with_large = true;
		else if (strcmp(argv[i], "--verbose") == 0)
			verbose = true;
	ctx.pool = pool_new(threads);
	if (ctx.pool == NULL)
		return 3;
	printf("kind       points     d   L clusters cluster/s distance/s  state    tried      asked     sphere  "
	       "separator      kept   witness    fisher   centres    solver rounds   ?     MB\n");
	for (; i + 3 < argc && rc == 0; i += 4) {
		struct set set = { argv[i], (size_t)atol(argv[i + 1]), (size_t)atol(argv[i + 2]),
				   (size_t)atol(argv[i + 3]) };

		rc = run(&set, &ctx);
		with_large = false;
		argc = i + 4 < argc ? argc : -1;
	}
	for (size_t k = 0; argc >= 0 && i >= argc && rc == 0 && k < sizeof sets / sizeof *sets; k++)
		rc = run(&sets[k], &ctx);
	if (with_large && rc == 0)
		rc = run(&large[0], &ctx);
	pool_free(ctx.pool);
	return rc < 0;
}
