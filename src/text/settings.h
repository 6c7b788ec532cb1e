/* tokenizer_config.json of a model directory: how its text is normalised. */
#ifndef TEXT_SETTINGS_H
#define TEXT_SETTINGS_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

struct text_settings {
	bool lower;         /* do_lower_case; true where it is absent */
	bool strip_accents; /* as `lower` where it is absent or null */
	bool ideographs;    /* tokenize_chinese_chars: each a word; true where it is absent */
};

/* A directory without the file has the defaults. A setting that would give
 * other pieces and is not supported (never_split, other special tokens) is an
 * error by name; keys that do not touch the pieces are ignored. `parse` takes JSON
 * that is at hand, which `path` names in messages. */
int text_settings_parse(struct text_settings *out, const json_t *config, const char *path, struct error *err);
int text_settings_read(struct text_settings *out, const char *model, struct error *err);

#endif
