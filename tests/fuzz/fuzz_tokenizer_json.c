/* A tokenizer.json, and texts through what it describes: the input itself, and a
 * fixed one. */
#include "text/tokenizer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct tokenizer *t, const char *text, size_t length)
{
	struct pieces pieces = { 0 };
	struct error err = { 0 };

	if (tokenizer_text(t, text, length, &pieces, &err) == 0)
		for (size_t i = 0; i < pieces.count; i++)
			if (tokenizer_piece(t, pieces.ids[i]) == NULL)
				abort();
	pieces_release(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] = "The [CLS] caf\xC3\xA9 e\xCC\x81 \xE4\xB8\xAD x.";
	struct tokenizer *t;
	struct error err = { 0 };

	if (tokenizer_parse_json(&t, (const char *)data, size, "x", &err) < 0)
		return 0;
	check_text(t, text, sizeof text - 1);
	check_text(t, (const char *)data, size);
	tokenizer_free(t);
	return 0;
}
