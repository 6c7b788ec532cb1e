#include "num/blas.h"

#include "num/kernels.h"

#include <cblas.h>
#include <string.h>

const char *blas_kernels_name(void)
{
	return openblas_get_corename();
}

enum kernels blas_kernels(void)
{
	const char *name = openblas_get_corename();

	if (strcmp(name, "Haswell") == 0 || strcmp(name, "Zen") == 0)
		return KERNELS_AVX2;
	if (strcmp(name, "SkylakeX") == 0 || strcmp(name, "Cooperlake") == 0 || strcmp(name, "SapphireRapids") == 0)
		return KERNELS_AVX512;
	return KERNELS_OTHER;
}

int blas_check(const char *setting, struct error *err)
{
	const char *wanted, *found = openblas_get_corename();

	if (!kernels_known(setting))
		return error_set(err, STATUS_INPUT, "kernels: %s: expected portable or native", setting);
	openblas_set_num_threads(1);
	wanted = kernels_coretype(setting);
	if (wanted == NULL || strcmp(wanted, found) == 0)
		return 0;
	return error_set(err, STATUS_MACHINE,
			 "OpenBLAS uses its kernels for %s, expected %s (kernels = %s): run this program through "
			 "the launcher, or set OPENBLAS_CORETYPE=%s",
			 found, wanted, setting, wanted);
}
