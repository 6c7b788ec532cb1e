#include "text/text_settings.h"

#include <string.h>

int text_switch_read(bool *out, const json_t *config, const char *key, const char *path, struct error *err)
{
	const json_t *value = json_object_get(config, key);

	if (value == NULL || (json_is_null(value) && strcmp(key, "strip_accents") == 0)) /* as in lower case */
		return 0;
	if (!json_is_boolean(value))
		return error_set(err, STATUS_INPUT, "%s: %s: expected true or false", path, key);
	*out = json_is_true(value);
	return 0;
}

/* Switches that must stand as they stand where they are absent. */
static int check_fixed(const json_t *config, const char *path, struct error *err)
{
	static const struct {
		const char *key;
		bool expected;
	} fixed[] = { { "do_basic_tokenize", true },
		      { "do_split_on_punc", true },
		      { "split_special_tokens", false } };
	const json_t *never = json_object_get(config, "never_split");

	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		bool value = fixed[i].expected;

		if (text_switch_read(&value, config, fixed[i].key, path, err) < 0)
			return -1;
		if (value != fixed[i].expected)
			return error_set(err, STATUS_INPUT, "%s: %s is %s: expected %s", path, fixed[i].key,
					 value ? "true" : "false", value ? "false" : "true");
	}
	if (never != NULL && !json_is_null(never) && !(json_is_array(never) && json_array_size(never) == 0))
		return error_set(err, STATUS_INPUT, "%s: never_split: expected none", path);
	return 0;
}

int text_settings_parse(struct text_settings *out, const json_t *config, const char *path, struct error *err)
{
	*out = (struct text_settings){ .lower = true, .ideographs = true };
	if (!json_is_object(config))
		return error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	if (text_switch_read(&out->lower, config, "do_lower_case", path, err) < 0)
		return -1;
	out->strip_accents = out->lower;
	if (text_switch_read(&out->strip_accents, config, "strip_accents", path, err) < 0 ||
	    text_switch_read(&out->ideographs, config, "tokenize_chinese_chars", path, err) < 0)
		return -1;
	return check_fixed(config, path, err);
}
