/* What stands in a PDF: newer versions of cairo write its objects, too, in
 * compressed streams. */
#ifndef TESTS_PDF_H
#define TESTS_PDF_H

#include "support.h"

#include <string.h>
#include <zlib.h>

/* The bytes of a PDF, followed by those of its compressed streams. */
struct pdf {
	char *data;
	size_t size;
};

static inline void pdf_add(struct pdf *p, const void *data, size_t size)
{
	p->data = realloc(p->data, p->size + size + 1);
	assert_non_null(p->data);
	memcpy(p->data + p->size, data, size);
	p->size += size;
	p->data[p->size] = '\0';
}

/* Adds what is compressed at data; nothing if it is something else. */
static inline void pdf_inflate(struct pdf *p, const char *data, size_t size)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = (uInt)size };
	Bytef piece[4096];
	int rc = Z_OK;

	assert_int_equal(inflateInit(&z), Z_OK);
	while (rc == Z_OK) {
		z.next_out = piece;
		z.avail_out = sizeof piece;
		rc = inflate(&z, Z_NO_FLUSH);
		pdf_add(p, piece, sizeof piece - z.avail_out);
	}
	inflateEnd(&z);
}

static inline struct pdf pdf_open(const char *data, size_t size)
{
	struct pdf p = { 0 };
	const char *at = data;

	pdf_add(&p, data, size);
	while ((at = memmem(at, size - (size_t)(at - data), "stream\n", 7)) != NULL) {
		at += 7;
		pdf_inflate(&p, at, size - (size_t)(at - data));
	}
	return p;
}

static inline struct pdf pdf_read(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	struct mapping map;
	struct error err = { 0 };
	struct pdf p;

	if (mapping_open(&map, path, &err) < 0)
		fail_msg("%s", err.text);
	p = pdf_open(map.data, map.size);
	mapping_close(&map);
	free(path);
	return p;
}

static inline bool pdf_has(const struct pdf *p, const char *text)
{
	return memmem(p->data, p->size, text, strlen(text)) != NULL;
}

#endif
