/* Which clusters overlap, asked as seldom as can be.
 *
 * A question about two clusters is answered by the first that can: their labels
 * are separable as a whole; their spheres are apart; one of them is separable
 * from all points of the other's label; the plane across their centres; the
 * solver. None of these changes the answer. Two single points never overlap. */
#ifndef GEOMETRY_OVERLAPS_H
#define GEOMETRY_OVERLAPS_H

#include "base/context.h"
#include "geometry/cluster.h"
#include "geometry/directions.h"
#include "geometry/roster.h"
#include "geometry/whitening.h"

#include <stdint.h>

/* Questions, and what answered them: each is counted once in `asked`, and once in
 * what answered it. Questions that an overlap found before made needless are
 * none. */
struct overlap_counts {
	uint64_t asked;     /* pairs of clusters, or of a cluster or label and a whole label */
	uint64_t sphere;    /* by the spheres */
	uint64_t separator; /* because one is apart from all of the other's label */
	uint64_t kept;      /* by a direction kept from an earlier question */
	uint64_t twin;      /* by a point of one that lies on a point of the other */
	uint64_t fisher;    /* by Fisher's direction */
	uint64_t centres;   /* by the plane across the centres */
	uint64_t solver;
	uint64_t witness;   /* of the solver's: overlaps with the cluster that refused a part of the union before */
	uint64_t undecided; /* of the solver's: called overlaps */
	uint64_t rounds;    /* of the solver */
};

/* The questions that have an answer; all that were asked, once none is open. */
uint64_t overlap_counts_answered(const struct overlap_counts *c);

/* The proof that a question ended with. */
struct answer {
	enum verdict verdict;
	enum proof proof;
	double upper, lower;
	bool measured;             /* of a distance */
	bool open;                 /* of a distance whose gap did not close */
	struct hull_start weights; /* none for PROOF_CENTRES; owned */
};

void answer_release(struct answer *a);
/* What the workspace's active set holds. -1 if memory is short. */
int answer_take(struct answer *out, const struct separation *s, const struct hull_work *w);

/* Where the proofs go, in an order that does not depend on threads. Whole labels
 * are clusters whose id is that of their label's first point. */
struct proof_sink {
	void *arg;
	int (*put)(void *arg, const struct cluster *a, const struct cluster *b, const struct answer *answer);
};

struct question;

struct overlaps {
	const struct points *points;
	const struct context *ctx;
	struct hull_work *works;        /* (threads) */
	struct overlap_counts *counted; /* (threads) */
	struct cluster *labels;         /* (labels) all points of a label */
	uint32_t *distinct;             /* (count) points with coordinates of their own, by label */
	uint8_t *apart;                 /* (labels, labels) 1: separable as a whole */
	struct directions directions;   /* of clusters and whole labels, and of pairs of clusters */
	struct whitening whitening;     /* of labels that overlap others */
	const struct proof_sink *sink;  /* or NULL */
	struct question *questions;     /* (capacity) of the cluster at hand */
	size_t capacity;
};

int overlaps_init(struct overlaps *out, const struct points *points, const struct context *ctx, struct error *err);
void overlaps_release(struct overlaps *o);
struct overlap_counts overlaps_counts(const struct overlaps *o);

/* Tests all pairs of whole labels: fills `apart` and answers (labels, labels),
 * of which those of pairs i < j that overlap hold the witnesses. */
int overlaps_labels(struct overlaps *o, struct answer *answers, struct error *err);

/* Prepares for the questions that follow once `apart` is known. */
int overlaps_prepare(struct overlaps *o, struct error *err);

/* To be called before clusters that are no unions of those asked about before. */
void overlaps_regroup(struct overlaps *o);

struct meeting {
	struct cluster *other;
	struct answer answer; /* to be released where other is not NULL */
};

/* Tests m against the clusters of other labels, but for those that `skip` (may be
 * NULL) leaves out. The first overlap in a fixed order ends it. Returns 1 with the
 * overlap, 0 without one, −1 on error. */
int overlaps_find(struct overlaps *o, struct cluster *m, struct roster *r,
		  bool (*skip)(const struct cluster *m, const struct cluster *other), struct meeting *out,
		  struct error *err);

/* One question. Returns 1 with the overlap, 0, or −1. The start, points of the two
 * that may well meet, is where the solver begins; it may be NULL. */
int overlaps_ask(struct overlaps *o, struct cluster *m, struct cluster *other, const struct hull_start *start,
		 struct meeting *out, struct error *err);

#endif
