/* The choice of kernels, and its check. */
#include "support.h"

#include "num/blas.h"
#include "num/kernels.h"

#include <cblas.h>
#include <string.h>

static void settings(void **state)
{
	const char *portable = kernels_coretype("portable"), *native = kernels_coretype("native");

	(void)state;
	assert_true(kernels_known("portable") && kernels_known("native"));
	assert_false(kernels_known("fast"));
	if (!__builtin_cpu_supports("avx2")) {
		assert_null(portable);
		assert_null(native);
		return;
	}
	assert_string_equal(portable, "Haswell");
	assert_string_equal(native, __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
						    __builtin_cpu_supports("avx512dq")
					    ? "SkylakeX"
					    : "Haswell");
}

static void other_kernels_are_refused(void **state)
{
	struct error err = { 0 };
	const char *found = blas_kernels_name();

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *setting = i == 0 ? "portable" : "native", *wanted = kernels_coretype(setting);
		int rc = blas_check(setting, &err);

		if (wanted == NULL || strcmp(wanted, found) == 0) {
			assert_int_equal(rc, 0);
			continue;
		}
		assert_int_equal(rc, -1);
		assert_int_equal(err.status, STATUS_MACHINE);
		assert_non_null(strstr(err.text, found));
		assert_non_null(strstr(err.text, wanted));
	}
	assert_int_equal(openblas_get_num_threads(), 1);
	assert_int_equal(blas_check("fast", &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_non_null(strstr(err.text, "fast: expected portable or native"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings),
		cmocka_unit_test(other_kernels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
