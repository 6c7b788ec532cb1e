#include "geometry/proofs.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A proof line on its way. */
struct line_proof {
	const char *path;
	size_t number;
	char *text;             /* a copy of the line, cut into words */
	struct cluster *set[2]; /* of a separation */
	bool distance, bound;   /* that is also a distance, or of an open one the bounds */
	uint32_t *point;        /* (count) */
	uint8_t *side;
	double *weight;
	size_t count, capacity[3];
};

static int fault(const struct line_proof *l, struct error *err, const char *what)
{
	return error_set(err, STATUS_CHECK, "%s:%zu: %s", l->path, l->number, what);
}

static int list_sets(struct proofs *p)
{
	const struct points *points = p->points;
	size_t *at = array_new(p->cluster_count + 1, 1, sizeof *at);
	uint32_t *list = array_new(points->count, 2, sizeof *list);
	size_t kept = 0;
	int rc = at == NULL || list == NULL ? -1 : 0;

	for (size_t i = 0; rc == 0 && i < points->count; i++)
		at[p->cluster[i] + 1] += points->same[i] == i;
	for (size_t c = 0; rc == 0 && c < p->cluster_count; c++)
		at[c + 1] += at[c];
	for (uint32_t i = 0; rc == 0 && i < points->count; i++)
		if (points->same[i] == i)
			list[at[p->cluster[i]]++] = i;
	for (size_t c = 0; rc == 0 && c < p->cluster_count; c++) {
		size_t from = c == 0 ? 0 : at[c - 1];

		if (at[c] > from)
			rc = cluster_init(&p->clusters[c], points, list + from, at[c] - from);
	}
	for (uint32_t l = 0; rc == 0 && l < points->labels; l++) {
		uint32_t *own = list + points->count + kept;
		size_t count = 0;

		for (uint32_t i = points->start[l]; i < points->start[l + 1]; i++)
			if (points->same[i] == i)
				own[count++] = i;
		kept += count;
		if (count > 0)
			rc = cluster_init(&p->labels[l], points, own, count);
	}
	free(at);
	if (p->cluster_count > 0 && list != NULL)
		p->clusters[0].own_points = list; /* freed with it */
	return rc;
}

int proofs_init(struct proofs *out, const struct points *points, const uint32_t *cluster, size_t clusters,
		long min_points, struct error *err)
{
	size_t n = points->labels;

	*out = (struct proofs){
		.points = points, .cluster = cluster, .cluster_count = clusters, .min_points = min_points
	};
	out->clusters = array_new(clusters, 1, sizeof *out->clusters);
	out->labels = array_new(n, 1, sizeof *out->labels);
	out->of_place = array_new(points->count, 1, sizeof *out->of_place);
	out->labels_apart = array_new(n, n, 1);
	out->apart = array_new(clusters, (clusters + 63) / 64, sizeof *out->apart);
	out->sizes = array_new(clusters, 1, sizeof *out->sizes);
	out->measured = array_new(clusters, (clusters + 63) / 64, sizeof *out->measured);
	out->sum = array_new(n, n, sizeof *out->sum);
	out->gap = array_new(n, n, sizeof *out->gap);
	out->pairs = array_new(n, n, sizeof *out->pairs);
	if (out->clusters == NULL || out->labels == NULL || out->of_place == NULL || out->labels_apart == NULL ||
	    out->apart == NULL || out->sizes == NULL || out->measured == NULL || out->sum == NULL ||
	    out->gap == NULL || out->pairs == NULL || list_sets(out) < 0) {
		proofs_release(out);
		return error_memory(err, "the certificates");
	}
	for (uint32_t i = 0; i < points->count; i++) {
		out->of_place[points->row[i]] = i;
		out->sizes[cluster[i]]++;
	}
	return 0;
}

void proofs_release(struct proofs *p)
{
	for (size_t c = 0; p->clusters != NULL && c < p->cluster_count; c++)
		cluster_release(&p->clusters[c]);
	for (size_t l = 0; p->labels != NULL && l < p->points->labels; l++)
		cluster_release(&p->labels[l]);
	free(p->clusters);
	free(p->labels);
	free(p->of_place);
	free(p->labels_apart);
	free(p->apart);
	free(p->refusals);
	free(p->witnesses);
	free(p->sizes);
	free(p->measured);
	free(p->sum);
	free(p->gap);
	free(p->pairs);
	*p = (struct proofs){ 0 };
}

/* "label=3" or "cluster=17". */
static int parse_set(struct cluster **out, struct proofs *p, const struct line_proof *l, const char *word,
		     struct error *err)
{
	long number;

