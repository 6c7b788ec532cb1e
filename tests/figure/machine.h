/* Machines that have some fonts and no others, made of fontconfig's settings. */
#ifndef TESTS_FIGURE_MACHINE_H
#define TESTS_FIGURE_MACHINE_H

#include "support.h"

/* Settings in a fresh directory, whose only fonts are links to those of this
 * machine that fontconfig finds for the patterns ("DejaVu Sans:bold"; NULL-ended):
 * their path, in new memory. */
static inline char *machine_with(const char *folder, const char *const *patterns)
{
	char *path = path_join(folder, "fonts.conf");
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f,
		"<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>%s/fonts</dir>"
		"<cachedir>%s/cache</cachedir></fontconfig>\n",
		folder, folder);
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; patterns[i] != NULL; i++) {
		char *link =
			text_format("mkdir -p '%s/fonts' && ln -s \"$(fc-match -f '%%{file}' '%s')\" '%s/fonts/'",
				    folder, patterns[i], folder);

		assert_int_equal(system(link), 0);
		free(link);
	}
	return path;
}

#endif
