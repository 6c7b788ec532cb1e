/* Comparison of doubles that says both when they differ. */
#ifndef TESTS_NUM_NEAR_H
#define TESTS_NUM_NEAR_H

#include "support.h"

#include <math.h>

#define assert_near(value, expected, tolerance) near_check((value), (expected), (tolerance), __FILE__, __LINE__)

static inline void near_check(double value, double expected, double tolerance, const char *file, int line)
{
	if (fabs(value - expected) <= tolerance)
		return;
	print_error("%.17g, but %.17g ± %g was expected\n", value, expected, tolerance);
	_fail(file, line);
}

#endif
