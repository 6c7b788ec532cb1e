#include "report/significance.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

enum { MOST_VALUES = 64 };

static double ways_to_choose(size_t n, size_t k)
{
	double ways = 1;

	for (size_t i = 1; i <= k; i++)
		ways = ways * (double)(n - k + i) / (double)i;
	return ways;
}

/* Steps to the next choice of k of n indices, in lexicographic order. */
static bool next_choice(size_t *choice, size_t k, size_t n)
{
	size_t i = k;

	while (i > 0 && choice[i - 1] == n - k + i - 1)
		i--;
	if (i == 0)
		return false;
	choice[i - 1]++;
	for (; i < k; i++)
		choice[i] = choice[i - 1] + 1;
	return true;
}

/* With S the sum of all values and s that of the chosen n, the difference of
 * the means is s/n − (S − s)/m. Sums are equal up to roundings. */
double significance_permutation(const double *a, size_t n, const double *b, size_t m)
{
	double values[MOST_VALUES], total = 0, observed = 0, slack = 0, extreme = 0, ways = 0;
	size_t choice[MOST_VALUES];

	if (n == 0 || m == 0 || n + m > MOST_VALUES || ways_to_choose(n + m, n) > 1e6)
		return NAN;
	for (size_t i = 0; i < n + m; i++) {
		values[i] = i < n ? a[i] : b[i - n];
		total += values[i];
		slack += fabs(values[i]) * 1e-12;
	}
	for (size_t i = 0; i < n; i++) {
		observed += a[i];
		choice[i] = i;
	}
	observed = fabs(observed / (double)n - (total - observed) / (double)m);
	do {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += values[choice[i]];
		ways++;
		extreme += fabs(sum / (double)n - (total - sum) / (double)m) >= observed - slack ? 1 : 0;
	} while (next_choice(choice, n, n + m));
	return extreme / ways;
}

double significance_mcnemar(size_t b, size_t c)
{
	size_t fewer = b < c ? b : c;

	if (b + c == 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(b + c)));
}

static double rank_of(const double *x, size_t n, size_t i)
{
	double below = 0, equal = 0;

	for (size_t j = 0; j < n; j++) {
		below += x[j] < x[i] ? 1 : 0;
		equal += x[j] == x[i] ? 1 : 0;
	}
	return below + (equal + 1) / 2;
}

double significance_spearman(const double *x, const double *y, size_t n)
{
	double middle = ((double)n + 1) / 2, xy = 0, xx = 0, yy = 0;

	for (size_t i = 0; i < n; i++) {
		double a = rank_of(x, n, i) - middle, b = rank_of(y, n, i) - middle;

		xy += a * b;
		xx += a * a;
		yy += b * b;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
