/* The miniature experiment, run by make and the programs themselves in a
 * directory of its own. */
#ifndef TESTS_WORKFLOW_MINI_H
#define TESTS_WORKFLOW_MINI_H

#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "base/sha256.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* One directory for all tests: the experiment is run once, in the set-up. */
static char *place;

/* Runs a shell command in the directory, its output in out.txt; returns the exit
 * status. */
static inline int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline int shell(const char *format, ...)
{
	char command[2048], whole[4096];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	snprintf(whole, sizeof whole,
		 "cd '%s' && unset MAKEFLAGS MAKELEVEL RERUN DATA MODELS LAUNCH; export CACHE=cache "
		 "T='%s/bin/tunescope' "
		 "F='%s/mini.ini'; { %s; } > out.txt 2>&1",
		 place, PROGRAMS, place, command);
	status = system(whole);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the last command printed, in new memory. */
static inline char *printed(void)
{
	return support_text(place, "out.txt");
}

static inline void assert_printed(const char *part)
{
	char *text = printed();

	if (strstr(text, part) == NULL)
		fail_msg("expected \"%s\" in:\n%s", part, text);
	free(text);
}

static inline void expect(int status, int expected)
{
	if (status != expected) {
		char *text = printed();

		fail_msg("exit status %d, expected %d:\n%s", status, expected, text);
	}
}

static const char all_cells[] __attribute__((unused)) =
	"$T plan --experiment $F > plan.mk && make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 QUIET=--quiet cells "
	"&& make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 QUIET=--quiet collect figures "
	"&& make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 QUIET=--quiet report";

/* The same by the program itself, two cells at a time. */
static const char whole_run[] __attribute__((unused)) = "$T reproduce $F --jobs 2 --quiet > /dev/null";

static inline int mini_set_up(void **state)
{
	(void)state;
	place = support_folder();
	if (shell("cp '%s/tests/workflow/mini.ini' .", SOURCE) != 0)
		return -1;
	if (shell("%s && $T plan --experiment $F > plan.mk", whole_run) != 0) {
		char *text = printed();

		print_error("%s", text);
		free(text);
		return -1;
	}
	return 0;
}

static inline int mini_tear_down(void **state)
{
	(void)state;
	support_remove(place);
	return 0;
}

static inline void digest(char hex[65], const char *name)
{
	char *path = path_join(place, name);
	struct error err;
	uint64_t bytes;

	if (sha256_file(hex, &bytes, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
}

/* Flips one bit in the middle of a file. */
static inline void flip(const char *name)
{
	char *path = path_join(place, name), byte;
	struct stat st;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0);
	assert_int_equal(pread(fd, &byte, 1, st.st_size / 2), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, st.st_size / 2), 1);
	close(fd);
	free(path);
}

#endif
