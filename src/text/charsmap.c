#include "text/charsmap.h"

#include "base/array.h"
#include "base/utf8.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of a base64 text in new memory. */
static unsigned char *decode(const char *base64, size_t *size)
{
	const size_t length = strlen(base64);
	unsigned char *out = length % 4 != 0 || length == 0 || length > 1 << 28 ? NULL : array_new(length, 1, 1);
	int bytes = out == NULL ? -1 : EVP_DecodeBlock(out, (const unsigned char *)base64, (int)length);

	if (bytes < 0) {
		free(out);
		return NULL;
	}
	for (size_t i = length; i > 0 && base64[i - 1] == '='; i--)
		bytes--;
	*size = (size_t)bytes;
	return out;
}

static bool holds_text(const char *strings, size_t size)
{
	return utf8_check(strings, size) == size;
}

int charsmap_init(struct charsmap *out, const char *base64, const char *path, struct error *err)
{
	size_t size = 0;
	uint32_t bytes;
	unsigned char *data = decode(base64, &size);

	*out = (struct charsmap){ 0 };
	if (data != NULL && size > sizeof bytes) {
		memcpy(&bytes, data, sizeof bytes);
		if (bytes % 4 == 0 && bytes > 0 && bytes < size - sizeof bytes && data[size - 1] == '\0' &&
		    holds_text((const char *)data + sizeof bytes + bytes, size - sizeof bytes - bytes)) {
			out->units = bytes / 4;
			out->size = size - sizeof bytes - bytes;
			out->trie = array_new(out->units, 1, sizeof *out->trie);
			out->strings = array_new(out->size, 1, 1);
			if (out->trie != NULL && out->strings != NULL) {
				memcpy(out->trie, data + sizeof bytes, bytes);
				memcpy(out->strings, data + sizeof bytes + bytes, out->size);
			}
			free(data);
			return out->trie == NULL || out->strings == NULL ? error_memory(err, path) : 0;
		}
	}
	free(data);
	return error_set(err, STATUS_INPUT,
			 "%s: normalizer.precompiled_charsmap: expected a trie and its strings in base64", path);
}

void charsmap_release(struct charsmap *m)
{
	free(m->trie);
	free(m->strings);
	*m = (struct charsmap){ 0 };
}

/* Where a unit's children are. */
static size_t offset_of(uint32_t unit)
{
	return (size_t)(unit >> 10) << ((unit & 1u << 9) >> 6);
}

const char *charsmap_find(const struct charsmap *m, const char *text, size_t length)
{
	size_t at;

	if (m->units == 0)
		return NULL;
	at = offset_of(m->trie[0]);
	for (size_t i = 0; i < length; i++) {
		const unsigned char byte = (unsigned char)text[i];
		uint32_t unit;

		at ^= byte;
		if (byte == '\0' || at >= m->units)
			return NULL;
		unit = m->trie[at];
		if ((unit & (0x80000000u | 0xFF)) != byte)
			return NULL;
		at ^= offset_of(unit);
		if (unit & 1u << 8) { /* it has a value */
			size_t string = at < m->units ? m->trie[at] & 0x7FFFFFFF : m->size;

			/* No string begins within a character. */
			return string < m->size && (m->strings[string] & 0xC0) != 0x80 ? m->strings + string : NULL;
		}
	}
	return NULL;
}
