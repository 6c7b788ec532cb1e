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

/* A folder, and the file that tells whose it is. */
struct claim {
	char *folder, *record;
};

static int claim_of(struct claim *out, const struct experiment *e, const char *published, struct error *err)
{
	if (published == NULL)
		*out = (struct claim){ text_copy(e->cache), path_join(e->cache, claim_file) };
	else
		*out = (struct claim){ path_join(published, e->folder),
				       text_format("%s/%s.%s", published, e->folder, claim_file) };
	return out->folder == NULL || out->record == NULL ? error_memory(err, e->path) : 0;
}

static void claim_release(struct claim *c)
{
	free(c->folder);
	free(c->record);
}

/* The path that a record holds, in new memory; NULL if there is none, or one that
 * came with a copy of another experiment's folder. */
static char *recorded(const struct experiment *e, const char *record)
{
	size_t length = strlen(e->name);
	char *owner = NULL;
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };

	if (!file_exists(record) || mapping_open(&map, record, &ignored) < 0)
		return NULL;
	if (line_next(&line, &map))
		owner = text_copy_n(line.data, line.length);
	if (line_next(&line, &map) && (line.length != length || memcmp(line.data, e->name, length) != 0)) {
		free(owner);
		owner = NULL;
	}
	mapping_close(&map);
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

static int check(const struct experiment *e, const struct claim *c, struct error *err)
{
	char *owner = recorded(e, c->record);
	int rc = 0;

	if (owner != NULL && file_exists(owner) && !is_same_file(owner, e->path) && !has_same_bytes(owner, e->path))
		rc = error_set(err, STATUS_INPUT,
			       "%s: %s is where %s has its results; give this experiment another name ([experiment] "
			       "name = …), or another CACHE and --publish folder",
			       e->path, c->folder, owner);
	free(owner);
	return rc;
}

static int write_record(const struct experiment *e, const struct claim *c, struct error *err)
{
	char *own = absolute(e->path), *line = own ? text_format("%s\n%s\n", own, e->name) : NULL;
	char *directory = text_copy_n(c->record, (size_t)(path_base(c->record) - c->record));
	struct folder out = { 0 };
	int rc = -1;

	if (line == NULL || directory == NULL)
		error_memory(err, c->folder);
	else if (folder_open(&out, directory, err) == 0)
		rc = output_file(&out, path_base(c->record), line, strlen(line), err);
	folder_release(&out);
	free(directory);
	free(own);
	free(line);
	return rc;
}

static int take(const struct experiment *e, const char *published, struct error *err)
{
	struct claim c;
	char *owner;
	int rc = claim_of(&c, e, published, err);

	if (rc == 0)
		rc = check(e, &c, err);
	if (rc == 0) {
		owner = recorded(e, c.record);
		if (owner == NULL || !file_exists(owner))
			rc = write_record(e, &c, err);
		free(owner);
	}
	claim_release(&c);
	return rc;
}

int claim_check(const struct experiment *e, const char *published, struct error *err)
{
	struct claim c;
	int rc = claim_of(&c, e, NULL, err);

	if (rc == 0)
		rc = check(e, &c, err);
	claim_release(&c);
	if (rc < 0 || published == NULL)
		return rc;
	rc = claim_of(&c, e, published, err);
	if (rc == 0)
		rc = check(e, &c, err);
	claim_release(&c);
	return rc;
}

int claim_cache(const struct experiment *e, struct error *err)
{
	return take(e, NULL, err);
}

int claim_published(const struct experiment *e, const char *published, struct error *err)
{
	return take(e, published, err);
}
