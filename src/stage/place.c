#include "stage/place.h"

#include "base/array.h"
#include "base/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
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

/* "embedded, paper": what comes with the program, in new memory. */
static char *list_experiments(void)
{
	char *directory = place_directory("experiments/embedded.ini"), *list = text_copy("");
	struct dirent **entries = NULL;
	int count = directory == NULL ? 0 : scandir(directory, &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		size_t length = strlen(name);

		if (list != NULL && length > 4 && strcmp(name + length - 4, ".ini") == 0) {
			char *longer = text_format("%s%s%.*s", list, list[0] ? ", " : "", (int)length - 4, name);

			free(list);
			list = longer;
		}
		free(entries[i]);
	}
	free(entries);
	free(directory);
	return list;
}

int place_experiment(char **out, const char *name, struct error *err)
{
	char *file = strchr(name, '/') == NULL ? text_format("experiments/%s.ini", name) : NULL, *known;

	*out = file == NULL ? NULL : place_find(file);
	free(file);
	if (*out != NULL)
		return 0;
	if (directory_exists(name))
		return error_set(err, STATUS_INPUT, "%s: a folder, expected an experiment file", name);
	if (file_exists(name) || strchr(name, '/') != NULL || strchr(name, '.') != NULL) {
		*out = text_copy(name);
		return *out == NULL ? error_memory(err, name) : 0;
	}
	known = list_experiments();
	error_set(err, STATUS_INPUT,
		  "%s: no such experiment; with the program come %s; one of your own is a file's path", name,
		  known == NULL ? "embedded" : known);
	free(known);
	return -1;
}
