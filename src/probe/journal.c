#include "probe/journal.h"

#include "base/array.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char journal_name[] = "probe.work";

static const char magic[8] = "PROBEWK1";
enum { DIGEST = 64, HEAD = sizeof magic + DIGEST };

/* Before each record. `check` is a sum over task, size and data: a record that
 * a kill cut short does not match it. */
struct record {
	uint64_t task, size, check;
};

struct journal {
	char *path;
	FILE *file;
	int failure;           /* errno of the first write that failed */
	struct mapping before; /* what an earlier run left */
	size_t valid;          /* bytes of it that hold */
};

static uint64_t record_check(uint64_t task, const unsigned char *data, size_t size)
{
	uint64_t h = 14695981039346656037u ^ task * 1099511628211u ^ size;

	for (size_t i = 0; i < size; i++)
		h = (h ^ data[i]) * 1099511628211u;
	return h;
}

/* The record at `*at`, and steps past it; NULL at the end or at a torn one. */
static const unsigned char *record_next(struct record *out, const struct mapping *m, size_t end, size_t *at)
{
	const unsigned char *data = (const unsigned char *)m->data + *at + sizeof *out;

	if (end - *at < sizeof *out)
		return NULL;
	memcpy(out, m->data + *at, sizeof *out);
	if (out->size > end - *at - sizeof *out)
		return NULL;
	*at += sizeof *out + (size_t)out->size;
	return data;
}

size_t journal_valid(const char *data, size_t size, const char *digest)
{
	const struct mapping m = { data, size };
	const unsigned char *content;
	size_t at = HEAD, valid = HEAD;
	struct record r;

	if (size < HEAD || memcmp(data, magic, sizeof magic) != 0 || memcmp(data + sizeof magic, digest, DIGEST) != 0)
		return 0;
	for (; (content = record_next(&r, &m, size, &at)) != NULL; valid = at)
		if (record_check(r.task, content, (size_t)r.size) != r.check)
			break;
	return valid;
}

const char *journal_record(const char *data, size_t valid, uint64_t task, size_t *size)
{
	const struct mapping m = { data, valid };
	const unsigned char *content;
	size_t at = HEAD;
	struct record r;

	while (valid > 0 && (content = record_next(&r, &m, valid, &at)) != NULL)
		if (r.task == task) {
			*size = (size_t)r.size;
			return (const char *)content;
		}
	return NULL;
}

int journal_open(struct journal **out, const char *directory, const char *digest, struct error *err)
{
	struct journal *j = array_new(1, 1, sizeof *j);

	*out = NULL;
	if (j == NULL || (j->path = path_join(directory, journal_name)) == NULL) {
		free(j);
		return error_memory(err, "work file");
	}
	if (file_exists(j->path) && mapping_open(&j->before, j->path, err) == 0)
		j->valid = journal_valid(j->before.data, j->before.size, digest);
	if (j->valid > 0) {
		/* The mapping reads no further than the valid part. */
		if (truncate(j->path, (off_t)j->valid) == 0)
			j->file = fopen(j->path, "ab");
	} else {
		unlink(j->path);
		j->file = fopen(j->path, "wb");
		if (j->file != NULL) {
			fwrite(magic, 1, sizeof magic, j->file);
			fwrite(digest, 1, DIGEST, j->file);
		}
	}
	if (j->file == NULL) {
		error_errno(err, j->path, "write");
		journal_close(j, 0, &(struct error){ 0 });
		return -1;
	}
	*out = j;
	return 0;
}

const void *journal_find(const struct journal *j, uint64_t task, size_t *size)
{
	return journal_record(j->before.data, j->valid, task, size);
}

void journal_add(struct journal *j, uint64_t task, const void *data, size_t size)
{
	struct record r = { task, size, record_check(task, data, size) };

	if (j->failure != 0)
		return;
	if (fwrite(&r, sizeof r, 1, j->file) != 1 || fwrite(data, 1, size, j->file) != size || fflush(j->file) != 0)
		j->failure = errno;
}

int journal_close(struct journal *j, int finished, struct error *err)
{
	int rc = 0;

	if (j == NULL)
		return 0;
	if (j->file != NULL && fclose(j->file) != 0 && j->failure == 0)
		j->failure = errno;
	if (!finished && j->failure != 0) {
		errno = j->failure;
		rc = error_errno(err, j->path, "write");
	}
	mapping_close(&j->before);
	free(j->path);
	free(j);
	return rc;
}