	if (word != NULL && strncmp(word, "label=", 6) == 0 && integer_parse(&number, word + 6) == 0 && number >= 0 &&
	    (size_t)number < p->points->labels && p->labels[number].count > 0)
		*out = &p->labels[number];
	else if (word != NULL && strncmp(word, "cluster=", 8) == 0 && integer_parse(&number, word + 8) == 0 &&
		 number >= 0 && (size_t)number < p->cluster_count)
		*out = &p->clusters[number];
	else
		return fault(l, err, "expected label=NUMBER or cluster=NUMBER");
	return 0;
}

/* "12:0.25": a point with its weight. */
static int parse_weight(struct proofs *p, struct line_proof *l, char *word, unsigned side, struct error *err)
{
	char *colon = strchr(word, ':');
	long row;
	double weight;

	if (colon == NULL)
		return fault(l, err, "expected ROW:WEIGHT");
	*colon = '\0';
	if (integer_parse(&row, word) < 0 || row < 0 || (size_t)row >= p->points->count ||
	    number_parse(&weight, colon + 1) < 0 || !(weight >= 0.0))
		return fault(l, err, "expected ROW:WEIGHT");
	if (array_reserve(&l->point, &l->capacity[0], l->count + 1, sizeof *l->point) < 0 ||
	    array_reserve(&l->side, &l->capacity[1], l->count + 1, sizeof *l->side) < 0 ||
	    array_reserve(&l->weight, &l->capacity[2], l->count + 1, sizeof *l->weight) < 0)
		return error_memory(err, l->path);
	l->point[l->count] = p->of_place[row];
	l->side[l->count] = (uint8_t)side;
	l->weight[l->count++] = weight;
	return 0;
}

/* Weights that sum to 1 on each side, over points of one label a side. */
static int check_weights(const struct proofs *p, const struct line_proof *l, struct error *err)
{
	double sum[2] = { 0.0, 0.0 };
	uint32_t label[2] = { NO_POINT, NO_POINT };

	for (size_t i = 0; i < l->count; i++) {
		uint32_t here = p->points->label[l->point[i]], *known = &label[l->side[i]];

		sum[l->side[i]] += l->weight[i];
		if (*known != NO_POINT && *known != here)
			return fault(l, err, "points of two labels on one side");
		*known = here;
	}
	if (label[0] == label[1])
		return fault(l, err, "both sides have one label");
	if (fabs(sum[0] - 1.0) > 1e-12 || fabs(sum[1] - 1.0) > 1e-12)
		return fault(l, err, "the weights of a side do not sum to 1");
	return 0;
}

static int parse_weights(struct proofs *p, struct line_proof *l, char **rest, struct error *err)
{
	unsigned side = 0;
	char *word;

	l->count = 0;
	while ((word = strtok_r(NULL, " ", rest)) != NULL)
		if (strcmp(word, "|") == 0) {
			if (++side > 1)
				return fault(l, err, "more than two sides");
		} else if (parse_weight(p, l, word, side, err) < 0) {
			return -1;
		}
	return check_weights(p, l, err);
}

/* Keeps an overlap that tells why two clusters in the end are not one: a side in
 * exactly two of them, the other in one; or that is of two points. */
static int keep_refusal(struct proofs *p, const struct line_proof *l, struct error *err)
{
	uint32_t low[2] = { NO_POINT, NO_POINT }, high[2] = { 0, 0 };
	unsigned wide;
	struct refusal r;

	for (size_t i = 0; i < l->count; i++) {
		uint32_t c = p->cluster[l->point[i]];

		low[l->side[i]] = c < low[l->side[i]] ? c : low[l->side[i]];
		high[l->side[i]] = c > high[l->side[i]] ? c : high[l->side[i]];
	}
	if (low[0] != high[0] && low[1] != high[1])
		return 0;
	if (low[0] == high[0] && low[1] == high[1] && l->count > 2)
		return fault(l, err, "two clusters in the end overlap");
	wide = low[0] == high[0] && l->count > 2;
	r = (struct refusal){ .low = low[wide], .high = high[wide], .from = p->witness_count };
	for (size_t i = 0; i < l->count; i++) {
		uint32_t c = p->cluster[l->point[i]];

		if (l->side[i] == wide && c != r.low && c != r.high)
			return 0;
	}
	if (array_reserve(&p->witnesses, &p->witness_capacity, p->witness_count + l->count, sizeof *p->witnesses) <
		    0 ||
	    array_reserve(&p->refusals, &p->refusal_capacity, p->refusal_count + 1, sizeof *p->refusals) < 0)
		return error_memory(err, l->path);
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < l->count; i++)
			if ((l->side[i] == wide) == (pass == 0)) {
				p->witnesses[p->witness_count++] = l->point[i];
				r.count += pass == 0;
				r.others += pass == 1;
			}
	p->refusals[p->refusal_count++] = r;
	return 0;
}

