#include "base/file.h"

#include "base/array.h"

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
	int fd = open(path, O_RDONLY | O_CLOEXEC);
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

bool line_next(struct line *line, const struct mapping *m)
{
	const char *start = m->data, *end = m->data + m->size, *stop;

	if (line->number > 0) {
		start = line->data + line->length;
		while (start < end && *start != '\n')
			start++; /* the "\r" of a line that ends in "\r\n" */
		if (start < end)
			start++;
	}
	if (start >= end)
		return false;
	stop = memchr(start, '\n', (size_t)(end - start));
	if (stop == NULL)
		stop = end;
	line->data = start;
	line->length = (size_t)(stop - start);
	if (line->length > 0 && start[line->length - 1] == '\r')
		line->length--;
	line->number++;
	return true;
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
