#include "figure/picture.h"

#include "base/array.h"
#include "figure/svg.h"

#include <cairo-pdf.h>
#include <math.h>
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned length)
{
	struct bytes *b = closure;

	bytes_add(b, data, length);
	return b->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Paints, finishes the surface and reports what went wrong on the way. */
static int paint(struct canvas *c, const struct picture *p, cairo_surface_t *surface, struct error *err)
{
	cairo_status_t status;

	p->paint(c, p->plot);
	status = cairo_status(c->cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		return error_set(err, STATUS_MACHINE, "%s: cannot draw: %s", p->name, cairo_status_to_string(status));
	return 0;
}

int picture_svg(struct bytes *out, const struct picture *p, struct fonts *fonts, struct error *err)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
	struct svg *svg = svg_new(p->name);
	struct canvas c;
	int rc = -1;

	canvas_init(&c, surface, fonts, p->width, p->height, 1);
	c.svg = svg;
	c.hovers.kept = true;
	if (svg == NULL)
		error_memory(err, p->name);
	else if (paint(&c, p, surface, err) == 0)
		rc = svg_finish(out, svg, &(struct svg_document){ p->title, p->description, p->width, p->height },
				&c.hovers, err);
	canvas_release(&c);
	svg_free(svg);
	cairo_surface_destroy(surface);
	return rc;
}

int picture_pdf(struct bytes *out, const struct picture *p, const char *published, struct fonts *fonts,
		struct error *err)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_bytes, out, p->width, p->height);
	struct canvas c;
	char date[32];
	int rc;

	/* Since 1.18 cairo would write 1.7, which LaTeX warns of; before 1.5 letters in ligatures have no text. */
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
	snprintf(date, sizeof date, "%.10sT00:00:00Z", published);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, p->title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, p->description);
	canvas_init(&c, surface, fonts, p->width, p->height, 1);
	rc = paint(&c, p, surface, err);
	canvas_release(&c);
	cairo_surface_destroy(surface);
	if (rc == 0 && out->failed)
		return error_memory(err, p->name);
	return rc;
}

static void png_bytes(png_structp png, png_bytep data, png_size_t size)
{
	struct bytes *b = png_get_io_ptr(png);

	bytes_add(b, data, size);
	if (b->failed)
		png_error(png, "out of memory");
}

static void png_flush_nothing(png_structp png)
{
	(void)png;
}

/* Header and text chunks. Resolution is in pixels a metre. */
static void png_head(png_structp png, png_infop info, const struct picture *p, double scale, const char *sha256,
		     unsigned width, unsigned height)
{
	struct {
		const char *key, *text;
		int compression;
	} parts[] = {
		{ "Title", p->title, PNG_ITXT_COMPRESSION_NONE },
		{ "Description", p->description, PNG_ITXT_COMPRESSION_NONE },
		{ "Table-SHA256", sha256, PNG_TEXT_COMPRESSION_NONE },
	};
	png_text texts[3] = { 0 };
	int count = 0;

	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, (png_uint_32)lround(scale * 72 / 0.0254), (png_uint_32)lround(scale * 72 / 0.0254),
		     PNG_RESOLUTION_METER);
	for (size_t i = 0; i < 3; i++) {
		if (parts[i].text == NULL)
			continue;
		texts[count].compression = parts[i].compression;
		texts[count].key = (png_charp)(uintptr_t)parts[i].key;
		texts[count].text = (png_charp)(uintptr_t)parts[i].text;
		texts[count].lang = texts[count].lang_key = (png_charp)(uintptr_t) "";
		texts[count].text_length = texts[count].itxt_length = 0;
		count++;
	}
	png_set_text(png, info, texts, count);
	png_set_compression_level(png, 6);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE); /* flat areas need no prediction */
	png_write_info(png, info);
}

/* `row` has room for 3 × width bytes. Cairo's RGB24 is a word a pixel. */
static int png_encode(struct bytes *out, const struct picture *p, cairo_surface_t *image, double scale,
		      const char *sha256, unsigned char *row)
{
	unsigned width = (unsigned)cairo_image_surface_get_width(image);
	unsigned height = (unsigned)cairo_image_surface_get_height(image);
	size_t stride = (size_t)cairo_image_surface_get_stride(image);
	const unsigned char *data = cairo_image_surface_get_data(image);
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png == NULL ? NULL : png_create_info_struct(png);

	if (info == NULL || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return -1;
	}
	png_set_write_fn(png, out, png_bytes, png_flush_nothing);
	png_head(png, info, p, scale, sha256, width, height);
	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++) {
			uint32_t pixel;

			memcpy(&pixel, data + y * stride + 4 * x, 4);
			row[3 * x] = (unsigned char)(pixel >> 16);
			row[3 * x + 1] = (unsigned char)(pixel >> 8);
			row[3 * x + 2] = (unsigned char)pixel;
		}
		png_write_row(png, row);
	}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return 0;
}

static void fill_white(cairo_surface_t *surface)
{
	cairo_t *cr = cairo_create(surface);

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_destroy(cr);
}

int picture_png(struct bytes *out, const struct picture *p, double scale, const char *table_sha256,
		struct fonts *fonts, struct error *err)
{
	int width = (int)lround(p->width * scale), height = (int)lround(p->height * scale);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_surface_t *view = cairo_surface_create_for_rectangle(surface, 0, 0, width, height);
	unsigned char *row = array_new((size_t)width, 3, 1);
	struct canvas c;
	int rc;

	fill_white(surface);
	/* Finishing an image drops its pixels, finishing a view of it does not. */
	canvas_init(&c, view, fonts, p->width, p->height, scale);
	c.outlines = true; /* glyphs would be put on whole or quarter pixels, as the version of cairo has it */
	rc = paint(&c, p, view, err);
	canvas_release(&c);
	cairo_surface_flush(surface);
	if (rc == 0 && (row == NULL || png_encode(out, p, surface, scale, table_sha256, row) < 0))
		rc = error_memory(err, p->name);
	cairo_surface_destroy(view);
	cairo_surface_destroy(surface);
	free(row);
	return rc;
}
