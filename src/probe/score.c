#include "probe/score.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double score_accuracy(const uint32_t *labels, const uint32_t *predicted, size_t count)
{
	size_t right = 0;

	for (size_t i = 0; i < count; i++)
		right += labels[i] == predicted[i];
	return (double)right / (double)count;
}

double score_macro_f1(size_t *cells, size_t classes, const uint32_t *labels, const uint32_t *predicted, size_t count)
{
	double sum = 0;
	size_t present = 0;

	memset(cells, 0, classes * classes * sizeof *cells);
	for (size_t i = 0; i < count; i++)
		cells[labels[i] * classes + predicted[i]]++;
	for (size_t c = 0; c < classes; c++) {
		size_t of_label = 0, as_label = 0;

		for (size_t k = 0; k < classes; k++) {
			of_label += cells[c * classes + k];
			as_label += cells[k * classes + c];
		}
		if (of_label + as_label == 0)
			continue;
		sum += 2.0 * (double)cells[c * classes + c] / (double)(of_label + as_label);
		present++;
	}
	return sum / (double)present;
}

double score_majority(const uint32_t *train, size_t train_count, const uint32_t *test, size_t test_count,
		      size_t classes)
{
	size_t *counts = array_new(classes, 1, sizeof *counts), right = 0;
	uint32_t best = 0;

	if (counts == NULL)
		return NAN;
	for (size_t i = 0; i < train_count; i++)
		counts[train[i]]++;
	for (uint32_t c = 1; c < classes; c++)
		if (counts[c] > counts[best])
			best = c;
	for (size_t i = 0; i < test_count; i++)
		right += test[i] == best;
	free(counts);
	return (double)right / (double)test_count;
}
