/* Scales: from values to places on the page, and round numbers for ticks. */
#ifndef FIGURE_SCALE_H
#define FIGURE_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum scale_kind {
	SCALE_LINEAR,
	SCALE_LOG,    /* decades; all values are positive */
	SCALE_SYMLOG, /* asinh(v / threshold): linear about zero, decades outside */
};

struct scale {
	enum scale_kind kind;
	double low, high; /* values, low < high */
	double from, to;  /* places of low and high */
	double threshold; /* SCALE_SYMLOG: where decades begin */
};

struct tick {
	double value;
	char text[32];
};

#define TICKS_MAX 16

/* The finite values seen so far. Starts zeroed. */
struct range {
	double low, high;
	double smallest; /* smallest |value| above 0 */
	double logs;     /* sum of ln |value| of those that are not 0 */
	size_t count, nonzero;
};

void range_add(struct range *r, double value); /* NaN and infinities are passed over */
void range_add_all(struct range *r, const double *values, size_t count);

/* Linear, unless the typical value (the geometric mean of magnitudes) would lie
 * within a hundredth of the axis: then decades where all are positive, else
 * symmetrical decades. */
enum scale_kind range_kind(const struct range *r);

/* A scale that holds the range with a margin (a fraction of its length). An
 * empty range gives 0 … 1, a single value a range about it. */
struct scale scale_of(const struct range *r, enum scale_kind kind, double margin, double from, double to);

/* The place of a value; NaN for a value that has none. */
double scale_at(const struct scale *s, double value);

/* 0 at `low`, 1 at `high`. */
double scale_fraction(const struct scale *s, double value);

/* At most `want` + 2 and TICKS_MAX ticks at round numbers (1, 2 and 5 times
 * powers of ten, whole decades on a logarithmic scale). Returns their number. */
size_t scale_ticks(struct tick *out, const struct scale *s, size_t want);

/* Where that leaves fewer than two: zero, if it is there, and the largest
 * number of the same kind. Linear scales only. */
size_t scale_far_ticks(struct tick out[2], const struct scale *s);

/* Where these stand too close: the largest such number that is there on either
 * side of zero. 0 if zero is not between. */
size_t scale_even_ticks(struct tick out[2], const struct scale *s);

/* Three significant digits, with thousands separated; powers of ten outside
 * 1e-4 … 1e7; "missing" for NaN. */
void value_format(char out[32], double value);

#endif
