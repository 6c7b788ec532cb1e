/* A sweep in float32 and in float64, for processors with AVX2 and for any: the
 * translation units that probe/mlp.h is compiled in. */
#ifndef PROBE_SWEEP_TYPES_H
#define PROBE_SWEEP_TYPES_H

#include "probe/sweep.h"

int sweep_run_f32_plain(struct sweep_result *out, const struct sweep *s, struct error *err);
int sweep_run_f64_plain(struct sweep_result *out, const struct sweep *s, struct error *err);
#if defined(__x86_64__)
int sweep_run_f32_avx2(struct sweep_result *out, const struct sweep *s, struct error *err);
int sweep_run_f64_avx2(struct sweep_result *out, const struct sweep *s, struct error *err);
#endif

#endif
