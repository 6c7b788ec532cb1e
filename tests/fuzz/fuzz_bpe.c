/* A text through byte-level BPE: its pieces' bytes are the text's, in order, and each
 * begins where the one before ends. */
#include "base/array.h"
#include "base/utf8.h"
#include "text/byte_words.h"
#include "text/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tokenizer *make(void)
{
	size_t size;
	char *text = NULL;
	FILE *to = open_memstream(&text, &size);
	struct tokenizer *t;
	struct error err = { 0 };

	fputs("{\"model\": {\"type\": \"BPE\", \"vocab\": {", to);
	for (int byte = 0; byte < 256; byte++)
		fprintf(to, "\"\\u%04x\": %d, ", byte_character((unsigned char)byte), byte);
	fputs("\"ab\": 256, \"abab\": 257, \"aa\": 258, \"ba\": 259, \"\\u0120a\": 260},"
	      " \"merges\": [\"a b\", \"ab ab\", \"a a\", \"b a\", [\"\\u0120\", \"a\"]]}, \"normalizer\": null,"
	      " \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false}, \"post_processor\":"
	      " {\"type\": \"RobertaProcessing\", \"cls\": [\"a\", 65], \"sep\": [\"a\", 65]}}",
	      to);
	fclose(to);
	if (tokenizer_parse_json(&t, text, size, "x", &err) < 0)
		abort();
	free(text);
	return t;
}

/* The bytes that a piece stands for. */
static size_t bytes_of(const char *piece)
{
	size_t count = 0;
	uint32_t point;

	for (size_t i = 0; piece[i] != '\0'; count++)
		i += utf8_decode(&point, piece + i, strlen(piece + i));
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	struct pieces pieces = { 0 };
	struct error err = { 0 };
	size_t at = 0;

	if (t == NULL)
		t = make();
	if (tokenizer_text(t, (const char *)data, size, &pieces, &err) == 0) {
		for (size_t i = 0; i < pieces.count; i++) {
			if (pieces.starts[i] != at)
				abort();
			at += bytes_of(tokenizer_piece(t, pieces.ids[i]));
		}
		if (at != size)
			abort();
	}
	pieces_release(&pieces);
	return 0;
}
