#include "workflow/layers.h"

#include "workflow/statement.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t skip(const char *p)
{
	return strspn(p, ", ");
}

bool layers_has(const char *layers, long layer, long last)
{
	for (const char *p = layers + skip(layers); *p != '\0'; p += skip(p)) {
		size_t n = strcspn(p, ", ");

		if (n == 3 && strncmp(p, "all", 3) == 0)
			return true;
		if (n == 4 && strncmp(p, "last", 4) == 0 ? layer == last : strtol(p, NULL, 10) == layer)
			return true;
		p += n;
	}
	return false;
}

long layers_lacking(const char *layers, const bool *there, long count)
{
	for (const char *p = layers + skip(layers); *p != '\0'; p += strcspn(p, ", "), p += skip(p)) {
		long layer = strtol(p, NULL, 10);

		if (isdigit((unsigned char)*p) && (layer >= count || (there != NULL && !there[layer])))
			return layer;
	}
	return -1;
}

long layers_last(const json_t *manifest, const char *part)
{
	long last = -1, layer;
	struct told_file f;

	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);) {
		const char *base = f.name == NULL ? NULL : strrchr(f.name, '/');
		size_t length = strlen(part);

		if (base == NULL || (size_t)(base - f.name) < length || strncmp(base - length, part, length) != 0)
			continue;
		if (sscanf(base, "/layer%ld.npy", &layer) == 1 && layer > last)
			last = layer;
	}
	return last;
}

const char *layers_check(const char *layers)
{
	bool any = false;

	for (const char *p = layers + skip(layers); *p != '\0'; p += skip(p)) {
		size_t n = strcspn(p, ", ");
		bool word = (n == 3 && strncmp(p, "all", 3) == 0) || (n == 4 && strncmp(p, "last", 4) == 0);

		for (size_t i = 0; !word && i < n; i++)
			if (!isdigit((unsigned char)p[i]))
				return "layers: expected all, last, or numbers separated by commas";
		p += n;
		any = true;
	}
	return any ? NULL : "layers: expected all, last, or numbers separated by commas";
}
