/* tunescope compare: two reports side by side. */
#include "stage/command.h"
#include "stage/place.h"

#include "base/array.h"
#include "base/file.h"
#include "report/beside.h"
#include "workflow/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "out", "DIR", "where the page goes (report/<A>-beside-<B>)" },
	{ NULL, NULL, NULL },
};

static bool is_report(const char *folder)
{
	char *claims = folder == NULL ? NULL : path_join(folder, "tables/claims.json");
	const bool is = claims != NULL && file_exists(claims);

	free(claims);
	return is;
}

/* A report's folder; or, of an experiment's name, the one below report/. */
static char *folder_of(const char *word)
{
	char *below = path_join("report", word);

	if (!is_report(word) && is_report(below))
		return below;
	free(below);
	return text_copy(word);
}

static char *name_of(const char *folder)
{
	size_t length = strlen(folder), start;

	while (length > 1 && folder[length - 1] == '/')
		length--;
	for (start = length; start > 0 && folder[start - 1] != '/';)
		start--;
	return text_copy_n(folder + start, length - start);
}

static int run(struct job *job, struct error *err)
{
	const char *given = options_get(&job->options, "out");
	char *assets, *a = NULL, *b = NULL, *names[2] = { NULL, NULL }, *target = NULL;
	struct folder out;
	int rc = -1;

	if (job->options.word_count != 2)
		return error_set(err, STATUS_INPUT, "expected two reports: folders, or the names of experiments");
	assets = place_directory("report/template.html");
	if (assets == NULL)
		return error_set(err, STATUS_MACHINE, "report/template.html is not beside the program");
	a = folder_of(job->options.words[0]);
	b = folder_of(job->options.words[1]);
	names[0] = a == NULL ? NULL : name_of(a);
	names[1] = b == NULL ? NULL : name_of(b);
	target = given != NULL                          ? text_copy(given)
		 : names[0] == NULL || names[1] == NULL ? NULL
							: text_format("report/%s-beside-%s", names[0], names[1]);
	if (target == NULL) {
		error_memory(err, "paths");
	} else if (!is_report(a) || !is_report(b)) {
		error_set(err, STATUS_INPUT, "%s: no report: it has no tables/claims.json", is_report(a) ? b : a);
	} else if (folder_open(&out, target, err) == 0) {
		rc = beside_write(&(struct beside_input){ { a, b }, assets, program_version }, &out, err);
		folder_release(&out);
	}
	if (rc == 0)
		printf("%s/index.html\n", target);
	free(assets);
	free(a);
	free(b);
	free(names[0]);
	free(names[1]);
	free(target);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"compare", "two reports side by side, as a page", "A B [--out DIR]", options, false, run
	};

	return command_main(argc, argv, &command);
}
