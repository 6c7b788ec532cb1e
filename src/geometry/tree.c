#include "geometry/tree.h"

#include "base/array.h"

#include <stdlib.h>

static void link_nodes(struct tree *t, const struct merge *merges, uint32_t *current)
{
	uint32_t n = (uint32_t)t->points->count;

	for (uint32_t i = 0; i < n; i++) {
		current[i] = i;
		t->parent[i] = NO_POINT;
		t->size[i] = t->points->same[i] == i;
	}
	for (uint32_t m = 0; m < t->merges; m++) {
		uint32_t node = n + m;

		t->left[m] = current[merges[m].a];
		t->right[m] = current[merges[m].b];
		t->parent[t->left[m]] = t->parent[t->right[m]] = node;
		t->parent[node] = NO_POINT;
		t->size[node] = t->size[t->left[m]] + t->size[t->right[m]];
		current[merges[m].a] = node;
	}
}

/* From the roots down: a node's range is that of its left child, then that of
 * its right one. */
static void lay_out(struct tree *t)
{
	uint32_t n = (uint32_t)t->points->count, used = 0;

	for (uint32_t node = n + (uint32_t)t->merges; node-- > 0;) {
		if (t->parent[node] == NO_POINT) {
			t->start[node] = used;
			used += t->size[node];
		}
		if (node >= n) {
			uint32_t left = t->left[node - n], right = t->right[node - n];

			t->start[left] = t->start[node];
			t->start[right] = t->start[node] + t->size[left];
		} else if (t->size[node] > 0) {
			t->order[t->start[node]] = node;
			t->place[node] = t->start[node];
		}
	}
}

int tree_init(struct tree *out, const struct points *points, const struct merge *merges, size_t count)
{
	size_t nodes = points->count + count;
	uint32_t *current = array_new(points->count, 1, sizeof *current);

	*out = (struct tree){ .points = points, .merges = count };
	out->left = array_new(count, 1, sizeof *out->left);
	out->right = array_new(count, 1, sizeof *out->right);
	out->parent = array_new(nodes, 1, sizeof *out->parent);
	out->start = array_new(nodes, 1, sizeof *out->start);
	out->size = array_new(nodes, 1, sizeof *out->size);
	out->order = array_new(points->count, 1, sizeof *out->order);
	out->place = array_new(points->count, 1, sizeof *out->place);
	if (current == NULL || out->left == NULL || out->right == NULL || out->parent == NULL || out->start == NULL ||
	    out->size == NULL || out->order == NULL || out->place == NULL) {
		free(current);
		tree_release(out);
		return -1;
	}
	link_nodes(out, merges, current);
	lay_out(out);
	free(current);
	return 0;
}

void tree_release(struct tree *t)
{
	free(t->left);
	free(t->right);
	free(t->parent);
	free(t->start);
	free(t->size);
	free(t->order);
	free(t->place);
	*t = (struct tree){ 0 };
}

bool tree_alive(const struct tree *t, uint32_t node, uint32_t state)
{
	return tree_time(t, node) <= state && (t->parent[node] == NO_POINT || tree_time(t, t->parent[node]) > state);
}

uint32_t tree_joined(const struct tree *t, const uint32_t *points, size_t count)
{
	uint32_t low = UINT32_MAX, high = 0, node;

	for (size_t i = 0; i < count; i++) {
		uint32_t at = t->place[points[i]];

		low = at < low ? at : low;
		high = at > high ? at : high;
	}
	node = t->order[low];
	while (t->start[node] + t->size[node] <= high)
		node = t->parent[node];
	return tree_time(t, node);
}

uint32_t tree_grown(const struct tree *t, uint32_t point)
{
	uint32_t node = point;

	while (t->parent[node] != NO_POINT && t->size[node] < 2)
		node = t->parent[node];
	return t->size[node] < 2 ? UINT32_MAX : tree_time(t, node);
}

uint32_t tree_first_conflict(const struct tree *t)
{
	uint32_t n = (uint32_t)t->points->count;

	for (uint32_t m = 0; m < t->merges; m++) {
		uint32_t child[2] = { t->left[m], t->right[m] };

		for (int i = 0; i < 2; i++)
			if (t->size[n + m] > 1 && t->size[child[i]] == 1 &&
			    t->points->twin[t->order[t->start[child[i]]]] != NO_POINT)
				return m + 1;
	}
	return 0;
}
