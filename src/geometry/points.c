#include "geometry/points.h"

#include "base/array.h"
#include "base/random.h"
#include "geometry/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int points_allocate(struct points *p, struct matrix m, const char *name, struct error *err)
{
	struct cloud *c = &p->cloud;

	c->count = p->count;
	c->dimensions = m.columns;
	c->stride = kernel_pad(m.columns);
	c->data = array_new(p->count, c->stride, sizeof(float));
	p->row = array_new(p->count, 1, sizeof *p->row);
	p->label = array_new(p->count, 1, sizeof *p->label);
	p->start = array_new(p->labels + 1, 1, sizeof *p->start);
	p->same = array_new(p->count, 1, sizeof *p->same);
	p->twin = array_new(p->count, 1, sizeof *p->twin);
	if (c->data == NULL || p->row == NULL || p->label == NULL || p->start == NULL || p->same == NULL ||
	    p->twin == NULL)
		return error_memory(err, name);
	return 0;
}

void points_release(struct points *p)
{
	free((void *)(uintptr_t)p->cloud.data);
	free(p->row);
	free(p->label);
	free(p->start);
	free(p->same);
	free(p->twin);
	*p = (struct points){ 0 };
}

/* Counting sort by label. */
static void sort_rows(struct points *p, const int *label, size_t rows)
{
	for (size_t r = 0; r < rows; r++)
		if (label[r] >= 0)
			p->start[label[r] + 1]++;
	for (size_t l = 0; l < p->labels; l++)
		p->start[l + 1] += p->start[l];
	for (size_t r = 0; r < rows; r++)
		if (label[r] >= 0) {
			uint32_t at = p->start[label[r]]++;

			p->row[at] = (uint32_t)r;
			p->label[at] = (uint32_t)label[r];
		}
	for (size_t l = p->labels; l > 0; l--)
		p->start[l] = p->start[l - 1];
	p->start[0] = 0;
}

static const float *point_row(const struct points *p, size_t i)
{
	return p->cloud.data + i * p->cloud.stride;
}

struct hashed {
	uint64_t hash;
	uint32_t point;
};

static int hashed_compare(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->point < y->point ? -1 : x->point > y->point;
}

/* Equal points have equal hashes, so they lie together; among those of one hash
 * every pair is compared. */
static void mark_equal(struct points *p, const struct hashed *h, size_t count)
{
	size_t bytes = p->cloud.dimensions * sizeof(float);

	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			uint32_t a = h[j].point, b = h[i].point;

			if (p->same[a] != a || memcmp(point_row(p, a), point_row(p, b), bytes) != 0)
				continue;
			if (p->label[a] == p->label[b]) {
				p->same[b] = a;
				continue;
			}
			p->twin[a] = b;
			p->twin[b] = a;
		}
}

static int find_equal(struct points *p, const char *name, struct error *err)
{
	struct hashed *h = array_new(p->count, 1, sizeof *h);
	size_t bytes = p->cloud.dimensions * sizeof(float);

	if (h == NULL)
		return error_memory(err, name);
	for (size_t i = 0; i < p->count; i++) {
		uint64_t hash = 14695981039346656037u;

		for (size_t k = 0; k < p->cloud.dimensions; k++) {
			uint32_t bits;

			memcpy(&bits, point_row(p, i) + k, sizeof bits);
			hash = (hash ^ bits) * 1099511628211u;
		}
		h[i] = (struct hashed){ hash ^ hash >> 29, (uint32_t)i };
		p->same[i] = (uint32_t)i;
		p->twin[i] = NO_POINT;
	}
	qsort(h, p->count, sizeof *h, hashed_compare);
	for (size_t i = 0, j; i < p->count; i = j) {
		for (j = i + 1; j < p->count && h[j].hash == h[i].hash; j++)
			;
		mark_equal(p, h + i, j - i);
	}
	free(h);
	p->conflicts = 0;
	p->constant = true;
	for (size_t i = 0; i < p->count; i++) {
		p->twin[i] = p->twin[p->same[i]];
		p->conflicts += p->twin[i] != NO_POINT;
		p->constant &= memcmp(point_row(p, 0), point_row(p, i), bytes) == 0;
	}
	return 0;
}

int points_reload(struct points *p, struct matrix m, const char *name, struct error *err)
{
	float *data = (float *)(uintptr_t)p->cloud.data;
	double largest = 0.0;

	if (m.columns != p->cloud.dimensions)
		return error_set(err, STATUS_INPUT, "%s: %zu columns, but %zu were expected", name, m.columns,
				 p->cloud.dimensions);
	for (size_t i = 0; i < p->count; i++) {
		const float *from = matrix_row(m, p->row[i]);
		float *to = data + i * p->cloud.stride;
		double sum = 0.0;

		for (size_t k = 0; k < m.columns; k++) {
			to[k] = from[k] + 0.0f;
			sum += (double)to[k] * to[k];
		}
		if (!isfinite(sum))
			return error_set(err, STATUS_INPUT, "%s: row %u holds a value that is not finite", name,
					 p->row[i] + 1);
		if (sum > largest)
			largest = sum;
	}
	p->cloud.scale = sqrt(largest);
	p->cloud.tau = ldexp(p->cloud.scale, -22);
	return find_equal(p, name, err);
}

int points_init(struct points *out, struct matrix m, const int *label, size_t labels, const char *name,
		struct error *err)
{
	*out = (struct points){ .labels = labels };
	for (size_t r = 0; r < m.rows; r++)
		out->count += label[r] >= 0;
	if (out->count == 0 || m.columns == 0)
		return error_set(err, STATUS_INPUT, "%s: no points", name);
	if (out->count > UINT32_MAX / 2)
		return error_set(err, STATUS_INPUT, "%s: more than 2,147,483,647 points", name);
	if (points_allocate(out, m, name, err) < 0)
		goto fail;
	sort_rows(out, label, m.rows);
	for (size_t l = 0; l < labels; l++)
		out->used += out->start[l + 1] > out->start[l];
	if (points_reload(out, m, name, err) < 0)
		goto fail;
	return 0;
fail:
	points_release(out);
	return -1;
}

int *points_labels(const struct labelset *set, const struct labels *labels, long sample, uint64_t seed)
{
	int *label = array_new(labels->count, 1, sizeof *label);
	uint32_t *order = array_new(labels->count, 1, sizeof *order);
	struct stream s;

	if (label != NULL && order != NULL) {
		for (size_t i = 0; i < labels->count; i++) {
			label[i] = labelset_find(set, labels->names[i]);
			order[i] = (uint32_t)i;
		}
		if (sample > 0 && (size_t)sample < labels->count) {
			stream_init(&s, seed);
			stream_permute(&s, order, labels->count);
			for (size_t i = (size_t)sample; i < labels->count; i++)
				label[order[i]] = -1;
		}
		free(order);
		return label;
	}
	free(label);
	free(order);
	return NULL;
}
