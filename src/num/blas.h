/* OpenBLAS as it is used here: one thread a call, kernels chosen by us. */
#ifndef NUM_BLAS_H
#define NUM_BLAS_H

#include "base/error.h"

enum kernels { KERNELS_OTHER, KERNELS_AVX2, KERNELS_AVX512 };

/* Sets one thread a call and checks that OpenBLAS uses the kernels that the
 * setting ("portable" or "native") means on this processor; other kernels are
 * an error that names both. To be called once before any product. */
int blas_check(const char *setting, struct error *err);

/* The name of the kernels in use, "Haswell" for one. */
const char *blas_kernels_name(void);

/* The vector instructions that go with them: AVX-512 with SkylakeX and its
 * descendants, AVX2 with Haswell and Zen. */
enum kernels blas_kernels(void);

#endif
