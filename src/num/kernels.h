/* Which kernels compute: our own, of products and vector functions, and those of OpenBLAS.
 *
 * Our own for AVX2 and for AVX-512 give the same bytes, so that the processor's widest are
 * used. OpenBLAS gives the same bytes with one choice of its kernels only; it reads
 * OPENBLAS_CORETYPE when it is loaded, and one that does not know the processor falls back
 * to kernels that are several times slower, so the choice is made for it: by a program that
 * is not linked with it, which sets the variable and executes the one that is. Nothing here
 * needs OpenBLAS. */
#ifndef NUM_KERNELS_H
#define NUM_KERNELS_H

enum kernels { KERNELS_PLAIN, KERNELS_AVX2, KERNELS_AVX512 };

/* The widest that this processor has. */
enum kernels kernels_in_use(void);

/* Has none wider than `most` used from now on: for tests, before any thread computes. */
void kernels_limit(enum kernels most);

/* "portable": the bytes that every processor with AVX2 and FMA gives; or "plain", those of
 * one without, which rounds products and sums apart. */
const char *kernels_name(void);

/* The value of OPENBLAS_CORETYPE that goes with "portable"; NULL to leave the choice to
 * OpenBLAS, where there is no AVX2. */
const char *kernels_coretype(void);

#endif