static int check_overlap(struct proofs *p, struct line_proof *l, char **rest, struct hull_work *w, struct error *err)
{
	struct hull_start start;
	struct hull a, b;
	double upper, lower;

	if (parse_weights(p, l, rest, err) < 0)
		return -1;
	start = (struct hull_start){ l->point, l->side, l->weight, l->count };
	a = b = (struct hull){ l->point, 1, NULL };
	hull_check(&upper, &lower, a, b, &start, w);
	if (upper > p->points->cloud.tau)
		return fault(l, err, "the two points are farther apart than tau");
	p->overlaps++;
	return keep_refusal(p, l, err);
}

/* The set's own points only may carry weight in a distance. */
static bool is_inside(const struct proofs *p, const struct line_proof *l)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct cluster *set = l->set[l->side[i]];
		uint32_t point = l->point[i];
		bool whole = set == &p->labels[set->label];

		if (p->points->label[point] != set->label ||
		    (!whole && p->cluster[point] != p->cluster[set->points[0]]))
			return false;
	}
	return true;
}

static bool in_set(const struct proofs *p, const struct cluster *set, size_t cluster)
{
	return set == &p->labels[set->label] ? p->clusters[cluster].label == set->label
					     : set == &p->clusters[cluster];
}

static void mark_apart(struct proofs *p, const struct line_proof *l)
{
	const struct cluster *a = l->set[0], *b = l->set[1];
	size_t n = p->points->labels, words = (p->cluster_count + 63) / 64;

	if (a == &p->labels[a->label] && b == &p->labels[b->label]) {
		p->labels_apart[a->label * n + b->label] = p->labels_apart[b->label * n + a->label] = 1;
		return;
	}
	/* A whole label is all of its clusters. */
	for (size_t i = 0; i < p->cluster_count; i++)
		for (size_t j = 0; in_set(p, a, i) && j < p->cluster_count; j++)
			if (in_set(p, b, j)) {
				p->apart[i * words + j / 64] |= (uint64_t)1 << j % 64;
				p->apart[j * words + i / 64] |= (uint64_t)1 << i % 64;
			}
}

/* Whether a set is one cluster, which a whole label may be. */
static bool is_cluster(const struct proofs *p, const struct cluster *set)
{
	return set != &p->labels[set->label] || p->clusters[p->cluster[set->points[0]]].count == set->count;
}

static bool is_kept(const struct proofs *p, size_t cluster)
{
	return (long)p->sizes[cluster] >= p->min_points;
}

/* The bit of a pair of clusters. */
static uint64_t *measured_word(const struct proofs *p, size_t a, size_t b, uint64_t *bit)
{
	size_t low = a < b ? a : b, high = a < b ? b : a;

	*bit = (uint64_t)1 << high % 64;
	return &p->measured[low * ((p->cluster_count + 63) / 64) + high / 64];
}

/* A distance of two clusters, the first time that it is shown. */
static void add_distance(struct proofs *p, size_t a, size_t b, double distance, double gap)
{
	uint32_t x = p->clusters[a].label, y = p->clusters[b].label;
	size_t at = x < y ? x * p->points->labels + y : y * p->points->labels + x;
	uint64_t bit, *word = measured_word(p, a, b, &bit);

	if ((*word & bit) != 0 || !is_kept(p, a) || !is_kept(p, b))
		return;
	*word |= bit;
	p->sum[at] += distance;
	p->gap[at] = fmax(p->gap[at], gap);
	p->pairs[at]++;
}

static int check_separation(struct proofs *p, struct line_proof *l, char **rest, struct hull_work *w,
			    struct error *err)
{
	struct hull_start start;
	double upper, lower, tau = p->points->cloud.tau;
	bool centres = !l->distance && strncmp(*rest, "centres", 7) == 0;

