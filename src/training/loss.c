#include "training/loss.h"

#include "num/vecmath.h"

#include <math.h>
#include <string.h>

/* With top the largest score: loss = log Σ e^(s − top) − (s[label] − top). */
struct loss loss_of(float *scores, size_t n, int32_t label, float scale)
{
	struct loss loss = { 0 };
	float top, own, sum = 0.0f, log_sum;

	for (size_t i = 1; i < n; i++)
		if (scores[i] > scores[loss.predicted])
			loss.predicted = (uint32_t)i;
	loss.right = label >= 0 && loss.predicted == (uint32_t)label;
	if (label < 0) {
		memset(scores, 0, n * sizeof *scores);
		return loss;
	}
	top = scores[loss.predicted];
	own = scores[label] - top;
	for (size_t i = 0; i < n; i++)
		scores[i] -= top;
	vector_exp(scores, scores, n);
	for (size_t i = 0; i < n; i++)
		sum += scores[i];
	vector_log(&log_sum, &sum, 1);
	/* The vectorised logarithm makes a finite number of a NaN. */
	loss.value = isfinite(sum) ? log_sum - own : NAN;
	for (size_t i = 0; i < n; i++)
		scores[i] *= scale / sum;
	scores[label] -= scale;
	return loss;
}
