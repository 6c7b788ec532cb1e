#include "probe/groups.h"

#include "base/array.h"

#include <stdlib.h>

/* Enough units for a batch to be gathered for, few enough for weights and moments
 * to stay in the cache, and for groups to share out among threads. */
enum { WIDE_UNITS = 256 };

static size_t groups_needed(const struct probe_grid *s, size_t wide, size_t classes)
{
	size_t units = 0, needed;

	if (wide > 0)
		return (s->count + wide - 1) / wide;
	for (size_t i = 0; i < s->count; i++)
		units += s->items[i].hidden1 == 0 ? classes : s->items[i].hidden1;
	needed = (units + WIDE_UNITS - 1) / WIDE_UNITS;
	return needed < s->count ? needed : s->count;
}

/* Groups of at most `wide` settings of the sizes of each group's first. */
static void groups_equal(struct groups *out, const struct probe_grid *s, size_t wide)
{
	for (size_t i = 0; i < s->count; i++)
		out->group_of[i] = s->count;
	for (size_t i = 0; i < s->count; i++) {
		size_t members = 0;

		if (out->group_of[i] < s->count)
			continue;
		for (size_t k = i; k < s->count && members < wide; k++) {
			const struct probe_setting *a = &s->items[i], *b = &s->items[k];

			if (out->group_of[k] == s->count && a->hidden1 == b->hidden1 && a->hidden2 == b->hidden2) {
				out->group_of[k] = out->count;
				members++;
			}
		}
		out->count++;
	}
}

int groups_deal(struct groups *out, const struct probe_grid *s, size_t wide, bool equal, size_t classes,
		struct error *err)
{
	*out = (struct groups){ .group_of = array_new(s->count, 1, sizeof *out->group_of) };
	if (out->group_of == NULL)
		return error_memory(err, "settings");
	if (equal) {
		groups_equal(out, s, wide > 0 ? wide : s->count);
		return 0;
	}
	out->count = groups_needed(s, wide, classes);
	for (size_t i = 0; i < s->count; i++)
		out->group_of[i] = i % out->count;
	return 0;
}

void groups_release(struct groups *g)
{
	free(g->group_of);
	*g = (struct groups){ 0 };
}
