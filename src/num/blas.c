#include "num/blas.h"

#include "num/kernels.h"

#include <cblas.h>
#include <string.h>

int blas_check(struct error *err)
{
	const char *wanted = kernels_coretype(), *found = openblas_get_corename();

	openblas_set_num_threads(1);
	if (wanted == NULL || strcmp(wanted, found) == 0)
		return 0;
	return error_set(err, STATUS_MACHINE,
			 "OpenBLAS uses its kernels for %s, expected %s: run this program through the launcher, or "
			 "set OPENBLAS_CORETYPE=%s",
			 found, wanted, wanted);
}
