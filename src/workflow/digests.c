#include "workflow/digests.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What tells one state of a file from another. */
struct look {
	uint64_t size, mtime, ctime, inode, device;
};

struct entry {
	char *path; /* NULL: an empty slot */
	char sha256[65];
	struct look look;
	bool fresh; /* not yet in the file */
};

struct digests {
	char *file;
	struct entry *slots; /* open addressing; (capacity), a power of two */
	size_t capacity, count;
};

static size_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

static struct entry *slot_of(struct digests *d, const char *path)
{
	size_t i = hash(path) & (d->capacity - 1);

	while (d->slots[i].path != NULL && strcmp(d->slots[i].path, path) != 0)
		i = (i + 1) & (d->capacity - 1);
	return &d->slots[i];
}

static bool grow(struct digests *d)
{
	struct digests larger = { .capacity = d->capacity * 2 };

	larger.slots = calloc(larger.capacity, sizeof *larger.slots);
	if (larger.slots == NULL)
		return false;
	for (size_t i = 0; i < d->capacity; i++)
		if (d->slots[i].path != NULL)
			*slot_of(&larger, d->slots[i].path) = d->slots[i];
	free(d->slots);
	d->slots = larger.slots;
	d->capacity = larger.capacity;
	return true;
}

/* Without memory an entry is forgotten; the digest is then computed again. */
static void remember(struct digests *d, const struct entry *e, const char *path)
{
	struct entry *slot;
	char *copy;

	if (2 * d->count >= d->capacity && !grow(d))
		return;
	slot = slot_of(d, path);
	copy = slot->path != NULL ? slot->path : text_copy(path);
	if (copy == NULL)
		return;
	d->count += slot->path == NULL;
	*slot = *e;
	slot->path = copy;
}

static void load(struct digests *d)
{
	struct error ignored;
	struct mapping map;
	struct line line = { 0 };

	if (!file_exists(d->file) || mapping_open(&map, d->file, &ignored) < 0)
		return;
	while (line_next(&line, &map)) {
		char *text = text_copy_n(line.data, line.length);
		struct entry e = { 0 };
		int at = 0;

		if (text != NULL &&
		    sscanf(text, "%64s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %n", e.sha256,
			   &e.look.size, &e.look.mtime, &e.look.ctime, &e.look.inode, &e.look.device, &at) == 6 &&
		    at > 0 && strlen(e.sha256) == 64)
			remember(d, &e, text + at);
		free(text);
	}
	mapping_close(&map);
}

struct digests *digests_open(const char *path)
{
	struct digests *d = calloc(1, sizeof *d);

	if (d == NULL)
		return NULL;
	d->capacity = 1024;
	d->slots = calloc(d->capacity, sizeof *d->slots);
	if (path != NULL)
		d->file = text_copy(path);
	if (d->slots == NULL || (path != NULL && d->file == NULL)) {
		digests_close(d);
		return NULL;
	}
	if (d->file != NULL)
		load(d);
	return d;
}

/* One write, so that lines of several processes do not mix. */
static void append_fresh(const struct digests *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	int fd;

	if (memory == NULL)
		return;
	for (size_t i = 0; i < d->capacity; i++) {
		const struct entry *e = &d->slots[i];

		if (e->path != NULL && e->fresh)
			fprintf(memory, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n",
				e->sha256, e->look.size, e->look.mtime, e->look.ctime, e->look.inode, e->look.device,
				e->path);
	}
	fclose(memory);
	fd = size == 0 ? -1 : open(d->file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0) {
		/* A lost line costs a digest computed again, no more. */
		if (write(fd, text, size) < 0)
			(void)0;
		close(fd);
	}
	free(text);
}

void digests_close(struct digests *d)
{
	if (d == NULL)
		return;
	if (d->file != NULL && d->slots != NULL)
		append_fresh(d);
	for (size_t i = 0; d->slots != NULL && i < d->capacity; i++)
		free(d->slots[i].path);
	free(d->slots);
	free(d->file);
	free(d);
}

static uint64_t nanoseconds(struct timespec t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool look_at(struct look *out, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*out = (struct look){ (uint64_t)st.st_size, nanoseconds(st.st_mtim), nanoseconds(st.st_ctim),
			      (uint64_t)st.st_ino, (uint64_t)st.st_dev };
	return true;
}

static bool looks_alike(const struct look *a, const struct look *b)
{
	return a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime && a->inode == b->inode &&
	       a->device == b->device;
}

/* Whether another change would show in the time of change: a clock may tick as
 * seldom as a hundred times a second. */
static bool is_settled(const struct look *look)
{
	static const uint64_t tick = 20000000;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return nanoseconds(now) > look->ctime + tick;
}

int digests_anew(struct digests *d, const char *path, char hex[65], struct error *err)
{
	struct entry now = { .fresh = true };
	struct look after;
	uint64_t bytes;
	bool settled;

	if (!look_at(&now.look, path))
		return error_errno(err, path, "read");
	settled = is_settled(&now.look);
	if (sha256_file(hex, &bytes, path, err) < 0)
		return -1;
	memcpy(now.sha256, hex, 65);
	if (settled && look_at(&after, path) && looks_alike(&now.look, &after))
		remember(d, &now, path);
	return 0;
}

int digests_of(struct digests *d, const char *path, char hex[65], struct error *err)
{
	const struct entry *known = slot_of(d, path);
	struct look now;

	if (!look_at(&now, path))
		return error_errno(err, path, "read");
	if (known->path == NULL || !looks_alike(&known->look, &now))
		return digests_anew(d, path, hex, err);
	memcpy(hex, known->sha256, 65);
	return 0;
}

void digests_remember(struct digests *d, const char *path, const char hex[65])
{
	struct entry now = { .fresh = true };

	if (!look_at(&now.look, path))
		return;
	memcpy(now.sha256, hex, 65);
	remember(d, &now, path);
}
