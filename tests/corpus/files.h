/* Small data files written for a test. */
#ifndef TESTS_CORPUS_FILES_H
#define TESTS_CORPUS_FILES_H

#include "support.h"

#include "base/output.h"

#include <string.h>

/* A string with its length, which may hold NUL. */
#define BYTES(s) (s), sizeof(s) - 1

/* A folder with a file in it; returns the file's path, in new memory. */
static inline char *files_write(const char *place, const char *name, const char *data, size_t size)
{
	struct folder folder;
	struct error err = { 0 };

	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(output_file(&folder, name, data, size, &err), 0);
	folder_release(&folder);
	return path_join(place, name);
}

/* Asserts that the message is "<path><rest>". */
static inline void files_assert_message(const struct error *err, const char *path, const char *rest)
{
	char *expected = text_format("%s%s", path, rest);

	assert_int_equal(err->status, STATUS_INPUT);
	assert_string_equal(err->text, expected);
	free(expected);
}

#endif
