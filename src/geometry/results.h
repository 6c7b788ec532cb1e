/* The tables and files that DirectProbe and the trajectory write. */
#ifndef GEOMETRY_RESULTS_H
#define GEOMETRY_RESULTS_H

#include "base/json.h"
#include "base/table.h"
#include "corpus/labels.h"
#include "geometry/measures.h"
#include "geometry/points.h"

/* What stands in a layer's object of summary.json. */
struct summary {
	const char *state; /* or NULL */
	int layer;
	size_t total; /* examples, of which a sample may be left */
	size_t clusters;
	uint64_t undecided;
	bool linear; /* where not constant: one cluster a label, no conflicts, no overlap */
};

int results_summary(json_t *array, const struct summary *s, const struct points *p, const struct measures *m,
		    struct error *err);

/* Rows for a layer; with a state, in a first column. */
void results_distances(struct table *t, const char *state, int layer, const struct labelset *names,
		       const struct measures *m);
void results_minimum(struct table *t, const char *state, int layer, const struct labelset *names,
		     const struct measures *m);
void results_inside(struct table *t, int layer, const struct labelset *names, const struct measures *m,
		    long min_points);
void results_clusters(struct table *t, int layer, const struct labelset *names, const struct measures *m);

#endif
