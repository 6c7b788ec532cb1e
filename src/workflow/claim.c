#include "workflow/claim.h"

#include "base/array.h"
#include "base/file.h"
#include "base/output.h"
#include "base/sha256.h"

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

/* What a record holds. */
struct owner {
	char *path;      /* NULL: there is no record, or one that came with a copy of another experiment's folder */
	char sha256[65]; /* of the file as it was; "" where an older record does not say */
};

static struct owner recorded(const struct experiment *e, const char *record)
{
	size_t length = strlen(e->name);
	struct owner owner = { NULL, "" };
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };

	if (!file_exists(record) || mapping_open(&map, record, &ignored) < 0)
		return owner;
	if (line_next(&line, &map))
		owner.path = text_copy_n(line.data, line.length);
	if (line_next(&line, &map) && (line.length != length || memcmp(line.data, e->name, length) != 0)) {
		free(owner.path);
		owner.path = NULL;
	}
	if (line_next(&line, &map) && line.length == 64)
		memcpy(owner.sha256, line.data, 64);
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

/* Whether the file has the digest that a record tells; true where it tells none. */
static bool has_digest(const char *path, const char *sha256)
{
	struct error ignored;
	uint64_t bytes;
	char found[65];

	return sha256[0] == '\0' || (sha256_file(found, &bytes, path, &ignored) == 0 && strcmp(found, sha256) == 0);
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
	struct owner owner = recorded(e, c->record);
	int rc = 0;

	if (owner.path == NULL)
		return 0;
	if (file_exists(owner.path) && !is_same_file(owner.path, e->path) && !has_same_bytes(owner.path, e->path))
		rc = error_set(err, STATUS_INPUT,
			       "%s: %s is where %s has its results; give this experiment another name ([experiment] "
			       "name = …), or another CACHE and --publish folder",
			       e->path, c->folder, owner.path);
	else if (!file_exists(owner.path) && !has_digest(e->path, owner.sha256))
		rc = error_set(err, STATUS_INPUT,
			       "%s: %s is where %s has its results, which is not there now and had other bytes; give "
			       "this experiment another name ([experiment] name = …), or, if it is the same one, "
			       "remove %s",
			       e->path, c->folder, owner.path, c->record);
	free(owner.path);
	return rc;
}

/* Whether the record says what it would say now. */
static bool is_current(const struct experiment *e, const struct owner *owner)
{
	return owner->path != NULL && file_exists(owner->path) && has_digest(owner->path, owner->sha256) &&
	       has_digest(e->path, owner->sha256);
}

static int write_record(const struct experiment *e, const struct claim *c, struct error *err)
{
	char sha256[65] = "", *own = absolute(e->path), *line;
	char *directory = text_copy_n(c->record, (size_t)(path_base(c->record) - c->record));
	struct folder out = { 0 };
	uint64_t bytes;
	int rc = -1;

	if (sha256_file(sha256, &bytes, e->path, err) < 0) {
		free(own);
		free(directory);
		return -1;
	}
	line = own ? text_format("%s\n%s\n%s\n", own, e->name, sha256) : NULL;
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
	struct owner owner;
	int rc = claim_of(&c, e, published, err);

	if (rc == 0)
		rc = check(e, &c, err);
	if (rc == 0) {
		owner = recorded(e, c.record);
		if (!is_current(e, &owner))
			rc = write_record(e, &c, err);
		free(owner.path);
	}
	claim_release(&c);
	return rc;
}

/* What is published of other experiments, and files of the report's own, are in
 * nobody's way. */
static int check_name(const struct experiment *e, const char *published, struct error *err)
{
	static const char *const places[] = { "manifests", "figures", "report" };
	const size_t length = strlen(e->folder), suffix = sizeof claim_file;
	int rc = 0;

	if (strcmp(e->folder, "reference") == 0)
		return error_set(
			err, STATUS_INPUT,
			"%s: an experiment cannot be called reference: %s/reference holds the expected results; "
			"give it another name ([experiment] name = …)",
			e->path, published);
	if (length > suffix && e->folder[length - suffix] == '.' &&
	    strcmp(e->folder + length - suffix + 1, claim_file) == 0)
		return error_set(
			err, STATUS_INPUT,
			"%s: the name of an experiment cannot end in .%s; give it another ([experiment] name = "
			"…)",
			e->path, claim_file);
	for (size_t i = 0; rc == 0 && i < sizeof places / sizeof places[0]; i++) {
		char *path = text_format("%s/../%s/%s", published, places[i], e->folder);
		struct stat st;

		if (path == NULL)
			rc = error_memory(err, e->path);
		else if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			rc = error_set(
				err, STATUS_INPUT,
				"%s: %s/%s is a file, where the experiment's results would lie; give it another "
				"name ([experiment] name = …)",
				e->path, places[i], e->folder);
		free(path);
	}
	return rc;
}

int claim_check(const struct experiment *e, const char *published, struct error *err)
{
	struct claim c;
	int rc = claim_of(&c, e, NULL, err);

	if (rc == 0 && published != NULL)
		rc = check_name(e, published, err);
	if (rc < 0) {
		claim_release(&c);
		return rc;
	}

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
