/* The README's worked example, as it stands there, on a small model and small
 * data of one's own. */
#include "support.h"

#include <string.h>
#include <sys/wait.h>

/* The next of the README's examples from *at on, in new memory; NULL behind the last. */
static char *next_example(const char **at)
{
	static const char begin[] = "<!-- example: begin -->\n", end[] = "<!-- example: end -->\n";
	const char *from = strstr(*at, begin), *to;

	if (from == NULL)
		return NULL;
	from += sizeof begin - 1;
	to = strstr(from, end);
	assert_non_null(to);
	*at = to;
	return text_copy_n(from, (size_t)(to - from));
}

/* The program is the one under test, and what make would call it with. */
static const char settings[] =
	"set -e\ncd '%s'\nunset MAKEFLAGS MAKELEVEL DATA MODELS RERUN LAUNCH\nexport CACHE=cache "
	"T='%s/bin/tunescope'\n";
static const char program[] = "sed 's#build/bin/tunescope#\"$T\"#g; s#make reproduce EXPERIMENT=#\"$T\" reproduce #; "
			      "s#^ *##' example > commands\nprintf 'set -e\\n' | cat - commands > example.sh\n";

/* A small model, data, checkpoints and vectors of one's own. */
static const char made[] =
	"mkdir -p my/model my/trained/checkpoint-7 my/vectors\n"
	"cp '%s/tiny-bert/config.json' '%s/tiny-bert/vocab.txt' '%s/tiny-bert/tokenizer_config.json' "
	"'%s/tiny-bert/model.safetensors' my/model\ncp '%s/tiny-bert/sentences.tsv' my/train.tsv\n"
	"cp my/train.tsv my/test.tsv\ncp my/model/* my/trained/checkpoint-7\n"
	"for s in original task-s1-c01; do for p in train test; do \"$T\" extract --model my/model --examples "
	"my/$p.tsv "
	"--kind word --layers all --out my/vectors/$s/task/$p; done; done\n";

static void run_script(const char *place, const char *text)
{
	char *script = path_join(place, "script"), *run;
	FILE *out = fopen(script, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	run = text_format("sh '%s' > '%s/out.txt' 2>&1 || { cat '%s/out.txt'; exit 1; }", script, place, place);
	assert_int_equal(WEXITSTATUS(system(run)), 0);
	free(run);
	free(script);
}

static void the_examples_run_to_their_reports(void **state)
{
	char *place = support_folder(), *readme = support_text(SOURCE, "README.md"), *example;
	char *begin = text_format(settings, place, PROGRAMS);
	char *files = text_format(made, FIXTURES, FIXTURES, FIXTURES, FIXTURES, FIXTURES);
	char *first = text_format("%s%s", begin, files);
	const char *at = readme;
	size_t count = 0;

	(void)state;
	run_script(place, first);
	for (; (example = next_example(&at)) != NULL; count++) {
		char *text = text_format("%scat > example <<'E'\n%sE\n%ssh example.sh\n"
					 "grep -q '<html' report/*/index.html\nrm -r report\n",
					 begin, example, program);

		run_script(place, text);
		free(text);
		free(example);
	}
	assert_int_equal(count, 4);
	free(first);
	free(files);
	free(begin);
	free(readme);
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_examples_run_to_their_reports) };

	return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
