/* tunescope encode where its lines cannot be read or kept. */
#include "support.h"

#include <string.h>

#define TINY FIXTURES "/tiny-bert"

/* Runs shell commands, $TUNESCOPE and $OUT among what they know; returns the exit
 * status, and standard error in `said`. */
static int run(char said[512], const char *out, const char *commands)
{
	char *line =
		text_format("TUNESCOPE='%s/bin/tunescope' OUT='%s'; (%s) 2>&1 > /dev/null", PROGRAMS, out, commands);
	FILE *pipe = popen(line, "r");
	size_t got;
	int status;

	assert_non_null(pipe);
	got = fread(said, 1, 511, pipe);
	said[got] = '\0';
	status = pclose(pipe);
	free(line);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void input_that_cannot_be_read(void **state)
{
	char *out = support_folder(), said[512];

	(void)state;
	assert_int_equal(run(said, out, "$TUNESCOPE encode --model " TINY " --out $OUT < /"), 2);
	assert_string_equal(said, "tunescope-encode: standard input: cannot read: Is a directory\n");
	support_remove(out);
}

/* Files of at most one block: the lines would be cut short. */
static void lines_that_cannot_be_kept(void **state)
{
	char *out = support_folder(), said[512];

	(void)state;
	assert_int_equal(run(said, out,
			     "trap '' XFSZ; ulimit -f 1; yes owl | head -n 5000 | "
			     "$TUNESCOPE encode --model " TINY " --out $OUT"),
			 3);
	assert_non_null(strstr(said, ".tmp: cannot write: File too large\n"));
	support_remove(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_that_cannot_be_read),
		cmocka_unit_test(lines_that_cannot_be_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
