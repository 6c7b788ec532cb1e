/* The README's worked example, as it stands there, on a small model and small
 * data of one's own. */
#include "support.h"

#include <string.h>
#include <sys/wait.h>

static char *readme_example(void)
{
	static const char begin[] = "<!-- example: begin -->\n", end[] = "<!-- example: end -->\n";
	struct mapping map;
	struct error err;
	char *text, *from, *to, *example;

	assert_int_equal(mapping_open(&map, SOURCE "/README.md", &err), 0);
	text = text_copy_n(map.data, map.size);
	mapping_close(&map);
	from = strstr(text, begin);
	assert_non_null(from);
	to = strstr(from, end);
	assert_non_null(to);
	from += sizeof begin - 1;
	example = text_copy_n(from, (size_t)(to - from));
	free(text);
	return example;
}

/* The program is the one under test, and make is given a place of its own. */
static char *with_program(const char *example)
{
	static const char tunescope[] = "build/bin/tunescope", reproduce[] = "make reproduce EXPERIMENT=my/first.ini";
	const char *program = strstr(example, tunescope), *make = strstr(example, reproduce);

	assert_non_null(program);
	assert_non_null(make);
	return text_format(
		"%.*s%s/bin/tunescope%.*s%s", (int)(program - example), example, PROGRAMS,
		(int)(make - program) - (int)(sizeof tunescope - 1), program + sizeof tunescope - 1,
		"$T plan --experiment my/first.ini > plan.mk && for goal in cells collect figures report; do "
		"make -s -f plan.mk TUNESCOPE=$T FILE=my/first.ini JOBS=1 $goal || exit 1; done\n");
}

static void the_example_runs_to_its_report(void **state)
{
	char *place = support_folder(), *example = readme_example(), *commands = with_program(example);
	char *script = path_join(place, "example.sh"), *run;
	FILE *out = fopen(script, "w");

	(void)state;
	assert_non_null(out);
	fprintf(out,
		"set -e\ncd '%s'\nunset MAKEFLAGS MAKELEVEL DATA MODELS RERUN LAUNCH\nexport CACHE=cache "
		"T='%s/bin/tunescope'\n"
		"mkdir my my/model\ncp '%s/tiny-bert/config.json' '%s/tiny-bert/vocab.txt' "
		"'%s/tiny-bert/tokenizer_config.json' '%s/tiny-bert/model.safetensors' my/model\n"
		"cp '%s/tiny-bert/sentences.tsv' my/train.tsv\ncp my/train.tsv my/test.tsv\n%s"
		"grep -q '<html' report/first/index.html\n",
		place, PROGRAMS, FIXTURES, FIXTURES, FIXTURES, FIXTURES, FIXTURES, commands);
	fclose(out);
	run = text_format("sh '%s' > '%s/out.txt' 2>&1 || { cat '%s/out.txt'; exit 1; }", script, place, place);
	assert_int_equal(WEXITSTATUS(system(run)), 0);
	free(run);
	free(script);
	free(commands);
	free(example);
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_example_runs_to_its_report) };

	return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