	if (l->set[0]->label == l->set[1]->label)
		return fault(l, err, "both sides have one label");
	if (!centres && parse_weights(p, l, rest, err) < 0)
		return -1;
	start = (struct hull_start){ l->point, l->side, l->weight, l->count };
	hull_check(&upper, &lower, cluster_hull(l->set[0]), cluster_hull(l->set[1]), centres ? NULL : &start, w);
	if (lower > tau)
		mark_apart(p, l);
	else if (!l->bound)
		return fault(l, err, "the slab is no wider than tau");
	p->separations += lower > tau;
	if (!l->distance)
		return 0;
	if (!is_inside(p, l))
		return fault(l, err, "a point of neither set");
	if (!is_cluster(p, l->set[0]) || !is_cluster(p, l->set[1]))
		return fault(l, err, "a distance of more than one cluster");
	if (!l->bound && upper - lower > fmax(1e-6 * upper, tau) * (1.0 + 1e-9))
		return fault(l, err, "the gap of the distance is not closed");
	add_distance(p, p->cluster[l->set[0]->points[0]], p->cluster[l->set[1]->points[0]], upper, upper - lower);
	p->bounds += l->bound;
	p->distances += !l->bound;
	return 0;
}

static int check_line(struct proofs *p, struct line_proof *l, struct hull_work *w, struct error *err)
{
	char *rest = NULL, *word = strtok_r(l->text, " ", &rest);

	l->bound = word != NULL && strcmp(word, "bound") == 0;
	l->distance = l->bound || (word != NULL && strcmp(word, "distance") == 0);
	if (word != NULL && strcmp(word, "overlap") == 0)
		return check_overlap(p, l, &rest, w, err);
	if (!l->distance && (word == NULL || strcmp(word, "apart") != 0))
		return fault(l, err, "expected overlap, apart, distance or bound");
	for (int side = 0; side < 2; side++)
		if (parse_set(&l->set[side], p, l, strtok_r(NULL, " ", &rest), err) < 0)
			return -1;
	return check_separation(p, l, &rest, w, err);
}

int proofs_read(struct proofs *p, const char *path, struct error *err)
{
	struct line_proof l = { .path = path };
	struct hull_work work = { 0 };
	struct mapping map;
	struct line line = { 0 };
	int rc = 0;

	if (text_open(&map, path, err) < 0)
		return -1;
	if (hull_work_init(&work, &p->points->cloud, p->points->count) < 0)
		rc = error_memory(err, path);
	while (rc == 0 && line_next(&line, &map)) {
		l.number = line.number;
		l.text = text_copy_n(line.data, line.length);
		rc = l.text == NULL ? error_memory(err, path) : check_line(p, &l, &work, err);
		free(l.text);
	}
	free(l.point);
	free(l.side);
	free(l.weight);
	hull_work_release(&work);
	mapping_close(&map);
	return rc;
}

int proofs_cover(const struct proofs *p, size_t *pairs, const char *path, struct error *err)
{
	size_t n = p->points->labels, words = (p->cluster_count + 63) / 64;

	*pairs = 0;
	for (size_t i = 0; i < p->cluster_count; i++)
		for (size_t j = i + 1; j < p->cluster_count; j++) {
			const struct cluster *a = &p->clusters[i], *b = &p->clusters[j];
			const struct cluster *whole_a = &p->labels[a->label], *whole_b = &p->labels[b->label];

			if (a->label == b->label)
				continue;
			++*pairs;
			if (p->labels_apart[a->label * n + b->label] ||
			    (p->apart[i * words + j / 64] >> j % 64 & 1) || (a->count <= 1 && b->count <= 1) ||
			    cluster_apart(a, b, &p->points->cloud) ||
			    cluster_apart(whole_a, whole_b, &p->points->cloud))
				continue;
			return error_set(err, STATUS_CHECK, "%s: clusters %zu and %zu are not shown to be apart",
					 path, i, j);
		}
	return 0;
}

int proofs_measure(struct proofs *p, const char *path, struct error *err)
{
	const struct cloud *cloud = &p->points->cloud;

	for (size_t i = 0; i < p->cluster_count; i++)
		for (size_t j = i + 1; is_kept(p, i) && j < p->cluster_count; j++) {
			const struct cluster *a = &p->clusters[i], *b = &p->clusters[j];
			uint64_t bit, *word = measured_word(p, i, j, &bit);
			double distance;

			if (a->label == b->label || !is_kept(p, j) || (*word & bit) != 0)
				continue;
			if (a->count != 1 || b->count != 1)
				return error_set(err, STATUS_CHECK, "%s: no distance of clusters %zu and %zu", path,
						 i, j);
			distance = sqrt(kernel_distance(a->centre, b->centre, cloud->stride));
			add_distance(p, i, j, distance <= cloud->tau ? 0.0 : distance, 0.0);
		}
	return 0;
}
