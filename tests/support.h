/* What tests share: where the real data lies, temporary directories, a pool. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/context.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The directory named by the environment, where it is there, or the usual place
 * beside the checkout; NULL where neither is, and the test skips, saying so. */
static inline const char *support_place(const char *variable, const char *usual)
{
	const char *path = getenv(variable);

	if (path != NULL && path[0] != '\0' && directory_exists(path))
		return path;
	if (directory_exists(usual))
		return usual;
	print_message("skipped: no %s (set %s)\n", usual, variable);
	return NULL;
}

static inline const char *support_data(void)
{
	return support_place("DATA", SOURCE "/../shared/data");
}

static inline const char *support_models(void)
{
	return support_place("MODELS", SOURCE "/../shared/models");
}

static inline const char *support_shared_fixtures(void)
{
	return support_place("FIXTURES_SHARED", SOURCE "/../shared/fixtures");
}

/* A fresh directory, in new memory. */
static inline char *support_folder(void)
{
	const char *root = getenv("TMPDIR");
	char *path = text_format("%s/tunescope-test-XXXXXX", root == NULL ? "/tmp" : root);

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

/* Removes what support_folder made. */
static inline void support_remove(char *path)
{
	struct error err = { 0 };

	directory_remove(path, &err);
	free(path);
}

/* A whole file as a string, in new memory. */
static inline char *support_text(const char *folder, const char *name)
{
	struct error err = { 0 };
	struct mapping map;
	char *path = path_join(folder, name), *text;

	if (mapping_open(&map, path, &err) < 0)
		fail_msg("%s", err.text);
	text = text_copy_n(map.data, map.size);
	mapping_close(&map);
	free(path);
	return text;
}

/* Runs tunescope in a folder, where printed.txt has what it printed; returns how
 * it exited, -1 if a signal ended it. */
static inline int support_tunescope(const char *folder, const char *arguments)
{
	char *command =
		text_format("cd '%s' && '%s/bin/tunescope' %s > printed.txt 2>&1", folder, PROGRAMS, arguments);
	int status = system(command);

	free(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define assert_ok(call, error)                                                                                       \
	do {                                                                                                         \
		if ((call) < 0)                                                                                      \
			fail_msg("%s", (error).text);                                                                \
	} while (0)

#endif
