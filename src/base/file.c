#include "base/file.h"

#include "base/array.h"
#include "base/disguise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int mapping_open(struct mapping *out, const char *path, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe is told, not waited for */
	void *data;

	*out = (struct mapping){ "", 0 };
	if (fd < 0)
		return error_errno(err, path, "read");
	if (fstat(fd, &st) < 0) {
		error_errno(err, path, "read");
		close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(err, STATUS_INPUT, "%s: not a regular file", path);
	}
	if (st.st_size == 0) {
		close(fd);
		return 0;
	}
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		error_errno(err, path, "map");
		close(fd);
		return -1;
	}
	close(fd);
	*out = (struct mapping){ data, (size_t)st.st_size };
	return 0;
}

void mapping_close(struct mapping *m)
{
	if (m->size > 0)
		munmap((void *)m->data, m->size);
	*m = (struct mapping){ "", 0 };
}

/* UTF-16 without a mark: of its first characters, which are ASCII in every
 * format, every second byte is NUL. */
static bool is_utf16(const struct mapping *m)
{
	size_t pairs = m->size / 2 < 8 ? m->size / 2 : 8, big = 0, little = 0;

	for (size_t i = 0; i < pairs; i++) {
		big += m->data[2 * i] == '\0' && m->data[2 * i + 1] != '\0';
		little += m->data[2 * i] != '\0' && m->data[2 * i + 1] == '\0';
	}
	return pairs > 1 && (big == pairs || little == pairs);
}

static int nul_error(const struct mapping *m, const char *nul, const char *path, struct error *err)
{
	const char *start = m->data;
	size_t line = 1;

	for (const char *p = start; (p = memchr(p, '\n', (size_t)(nul - p))) != NULL; line++)
		start = ++p;
	if (is_utf16(m))
		return error_set(err, STATUS_INPUT, "%s: UTF-16, expected UTF-8", path);
	return error_set(err, STATUS_INPUT, "%s:%zu: byte %zu is NUL, expected text", path, line,
			 (size_t)(nul - start) + 1);
}

int text_check(const struct mapping *m, const char *path, struct error *err)
{
	const char *words = content_text_disguise(m->data, m->size), *nul;

	if (words != NULL)
		return error_set(err, STATUS_INPUT, "%s: %s", path, words);
	nul = memchr(m->data, '\0', m->size);
	if (nul != NULL)
		return nul_error(m, nul, path, err);
	if (memchr(m->data, '\n', m->size) == NULL && memchr(m->data, '\r', m->size) != NULL)
		return error_set(err, STATUS_INPUT,
				 "%s: lines that end with a carriage return alone, expected newlines", path);
	return 0;
}

int text_open(struct mapping *out, const char *path, struct error *err)
{
	if (mapping_open(out, path, err) < 0)
		return -1;
	if (text_check(out, path, err) == 0)
		return 0;
	mapping_close(out);
	return -1;
}

/* Where the line after this one starts; `end` where there is none. */
static const char *line_after(const struct line *line, const char *end)
{
	const char *at = line->data + line->length;

	while (at < end && *at != '\n')
		at++; /* the "\r" of a line that ends in "\r\n" */
	return at < end ? at + 1 : end;
}

bool line_next(struct line *line, const struct mapping *m)
{
	static const char mark[] = "\xEF\xBB\xBF";
	const char *start = m->data, *end = m->data + m->size, *stop;

	if (line->number > 0)
		start = line_after(line, end);
	else if (m->size >= sizeof mark - 1 && memcmp(start, mark, sizeof mark - 1) == 0)
		start += sizeof mark - 1;
	if (start >= end)
		return false;
	stop = memchr(start, '\n', (size_t)(end - start));
	if (stop == NULL)
		stop = end;
	while (stop > start && stop[-1] == '\r')
		stop--;
	line->data = start;
	line->length = (size_t)(stop - start);
	line->number++;
	return true;
}

bool row_next(struct line *line, const struct mapping *m)
{
	const char *end = m->data + m->size;

	if (!line_next(line, m))
		return false;
	if (line->length > 0)
		return true;
	for (const char *p = line->data; p < end; p++)
		if (*p != '\n' && *p != '\r')
			return true;
	return false;
}

bool line_is_blank(const struct line *line)
{
	size_t i = 0;

	while (i < line->length && (line->data[i] == ' ' || line->data[i] == '\t'))
		i++;
	return i == line->length;
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool directory_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int directory_make(const char *path, struct error *err)
{
	char *part = text_copy(path);
	int rc = 0;

	if (part == NULL)
		return error_memory(err, path);
	for (char *p = part + 1; rc == 0; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, 0777) < 0 && (errno != EEXIST || !directory_exists(part)))
			rc = error_errno(err, part, "make directory");
		*p = kept;
		if (kept == '\0')
			break;
	}
	free(part);
	return rc;
}

int directory_remove(const char *path, struct error *err)
{
	struct stat st;
	DIR *dir;
	struct dirent *entry;
	int rc = 0;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : error_errno(err, path, "remove");
	if (!S_ISDIR(st.st_mode))
		return unlink(path) < 0 ? error_errno(err, path, "remove") : 0;
	dir = opendir(path);
	if (dir == NULL)
		return error_errno(err, path, "remove");
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		name = path_join(path, entry->d_name);
		rc = name == NULL ? error_memory(err, path) : directory_remove(name, err);
		free(name);
	}
	closedir(dir);
	if (rc == 0 && rmdir(path) < 0)
		rc = error_errno(err, path, "remove");
	return rc;
}

char *path_join(const char *a, const char *b)
{
	size_t length = strlen(a);

	if (b[0] == '/' || length == 0)
		return text_copy(b);
	return text_format(a[length - 1] == '/' ? "%s%s" : "%s/%s", a, b);
}

bool path_leads_down(const char *path)
{
	if (path[0] == '/')
		return false;
	for (const char *part = path; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (strcspn(part, "/") == 2 && strncmp(part, "..", 2) == 0)
			return false;
	}
	return true;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

const char *path_tail(const char *path)
{
	const char *tail = path_base(path);

	if (tail > path)
		tail--;
	while (tail > path && tail[-1] != '/')
		tail--;
	return tail;
}

int files_missing(const char *directory, const char *const *names, const char *what, struct error *err)
{
	char target[512];

	if (!directory_exists(directory))
		return error_set(err, STATUS_INPUT, "%s: no such directory", directory);
	for (; *names != NULL; names++) {
		char *path = path_join(directory, *names);
		ssize_t length = path == NULL ? -1 : readlink(path, target, sizeof target);

		free(path);
		if (length >= 0)
			return error_set(err, STATUS_INPUT, "%s/%s: a link to %.*s, which is not there", directory,
					 *names, (int)length, target);
	}
	return error_set(err, STATUS_INPUT, "%s: %s", directory, what);
}
