#include "base/output.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 16 };

struct output {
	struct folder *folder;
	char *name, *path, *temporary;
	struct sha256 *digest;
	int fd;
	uint64_t bytes;
	size_t used; /* of buffer */
	char buffer[BUFFER_SIZE];
	struct error failure; /* the first; status 0 while there is none */
};

int folder_open(struct folder *out, const char *path, struct error *err)
{
	*out = (struct folder){ 0 };
	if (directory_make(path, err) < 0)
		return -1;
	out->path = text_copy(path);
	return out->path == NULL ? error_memory(err, path) : 0;
}

void folder_release(struct folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->items[i].name);
	for (size_t i = 0; i < f->spent_count; i++)
		free(f->spent[i]);
	free(f->spent);
	free(f->items);
	free(f->path);
	*f = (struct folder){ 0 };
}

void folder_spend(struct folder *f, const char *name)
{
	char *copy = text_copy(name);

	if (copy == NULL || array_reserve(&f->spent, &f->spent_capacity, f->spent_count + 1, sizeof *f->spent) < 0)
		free(copy);
	else
		f->spent[f->spent_count++] = copy;
}

void folder_settle(struct folder *f)
{
	for (size_t i = 0; i < f->spent_count; i++) {
		char *path = path_join(f->path, f->spent[i]);

		if (path != NULL)
			unlink(path);
		free(path);
	}
}

static int folder_record(struct folder *f, const char *name, const char *digest, uint64_t bytes, struct error *err)
{
	struct artefact *item = NULL;

	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->items[i].name, name) == 0)
			item = &f->items[i];
	if (item == NULL) {
		char *copy = text_copy(name);

		if (copy == NULL || array_reserve(&f->items, &f->capacity, f->count + 1, sizeof *f->items) < 0) {
			free(copy);
			return error_memory(err, name);
		}
		item = &f->items[f->count++];
		item->name = copy;
	}
	memcpy(item->sha256, digest, sizeof item->sha256);
	item->bytes = bytes;
	return 0;
}

static void output_free(struct output *o)
{
	if (o->digest != NULL) {
		char unused[65];

		sha256_end(o->digest, unused);
	}
	free(o->name);
	free(o->path);
	free(o->temporary);
	free(o);
}

/* mkdir -p of the directory that will hold the file. */
static int make_parent(const char *path, struct error *err)
{
	char *parent = text_copy_n(path, (size_t)(path_base(path) - path));
	int rc = parent == NULL ? error_memory(err, path) : parent[0] == '\0' ? 0 : directory_make(parent, err);

	free(parent);
	return rc;
}

/* Locks a new temporary file, so that nobody takes it for one whose writer was killed.
 * False if somebody did before. Where files cannot be locked nobody does. */
