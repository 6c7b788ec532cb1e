#include "training/training_params.h"

#include <math.h>
#include <stddef.h>

const char *training_params_check(const struct training_params *p)
{
	if (p->epochs < 1)
		return "epochs: expected at least 1";
	if (p->batch < 1)
		return "batch: expected at least 1 sentence";
	if (!(p->lr >= TRAINING_LR_MIN) || !isfinite(p->lr))
		return "lr: expected a number above 0";
	if (!(p->warmup >= 0.0 && p->warmup <= TRAINING_WARMUP_MAX))
		return "warmup: expected a fraction of the updates, from 0 to 1";
	if (!(p->weight_decay >= 0.0) || !isfinite(p->weight_decay))
		return "weight_decay: expected 0 or more";
	if (!(p->clip >= 0.0) || !isfinite(p->clip))
		return "clip: expected 0 (none) or a largest norm";
	if (!(p->dropout < 1.0))
		return "dropout: expected a probability below 1";
	return NULL;
}
