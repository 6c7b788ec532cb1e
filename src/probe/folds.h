/* Cross-validation folds as scikit-learn's unshuffled StratifiedKFold makes
 * them since version 0.22. */
#ifndef PROBE_FOLDS_H
#define PROBE_FOLDS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* fold[i] = 0 … splits−1 for each of `count` examples; `labels` are 0 … classes−1.
 * Every fold gets its share of each label, in the order of the examples. A label
 * with fewer examples than folds misses from some. */
int folds_stratified(uint32_t *fold, const uint32_t *labels, size_t count, size_t classes, size_t splits,
		     struct error *err);

#endif
