#include "stage/place.h"

#include "base/array.h"
#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

char *place_find(const char *name)
{
	char self[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	for (int up = 0; up < 6 && length > 0; up++) {
		while (length > 0 && self[--length] != '/')
			;
		self[length] = '\0';
		for (int k = 0; k < 2; k++) {
			char *path = text_format(k ? "%s/%s" : "%s/share/tunescope/%s", self, name);

			if (path != NULL && file_exists(path))
				return path;
			free(path);
		}
	}
	return NULL;
}

char *place_directory(const char *name)
{
	char *path = place_find(name), *directory;

	if (path == NULL)
		return NULL;
	directory = text_copy_n(path, (size_t)(path_base(path) - path - 1));
	free(path);
	return directory;
}
