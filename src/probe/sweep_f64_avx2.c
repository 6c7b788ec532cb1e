#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#define REAL_DOUBLE
#include "probe/sweep_types.h"
#include "probe/mlp.h"

int sweep_run_f64_avx2(struct sweep_result *out, const struct sweep *s, struct error *err)
{
	return mlp_run(out, s, err);
}
#endif
