/* A text through the tokenizer, uncased and cased, over a vocabulary: the first
 * line of the input is the text, the rest is the vocabulary's after its special
 * pieces. */
#include "text/text_settings.h"
#include "text/tokenizer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every piece must be one of the vocabulary, and the text's own length bounds
 * their number. */
static void check_text(const struct text_settings *settings, const char *vocabulary, size_t size, const char *text,
		       size_t length)
{
	struct tokenizer *t;
	struct pieces pieces = { 0 };
	struct error err = { 0 };

	if (tokenizer_parse(&t, settings, vocabulary, size, "x", &err) < 0)
		return;
	if (tokenizer_text(t, text, length, &pieces, &err) == 0) {
		if (pieces.count > 4 * length)
			abort();
		for (size_t i = 0; i < pieces.count; i++)
			if (tokenizer_piece(t, pieces.ids[i]) == NULL)
				abort();
	}
	pieces_release(&pieces);
	tokenizer_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char special[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
	const size_t begin = sizeof special - 1;
	const char *text = (const char *)data, *end = size ? memchr(text, '\n', size) : NULL;
	size_t length = end ? (size_t)(end - text) : size, rest = end ? size - length - 1 : 0;
	char *vocabulary = malloc(begin + rest);

	if (vocabulary == NULL)
		abort();
	memcpy(vocabulary, special, begin);
	if (rest > 0)
		memcpy(vocabulary + begin, end + 1, rest);
	check_text(&(struct text_settings){ true, true, true }, vocabulary, begin + rest, text, length);
	check_text(&(struct text_settings){ false, false, true }, vocabulary, begin + rest, text, length);
	check_text(&(struct text_settings){ true, false, false }, vocabulary, begin + rest, text, length);
	free(vocabulary);
	return 0;
}
