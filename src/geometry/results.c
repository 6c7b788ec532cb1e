#include "geometry/results.h"

#include "geometry/anisotropy.h"

#include <math.h>

static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

int results_summary(json_t *array, const struct summary *s, const struct points *p, const struct measures *m,
		    struct error *err)
{
	json_t *o =
		json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:f, s:o, s:o, s:o, s:o}", "layer",
			  s->layer, "points", (json_int_t)p->count, "points_total", (json_int_t)s->total,
			  "dimensions", (json_int_t)p->cloud.dimensions, "labels", (json_int_t)p->used, "clusters",
			  (json_int_t)s->clusters, "conflicts", (json_int_t)p->conflicts, "constant", p->constant,
			  "undecided", (json_int_t)s->undecided, "open_gaps", (json_int_t)(p->constant ? 0 : m->open),
			  "tau", p->cloud.tau, "linear", p->constant ? json_null() : json_boolean(s->linear),
			  "minimum", real_or_null(p->constant ? NAN : measures_mean_minimum(m)), "mean",
			  real_or_null(p->constant ? NAN : measures_mean_distance(m)), "anisotropy",
			  real_or_null(anisotropy(p)));

	if (o == NULL || (s->state != NULL && json_object_set_new(o, "state", json_string(s->state)) < 0)) {
		json_decref(o);
		return error_memory(err, "summary.json");
	}
	return json_array_append_new(array, o) < 0 ? error_memory(err, "summary.json") : 0;
}

void results_distances(struct table *t, const char *state, int layer, const struct labelset *names,
		       const struct measures *m)
{
	size_t n = m->labels;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			if (isnan(m->distance[i * n + j]))
				continue;
			if (state != NULL)
				table_add(t, state);
			table_add_integer(t, layer);
			table_add(t, names->names[i]);
			table_add(t, names->names[j]);
			table_add_number(t, m->distance[i * n + j]);
			table_add_number(t, m->gap[i * n + j]);
			table_add_integer(t, (long)m->pairs[i * n + j]);
		}
}

void results_minimum(struct table *t, const char *state, int layer, const struct labelset *names,
		     const struct measures *m)
{
	for (size_t i = 0; i < m->labels; i++) {
		if (m->nearest[i] < 0)
			continue;
		if (state != NULL)
			table_add(t, state);
		table_add_integer(t, layer);
		table_add(t, names->names[i]);
		table_add_number(t, m->minimum[i]);
		table_add(t, names->names[m->nearest[i]]);
	}
}

void results_inside(struct table *t, int layer, const struct labelset *names, const struct measures *m,
		    long min_points)
{
	for (uint32_t i = 0; i < m->labels; i++) {
		struct label_inside inside = measures_inside(m, i, min_points);

		if (inside.pairs == 0)
			continue;
		table_add_integer(t, layer);
		table_add(t, names->names[i]);
		table_add_number(t, inside.mean);
		table_add_number(t, inside.largest);
		table_add_integer(t, (long)inside.pairs);
	}
}

void results_clusters(struct table *t, int layer, const struct labelset *names, const struct measures *m)
{
	for (size_t i = 0; i < m->clusters; i++) {
		const struct cluster_measure *c = &m->cluster[i];

		table_add_integer(t, layer);
		table_add_integer(t, (long)i);
		table_add(t, names->names[c->label]);
		table_add_integer(t, (long)c->points);
		table_add_number(t, c->radius);
		table_add_number(t, c->inside_mean);
		table_add_number(t, c->inside_max);
	}
}
