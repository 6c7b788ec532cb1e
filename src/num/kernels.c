#include "num/kernels.h"

#include <string.h>

bool kernels_known(const char *setting)
{
	return strcmp(setting, "portable") == 0 || strcmp(setting, "native") == 0;
}

const char *kernels_coretype(const char *setting)
{
	bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
		      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");

	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return NULL;
	return avx512 && strcmp(setting, "native") == 0 ? "SkylakeX" : "Haswell";
}
