/* Measures of predictions, as scikit-learn defines them. */
#ifndef PROBE_SCORE_H
#define PROBE_SCORE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* The share of examples whose prediction is their label. */
double score_accuracy(const uint32_t *labels, const uint32_t *predicted, size_t count);

/* The mean over all classes that occur in either array of F1 = 2tp/(2tp+fp+fn).
 * `cells` (classes, classes) is overwritten with the counts of (label, predicted). */
double score_macro_f1(size_t *cells, size_t classes, const uint32_t *labels, const uint32_t *predicted, size_t count);

/* The accuracy on `test` of always predicting the most frequent class of
 * `train`, the first of equal ones. NaN if memory is short. */
double score_majority(const uint32_t *train, size_t train_count, const uint32_t *test, size_t test_count,
		      size_t classes);

#endif
