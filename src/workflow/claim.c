#include "workflow/claim.h"

#include "base/array.h"
#include "base/file.h"
#include "base/output.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char claim_file[] = "experiment";

/* The path that the folder's record holds, in new memory; NULL if it has none, or
 * one that came with a copy of another experiment's folder. */
static char *recorded(const struct experiment *e, const char *folder)
{
	char *path = path_join(folder, claim_file), *owner = NULL;
	size_t length = strlen(e->name);
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };

	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0) {
		if (line_next(&line, &map))
			owner = text_copy_n(line.data, line.length);
		if (line_next(&line, &map) && (line.length != length || memcmp(line.data, e->name, length) != 0)) {
			free(owner);
			owner = NULL;
		}
		mapping_close(&map);
	}
	free(path);
	return owner;
}

/* Absolute, and as it was given otherwise: in new memory. */
static char *absolute(const char *path)
{
	char here[PATH_MAX];

	return path[0] == '/' || getcwd(here, sizeof here) == NULL ? text_copy(path) : path_join(here, path);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static bool has_same_bytes(const char *a, const char *b)
{
	struct mapping one = { "", 0 }, other = { "", 0 };
	struct error ignored;
	bool same = mapping_open(&one, a, &ignored) == 0 && mapping_open(&other, b, &ignored) == 0 &&
		    one.size == other.size && memcmp(one.data, other.data, one.size) == 0;

	mapping_close(&one);
	mapping_close(&other);
	return same;
}

int claim_check(const struct experiment *e, const char *folder, struct error *err)
{
	char *owner = recorded(e, folder);
	int rc = 0;

	if (owner != NULL && file_exists(owner) && !is_same_file(owner, e->path) && !has_same_bytes(owner, e->path))
		rc = error_set(err, STATUS_INPUT,
			       "%s: %s is where %s has its results; give this experiment another name ([experiment] "
			       "name = …), or another CACHE and --publish folder",
			       e->path, folder, owner);
	free(owner);
	return rc;
}

int claim_take(const struct experiment *e, const char *folder, struct error *err)
{
	char *owner = recorded(e, folder), *own = absolute(e->path),
	     *line = own ? text_format("%s\n%s\n", own, e->name) : NULL;
	struct folder out = { 0 };
	int rc = -1;

	if (line == NULL)
		error_memory(err, folder);
	else if (claim_check(e, folder, err) == 0)
		rc = owner != NULL && file_exists(owner)  ? 0
		     : folder_open(&out, folder, err) < 0 ? -1
							  : output_file(&out, claim_file, line, strlen(line), err);
	folder_release(&out);
	free(owner);
	free(own);
	free(line);
	return rc;
}
