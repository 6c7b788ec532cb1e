#include "probe/sweep.h"

#include "base/array.h"
#include "probe/sweep_types.h"

#include <stdlib.h>

static int sweep_dispatch(struct sweep_result *out, const struct sweep *s, struct error *err)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return s->float64 ? sweep_run_f64_avx2(out, s, err) : sweep_run_f32_avx2(out, s, err);
#endif
	return s->float64 ? sweep_run_f64_plain(out, s, err) : sweep_run_f32_plain(out, s, err);
}

int sweep_run(struct sweep_result *out, const struct sweep *s, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < s->count; i++)
		out[i] = (struct sweep_result){ 0 };
	for (size_t i = 0; rc == 0 && i < s->count; i++)
		for (size_t k = 0; rc == 0 && k < SWEEP_PARTS; k++) {
			out[i].predicted[k] = array_new(s->predict[k].count + 1, 1, sizeof(uint32_t));
			if (out[i].predicted[k] == NULL)
				rc = error_memory(err, "predictions of a probe");
		}
	if (rc == 0)
		rc = sweep_dispatch(out, s, err);
	if (rc < 0)
		sweep_results_release(out, s->count);
	return rc;
}

void sweep_results_release(struct sweep_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(results[i].losses);
		for (size_t k = 0; k < SWEEP_PARTS; k++)
			free(results[i].predicted[k]);
		results[i] = (struct sweep_result){ 0 };
	}
}
