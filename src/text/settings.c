#include "text/settings.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static int read_switch(bool *out, const json_t *config, const char *key, const char *path, struct error *err)
{
	const json_t *value = json_object_get(config, key);

	if (value == NULL || json_is_null(value))
		return 0;
	if (!json_is_boolean(value))
		return error_set(err, STATUS_INPUT, "%s: %s: expected true or false", path, key);
	*out = json_is_true(value);
	return 0;
}

/* A special token is a string, or an object with its "content". */
static const char *token_text(const json_t *value)
{
	return json_string_value(json_is_object(value) ? json_object_get(value, "content") : value);
}

/* The special tokens that every tokenizer here has, under their keys. */
static const struct {
	const char *key, *piece;
} specials[] = { { "pad_token", "[PAD]" },
		 { "unk_token", "[UNK]" },
		 { "cls_token", "[CLS]" },
		 { "sep_token", "[SEP]" },
		 { "mask_token", "[MASK]" } };

enum { SPECIALS = sizeof specials / sizeof specials[0] };

static bool is_special(const char *text)
{
	for (size_t i = 0; text != NULL && i < SPECIALS; i++)
		if (strcmp(text, specials[i].piece) == 0)
			return true;
	return false;
}

static int check_special(const json_t *config, const char *path, struct error *err)
{
	for (size_t i = 0; i < SPECIALS; i++) {
		const json_t *value = json_object_get(config, specials[i].key);
		const char *text = token_text(value);

		if (value != NULL && !json_is_null(value) && (text == NULL || strcmp(text, specials[i].piece) != 0))
			return error_set(err, STATUS_INPUT, "%s: %s: expected \"%s\"", path, specials[i].key,
					 specials[i].piece);
	}
	return 0;
}

static int check_plain(const json_t *config, const char *path, struct error *err)
{
	const json_t *basic = json_object_get(config, "do_basic_tokenize");
	const json_t *never = json_object_get(config, "never_split");
	const char *id;
	json_t *added;

	if (basic != NULL && json_is_false(basic))
		return error_set(err, STATUS_INPUT, "%s: do_basic_tokenize is false: expected true", path);
	if (never != NULL && !json_is_null(never) && !(json_is_array(never) && json_array_size(never) == 0))
		return error_set(err, STATUS_INPUT, "%s: never_split: expected none", path);
	json_object_foreach((json_t *)json_object_get(config, "added_tokens_decoder"), id, added)
	{
		if (!is_special(token_text(added)))
			return error_set(err, STATUS_INPUT,
					 "%s: added token %s: expected only [PAD], [UNK], [CLS], [SEP], [MASK]", path,
					 id);
	}
	return check_special(config, path, err);
}

int text_settings_parse(struct text_settings *out, const json_t *config, const char *path, struct error *err)
{
	*out = (struct text_settings){ .lower = true, .ideographs = true };
	if (!json_is_object(config))
		return error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	if (read_switch(&out->lower, config, "do_lower_case", path, err) < 0)
		return -1;
	out->strip_accents = out->lower;
	if (read_switch(&out->strip_accents, config, "strip_accents", path, err) < 0 ||
	    read_switch(&out->ideographs, config, "tokenize_chinese_chars", path, err) < 0)
		return -1;
	return check_plain(config, path, err);
}

int text_settings_read(struct text_settings *out, const char *model, struct error *err)
{
	char *path = path_join(model, "tokenizer_config.json");
	json_t *config = NULL;
	int rc = -1;

	if (path == NULL)
		return error_memory(err, "path");
	if (!file_exists(path)) {
		*out = (struct text_settings){ .lower = true, .strip_accents = true, .ideographs = true };
		rc = 0;
	} else if (json_read(&config, path, err) == 0) {
		rc = text_settings_parse(out, config, path, err);
	}
	json_decref(config);
	free(path);
	return rc;
}
