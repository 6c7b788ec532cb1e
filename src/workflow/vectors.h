/* Embeddings that were made elsewhere, in place of an encoder: the key `vectors` of a model
 * names a folder below MODELS with
 *
 *   <state>/<task>/<train|test>/layer<l>.npy (examples, dimensions), labels.txt
 *
 * for the states original and <task>-s<seed>-c01 …, rows in the order of the task's
 * examples. */
#ifndef WORKFLOW_VECTORS_H
#define WORKFLOW_VECTORS_H

#include "workflow/experiment.h"

#include <stdbool.h>
#include <stddef.h>

bool vectors_are(const struct experiment *e, const char *model);

/* Below MODELS, in new memory: a file of a state's part, "layer3.npy"; NULL if memory is
 * short. */
char *vectors_below(const struct experiment *e, const char *model, const char *state, const char *task, bool test,
		    const char *file);

/* The number of layers of the original's training part, from 0 on without a gap; 0: there
 * are none. */
size_t vectors_layers(const struct experiment *e, const char *model, const char *task);

/* Whether a layer of a part is read: of the training part all are, of the test part those
 * that are probed, and the last. */
bool vectors_need(const struct experiment *e, const char *model, const char *task, bool test, size_t layer,
		  size_t layers);

/* The sizes of the first of them; zeroes if it cannot be read. */
void vectors_size(const struct experiment *e, const char *model, const char *task, size_t *rows, size_t *columns);

/* A layer's file, which is called "layer<l>.npy". */
struct layer_file {
	char text[32];
};
struct layer_file vectors_layer_file(size_t layer);

#endif
