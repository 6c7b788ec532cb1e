#include "workflow/vectors.h"

#include "base/array.h"
#include "base/file.h"
#include "num/npy.h"
#include "workflow/layers.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_LAYERS = 1000 };

static const char *folder_of(const struct experiment *e, const char *model)
{
	return experiment_get(e, "model", "vectors", model, NULL);
}

bool vectors_are(const struct experiment *e, const char *model)
{
	return folder_of(e, model) != NULL;
}

struct layer_file vectors_layer_file(size_t layer)
{
	struct layer_file file;

	snprintf(file.text, sizeof file.text, "layer%zu.npy", layer);
	return file;
}

char *vectors_below(const struct experiment *e, const char *model, const char *state, const char *task, bool test,
		    const char *file)
{
	return text_format("%s/%s/%s/%s/%s", folder_of(e, model), state, task, test ? "test" : "train", file);
}

static char *layer_path(const struct experiment *e, const char *model, const char *task, size_t layer)
{
	char *below = vectors_below(e, model, "original", task, false, vectors_layer_file(layer).text);
	char *path = below == NULL ? NULL : path_join(e->models, below);

	free(below);
	return path;
}

size_t vectors_layers(const struct experiment *e, const char *model, const char *task)
{
	size_t layer = 0;

	for (bool there = true; there && layer < MOST_LAYERS; layer += there) {
		char *path = layer_path(e, model, task, layer);

		there = path != NULL && file_exists(path);
		free(path);
	}
	return layer;
}

bool vectors_need(const struct experiment *e, const char *model, const char *task, bool test, size_t layer,
		  size_t layers)
{
	const char *probed = experiment_get(e, "probe", "layers", model, task);

	return !test || layer + 1 == layers || layers_has(probed, (long)layer, (long)layers - 1);
}

void vectors_size(const struct experiment *e, const char *model, const char *task, size_t *rows, size_t *columns)
{
	char *path = layer_path(e, model, task, 0);
	struct error ignored;
	struct npy n;

	*rows = *columns = 0;
	if (path != NULL && npy_open(&n, path, &ignored) == 0) {
		*rows = n.view.rows;
		*columns = n.view.columns;
		npy_close(&n);
	}
	free(path);
}
