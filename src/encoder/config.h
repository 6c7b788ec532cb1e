/* config.json of a model directory. */
#ifndef ENCODER_CONFIG_H
#define ENCODER_CONFIG_H

#include "base/error.h"
#include "base/output.h"
#include "encoder/shape.h"

#include <jansson.h>
#include <stddef.h>

/* The names of a configuration, of which the first that is there is read;
 * NULL-ended. */
extern const char *const config_files[];

/* Reads DIR/config.json or DIR/bert_config.json. A missing key, a value out of
 * range and another model_type are errors by name; unknown keys are ignored. */
int config_read(struct encoder_shape *out, const char *model, struct error *err);

/* The same from JSON that is at hand; `path` names it in messages. */
int config_parse(struct encoder_shape *out, const json_t *object, const char *path, struct error *err);

/* Whether the model is of a type that is supported: to be asked before anything
 * else of a directory is missed. One without a configuration may be. */
int config_check_type(const char *model, struct error *err);

/* Of a checkpoint with a classifier: out[i] is the class of label i, by id2label
 * where that has names (LABEL_0, LABEL_1 … are none), else i, and 1 is returned.
 * Another number of labels, a label that is not there and a label2id that says
 * otherwise are errors by name. */
int config_match_labels(size_t *out, const char *model, const char *const *labels, size_t count, struct error *err);

/* Writes <prefix>config.json so that transformers loads it; labels (may be
 * NULL, 0) become id2label and label2id. `prefix` is "" or "c01/". */
int config_write(const struct encoder_shape *c, const char *const *labels, size_t label_count, struct folder *folder,
		 const char *prefix, struct error *err);

#endif
