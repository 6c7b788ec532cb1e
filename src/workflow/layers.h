/* Lists of layers: "all", "last", or numbers such as "0,3,6" and "last" among
 * them. Layer 0 is the embedding output. */
#ifndef WORKFLOW_LAYERS_H
#define WORKFLOW_LAYERS_H

#include <jansson.h>
#include <stdbool.h>

/* True if the list names this layer of an encoder whose last layer is `last`. */
bool layers_has(const char *layers, long layer, long last);

/* The largest l of "<part>/layer<l>.npy" among a manifest's subjects; -1 if
 * there is none. */
long layers_last(const json_t *manifest, const char *part);

/* The first number of the list that is no layer: there[l] is whether layer l is,
 * l < count; NULL: all. −1 if all of the list are. */
long layers_lacking(const char *layers, const bool *there, long count);

/* What is wrong with a list, or NULL. */
const char *layers_check(const char *layers);

#endif
