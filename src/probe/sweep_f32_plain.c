#include "probe/sweep_types.h"
#include "probe/mlp.h"

int sweep_run_f32_plain(struct sweep_result *out, const struct sweep *s, struct error *err)
{
	return mlp_run(out, s, err);
}
