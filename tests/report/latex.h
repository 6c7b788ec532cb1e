/* Compiling tables in an article, as their readers do. */
#ifndef TESTS_REPORT_LATEX_H
#define TESTS_REPORT_LATEX_H

#include "support.h"

#include <string.h>

static inline bool latex_there(void)
{
	if (system("pdflatex --version > /dev/null 2>&1") == 0)
		return true;
	print_message("skipped: no pdflatex\n");
	return false;
}

/* Inputs the files, by their whole paths, into an article that loads `packages`
 * and runs pdflatex on it; any error fails. Returns the log, in new memory. */
static inline char *latex_compile(const char *packages, char *const *files, size_t count)
{
	char *folder = support_folder(), *source = path_join(folder, "article.tex"), *log;
	char *command = text_format("cd '%s' && pdflatex -interaction=nonstopmode -halt-on-error article.tex "
				    "> /dev/null 2>&1 && test -s article.pdf",
				    folder);
	FILE *f = fopen(source, "w");
	struct error err = { 0 };
	struct mapping map;
	int rc;

	assert_non_null(f);
	fprintf(f, "\\documentclass{article}\n\\usepackage{%s}\n\\begin{document}\n", packages);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "\\input{%s}\n\\clearpage\n", files[i]);
	fprintf(f, "\\end{document}\n");
	assert_int_equal(fclose(f), 0);
	rc = system(command);
	free(source);
	source = path_join(folder, "article.log");
	if (mapping_open(&map, source, &err) < 0)
		fail_msg("%s", err.text);
	log = text_copy_n(map.data, map.size);
	mapping_close(&map);
	if (rc != 0)
		fail_msg("pdflatex: %s", strstr(log, "\n!") == NULL ? "failed" : strstr(log, "\n!"));
	free(source);
	free(command);
	support_remove(folder);
	return log;
}

#endif
