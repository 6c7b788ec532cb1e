/* The choice of kernels, and its check. */
#include "support.h"

#include "num/blas.h"
#include "num/kernels.h"

#include <cblas.h>
#include <string.h>

static void kernels_of_this_processor(void **state)
{
	const enum kernels widest = kernels_in_use();

	(void)state;
	if (!__builtin_cpu_supports("avx2")) {
		assert_int_equal(widest, KERNELS_PLAIN);
		assert_null(kernels_coretype());
		assert_string_equal(kernels_name(), "plain");
		return;
	}
	assert_int_equal(widest, __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
						 __builtin_cpu_supports("avx512dq")
					 ? KERNELS_AVX512
					 : KERNELS_AVX2);
	assert_string_equal(kernels_coretype(), "Haswell");
	assert_string_equal(kernels_name(), "portable");
	kernels_limit(KERNELS_AVX2);
	assert_int_equal(kernels_in_use(), KERNELS_AVX2);
	assert_string_equal(kernels_name(), "portable");
	kernels_limit(KERNELS_PLAIN);
	assert_string_equal(kernels_name(), "plain");
	kernels_limit(KERNELS_AVX512);
	assert_int_equal(kernels_in_use(), widest);
}

static void other_kernels_are_refused(void **state)
{
	struct error err = { 0 };
	const char *found = openblas_get_corename(), *wanted = kernels_coretype();
	const int rc = blas_check(&err);

	(void)state;
	assert_int_equal(openblas_get_num_threads(), 1);
	if (wanted == NULL || strcmp(wanted, found) == 0) {
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, -1);
	assert_int_equal(err.status, STATUS_MACHINE);
	assert_non_null(strstr(err.text, found));
	assert_non_null(strstr(err.text, wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_of_this_processor),
		cmocka_unit_test(other_kernels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
