/* The switches of tokenizer_config.json: how text is normalised. */
#ifndef TEXT_TEXT_SETTINGS_H
#define TEXT_TEXT_SETTINGS_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

struct text_settings {
	bool lower;         /* do_lower_case; true where it is absent */
	bool strip_accents; /* as `lower` where it is absent or null */
	bool ideographs;    /* tokenize_chinese_chars: each a word; true where it is absent */
};

/* A switch that is no boolean, and a setting that would give other pieces and is
 * not supported (never_split, no basic tokens), is an error by name. `path`
 * names the JSON in messages. */
int text_settings_parse(struct text_settings *out, const json_t *config, const char *path, struct error *err);

/* A switch: what the key says, or `*out` as it was where it is absent or null. */
int text_switch_read(bool *out, const json_t *config, const char *key, const char *path, struct error *err);

#endif
