/* OpenBLAS as it is used here: one thread a call, with the kernels that we choose. */
#ifndef NUM_BLAS_H
#define NUM_BLAS_H

#include "base/error.h"

/* Sets one thread a call and checks that OpenBLAS uses the kernels that kernels_coretype
 * means; others are an error that names both. To be called once before OpenBLAS is. */
int blas_check(struct error *err);

#endif
