/* What the numbers behind the claims rest on, one by one: the answers of each run of a
 * probe to each test example, the distances between labels, and how far each label's
 * centroid moved. */
#ifndef FINDINGS_MATERIALS_H
#define FINDINGS_MATERIALS_H

#include "corpus/examples.h"
#include "corpus/labels.h"
#include "findings/evidence.h"
#include "findings/gather.h"

/* A task's labels, and its test examples with the sentences that they stand in. */
struct ground {
	const char *task;
	struct labelset labels;
	size_t examples;
	uint32_t *sentence; /* (examples), from 0; NULL: each stands in one of its own */
	size_t sentences;
};

/* A layer of a state; NULL and NaN where it was not measured. n: the task's labels. */
struct stratum {
	unsigned char *right; /* (rows, examples): in how many of `per` runs an example is right */
	size_t rows, per, examples;
	double *distances; /* (n, n), symmetric, between training clusters */
	double *minimum;   /* (n) */
	double *tested;    /* (n, n), of the test set, of the last layer */
	double clusters;
	int linear; /* 1, 0, or −1 */
};

/* A state of a model on a task: a row for each run of the probe at the top layer, one for
 * all of them below. */
struct material {
	size_t ground;
	long probe, train; /* cells, −1: none */
	struct stratum *layers;
	size_t count; /* layers */
	long top;     /* of the probe; −1: none */
	long last;    /* of summary.json; −1: none */
};

/* How the centroids of a run moved, layer by layer. */
struct motion {
	double *norms; /* (layers, n); NaN where they are not there */
	size_t labels, layers;
};

enum { NO_MATERIAL = -1 };

struct materials {
	struct ground *grounds;
	size_t ground_count;
	struct material *items;
	size_t count, capacity;
	size_t seeds;
	/* By pair, transfer and run of the evidence: the original, and the fine-tuned states
	 * (of pairs and transfers one for each seed). NO_MATERIAL: not there. */
	long *pair_before, *pair_after;         /* (pairs), (pairs, seeds) */
	long *transfer_before, *transfer_after; /* (transfers), (transfers, seeds) */
	long *run_before, *run_after;           /* (runs) */
	struct motion *motions;                 /* (runs) */
	size_t run_count;
};

int materials_read(struct materials *out, struct gather *g, const struct evidence *e, struct error *err);
void materials_release(struct materials *m);

#endif
