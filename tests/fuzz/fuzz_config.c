/* config.json, and tokenizer_config.json of the same bytes. */
#include "base/json.h"
#include "encoder/config.h"
#include "text/text_settings.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct encoder_shape c;
	struct text_settings settings;
	struct error err = { 0 };
	json_t *object;

	if (json_parse_python(&object, (const char *)data, size, "x", &err) < 0)
		return 0;
	text_settings_parse(&settings, object, "x", &err);
	if (config_parse(&c, object, "x", &err) == 0 &&
	    (c.heads == 0 || c.hidden % c.heads != 0 || c.pad_id < 0 || (size_t)c.pad_id >= c.vocabulary ||
	     !(c.hidden_dropout >= 0 && c.hidden_dropout < 1) || c.hidden > 1 << 24))
		abort();
	json_decref(object);
	return 0;
}
