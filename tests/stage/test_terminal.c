/* What a stage tells of its progress. */
#include "support.h"

#include "stage/terminal.h"

#include <string.h>
#include <time.h>

static void told(char out[128], const char *path)
{
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_non_null(fgets(out, 128, file));
	fclose(file);
}

/* Where a phase begins at 900 of 1000, what was done before took no time of
 * this run: one more in a second leaves 99 seconds. */
static void time_left_after_going_on(void **state)
{
	char *folder = support_folder(), *path = text_format("%s/progress", folder), line[128];
	struct context ctx = { 0 };
	struct terminal t;

	(void)state;
	terminal_init(&t, "tunescope-test", 1);
	t.progress = path;
	terminal_attach(&t, &ctx);
	context_progress(&ctx, "finetune", 900, 1000, "%s", "");
	told(line, path);
	assert_string_equal(line, "finetune  90 %\n");
	nanosleep(&(struct timespec){ 1, 100000000 }, NULL);
	context_progress(&ctx, "finetune", 901, 1000, "loss %.1f", 2.5);
	told(line, path);
	assert_memory_equal(line, "finetune  90 %  loss 2.5  left ", 31);
	assert_in_range(60 * strtol(line + 31, NULL, 10) + strtol(strchr(line + 31, ':') + 1, NULL, 10), 99, 300);
	free(path);
	support_remove(folder);
}

static void seconds_as_people_read_them(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = { { 0.4, "0:00" }, { 65, "1:05" }, { 59.6, "1:00" }, { 7833, "2:10:33" } };
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		terminal_seconds(out, cases[i].seconds);
		assert_string_equal(out, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_left_after_going_on),
		cmocka_unit_test(seconds_as_people_read_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
