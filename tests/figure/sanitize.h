/* What the libraries under the figures keep until the process ends is no leak of
 * ours. Included once a program. */
#ifndef TESTS_FIGURE_SANITIZE_H
#define TESTS_FIGURE_SANITIZE_H

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

#endif
