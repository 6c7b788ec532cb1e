/* Which kernels OpenBLAS shall use. OpenBLAS reads OPENBLAS_CORETYPE when it is
 * loaded, and one that does not know the processor falls back to kernels that
 * are several times slower, so the choice is made for it: by a program that is
 * not linked with it, which sets the variable and executes the one that is.
 * Nothing here needs OpenBLAS. */
#ifndef NUM_KERNELS_H
#define NUM_KERNELS_H

#include <stdbool.h>

/* "portable": the same bytes on every processor with AVX2 and FMA. "native": the
 * best for this processor. */
bool kernels_known(const char *setting);

/* The value of OPENBLAS_CORETYPE that the setting means on this processor:
 * "Haswell" or "SkylakeX"; NULL to leave the choice to OpenBLAS, where there is
 * no AVX2. */
const char *kernels_coretype(const char *setting);

#endif
