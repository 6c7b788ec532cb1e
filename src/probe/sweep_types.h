/* A sweep in float32 and in float64: the two translation units that
 * probe/trainer.h is compiled in. */
#ifndef PROBE_SWEEP_TYPES_H
#define PROBE_SWEEP_TYPES_H

#include "probe/sweep.h"

int sweep_run_f32(struct sweep_result *out, const struct sweep *s, struct error *err);
int sweep_run_f64(struct sweep_result *out, const struct sweep *s, struct error *err);

#endif
