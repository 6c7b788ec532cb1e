/* How lines are drawn. */
#ifndef FIGURE_STROKE_H
#define FIGURE_STROKE_H

#include "figure/colour.h"

enum dash {
	DASH_NONE,
	DASH_LONG,
	DASH_SHIFTED, /* long, its gaps where those are not */
	DASH_DOTS
};

/* How long dash and gap are, and where in them a line begins. */
struct dashes {
	double lengths[2];
	int count; /* 0: an unbroken line */
	double offset;
};
struct dashes dash_lengths(enum dash d);

struct stroke {
	double width;
	struct colour colour;
	enum dash dash;
};

#endif
