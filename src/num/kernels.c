#include "num/kernels.h"

#include <stddef.h>

static enum kernels limit = KERNELS_AVX512;

static enum kernels of_processor(void)
{
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return KERNELS_PLAIN;
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
			       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
		       ? KERNELS_AVX512
		       : KERNELS_AVX2;
}

enum kernels kernels_in_use(void)
{
	const enum kernels widest = of_processor();

	return widest < limit ? widest : limit;
}

void kernels_limit(enum kernels most)
{
	limit = most;
}

const char *kernels_name(void)
{
	return kernels_in_use() == KERNELS_PLAIN ? "plain" : "portable";
}

const char *kernels_coretype(void)
{
	return of_processor() == KERNELS_PLAIN ? NULL : "Haswell";
}
