#include "figure/stroke.h"

struct dashes dash_lengths(enum dash d)
{
	static const struct dashes dashes[] = {
		[DASH_NONE] = { { 0, 0 }, 0, 0 },
		[DASH_LONG] = { { 3.6, 1.8 }, 2, 0 },
		[DASH_SHIFTED] = { { 3.6, 1.8 }, 2, 2.7 },
		[DASH_DOTS] = { { 1.1, 1.5 }, 2, 0 },
	};

	return dashes[d];
}