static bool hold(int fd, const char *path)
{
	return (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && file_exists(path);
}

/* A name that no other process has, on this machine or on another that shares the
 * directory: ".accuracy.csv.4f0c3a9be21d7785.tmp". */
static int open_temporary(struct output *o, struct error *err)
{
	uint64_t random;

	do {
		if (o->fd >= 0)
			close(o->fd);
		if (getrandom(&random, sizeof random, 0) != sizeof random)
			return error_errno(err, o->path, "write");
		free(o->temporary);
		o->temporary = text_format("%.*s.%s.%016" PRIx64 ".tmp", (int)(path_base(o->path) - o->path), o->path,
					   path_base(o->path), random);
		if (o->temporary == NULL)
			return error_memory(err, o->path);
		o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	} while (o->fd >= 0 ? !hold(o->fd, o->temporary) : errno == EEXIST);
	return o->fd < 0 ? error_errno(err, o->path, "write") : 0;
}

int output_open(struct output **out, struct folder *folder, const char *name, struct error *err)
{
	struct output *o = calloc(1, sizeof *o);

	if (o == NULL)
		return error_memory(err, name);
	o->fd = -1;
	o->folder = folder;
	o->name = text_copy(name);
	o->path = path_join(folder->path, name);
	o->digest = sha256_new();
	if (o->name == NULL || o->digest == NULL || o->path == NULL) {
		error_memory(err, name);
		goto fail;
	}
	if (make_parent(o->path, err) < 0 || open_temporary(o, err) < 0)
		goto fail;
	*out = o;
	return 0;
fail:
	output_free(o);
	return -1;
}

static void output_flush(struct output *o)
{
	size_t sent = 0;

	if (o->failure.status == STATUS_OK)
		sha256_add(o->digest, o->buffer, o->used);
	while (sent < o->used && o->failure.status == STATUS_OK) {
		ssize_t got = write(o->fd, o->buffer + sent, o->used - sent);

		if (got >= 0)
			sent += (size_t)got;
		else if (errno != EINTR)
			error_errno(&o->failure, o->path, "write");
	}
	o->used = 0;
}

void output_write(struct output *o, const void *data, size_t size)
{
	const char *from = data;

	o->bytes += size;
	while (size > 0) {
		size_t part = BUFFER_SIZE - o->used;

		if (part > size)
			part = size;
		memcpy(o->buffer + o->used, from, part);
		o->used += part;
		from += part;
		size -= part;
		if (o->used == BUFFER_SIZE)
			output_flush(o);
	}
}

void output_text(struct output *o, const char *text)
{
	output_write(o, text, strlen(text));
}

void output_format(struct output *o, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		if (o->failure.status == STATUS_OK)
			error_memory(&o->failure, o->path);
		return;
	}
	output_write(o, text, (size_t)length);
	free(text);
}

/* Makes the rename last through a crash of the machine. */
static void sync_parent(const char *path)
{
	char *parent = text_copy_n(path, (size_t)(path_base(path) - path));
	int fd = parent == NULL ? -1 : open(parent[0] ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(parent);
}

int output_commit(struct output *o, struct error *err)
{
	char digest[65];
	int held;

	output_flush(o);
	if (o->failure.status == STATUS_OK && fsync(o->fd) < 0 && errno != EINVAL && errno != EROFS)
		error_errno(&o->failure, o->path, "write");
	held = fcntl(o->fd, F_DUPFD_CLOEXEC, 0); /* the lock, until the file has its name */
	if (close(o->fd) < 0 && o->failure.status == STATUS_OK)
		error_errno(&o->failure, o->path, "write");
	o->fd = -1;
	if (o->failure.status == STATUS_OK && rename(o->temporary, o->path) < 0)
		error_errno(&o->failure, o->path, "write");
	if (held >= 0)
		close(held);
	if (o->failure.status != STATUS_OK) {
		*err = o->failure;
		output_abandon(o);
		return -1;
	}
	sync_parent(o->path);
	sha256_end(o->digest, digest);
	o->digest = NULL;
	int rc = folder_record(o->folder, o->name, digest, o->bytes, err);
	output_free(o);
	return rc;
}

void output_abandon(struct output *o)
{
	if (o == NULL)
		return;
	if (o->fd >= 0)
		close(o->fd);
	unlink(o->temporary);
	output_free(o);
}

int output_file(struct folder *folder, const char *name, const void *data, size_t size, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	output_write(o, data, size);
	return output_commit(o, err);
}

bool output_is_temporary(const char *base)
{
	size_t length = strlen(base);

	return length > 4 && strcmp(base + length - 4, ".tmp") == 0;
}

/* Its writer holds the lock while it lives. */
static void remove_if_left(const char *path)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlink(path);
	if (fd >= 0)
		close(fd);
}

void output_sweep(const char *directory)
{
	DIR *d = opendir(directory);
	const struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char *path = output_is_temporary(entry->d_name) ? path_join(directory, entry->d_name) : NULL;

		if (path != NULL)
			remove_if_left(path);
		free(path);
	}
	if (d != NULL)
		closedir(d);
}
