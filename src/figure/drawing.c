#include "figure/drawing.h"

#include "base/array.h"
#include "base/name.h"
#include "figure/fonts.h"
#include "figure/picture.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PNGs have two pixels for each of CSS's (96 an inch). */
static const double PNG_SCALE = 2 * 96.0 / 72;

int drawings_init(struct drawings *out, struct error *err)
{
	*out = (struct drawings){ .fonts = fonts_new() };
	return out->fonts == NULL ? error_memory(err, "fonts") : 0;
}

void drawings_release(struct drawings *d)
{
	arena_release(&d->arena);
	fonts_free(d->fonts);
	free(d->items);
	free(d->missing);
	*d = (struct drawings){ 0 };
}

void *drawings_array(struct drawings *d, size_t count, size_t size)
{
	void *array = arena_array(&d->arena, count, size);

	d->failed |= array == NULL;
	return array;
}

static char *text_of(struct drawings *d, const char *format, va_list args)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = length < 0 ? NULL : drawings_array(d, (size_t)length + 1, 1);
	if (text == NULL)
		d->failed = 1;
	else
		vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *drawings_text(struct drawings *d, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_of(d, format, args);
	va_end(args);
	return text;
}

void drawings_miss(struct drawings *d, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_of(d, format, args);
	va_end(args);
	if (text == NULL ||
	    array_reserve(&d->missing, &d->missing_capacity, d->missing_count + 1, sizeof *d->missing) < 0)
		d->failed = 1;
	else
		d->missing[d->missing_count++] = text;
}

static bool file_taken(const struct drawings *d, const char *file)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->items[i].file, file) == 0)
			return true;
	return false;
}

/* The name's form in a path; names that become the same, as do those of the runs
 * (a-b, c) and (a, b-c), get a number. */
static const char *file_name(struct drawings *d, const char *name)
{
	char *escaped = name_escape(name);
	const char *copy = escaped == NULL ? NULL : drawings_text(d, "%s", escaped), *numbered = copy;

	free(escaped);
	for (int n = 2; numbered != NULL && file_taken(d, numbered); n++)
		numbered = drawings_text(d, "%s-%d", copy, n);
	return numbered;
}

void drawings_add(struct drawings *d, struct drawing item)
{
	if (item.file == NULL || item.title == NULL || item.caption == NULL || item.plot == NULL) {
		d->failed = 1;
		return;
	}
	item.file = file_name(d, item.file);
	if (item.width == 0)
		item.width = COLUMN_WIDTH;
	if (item.file == NULL || array_reserve(&d->items, &d->capacity, d->count + 1, sizeof *d->items) < 0)
		d->failed = 1;
	else
		d->items[d->count++] = item;
}

/* What a thread draws, and what it draws with. */
struct sheet {
	struct bytes svg, pdf, png;
	char table_sha256[65];
	struct error err;
	int rc;
};

struct press {
	const struct drawings *drawings;
	const char *published;
	struct fonts **fonts; /* (threads) */
	struct sheet *sheets; /* (count of drawings) */
};

static void print_sheet(void *arg, size_t task, unsigned thread)
{
	struct press *press = arg;
	struct sheet *s = &press->sheets[task];
	const struct drawing *d = &press->drawings->items[task];
	struct picture p = { d->file, d->title, d->caption, d->width, d->height, d->kind->paint, d->plot };

	s->rc = picture_svg(&s->svg, &p, press->fonts[thread], &s->err);
	if (s->rc == 0)
		s->rc = picture_pdf(&s->pdf, &p, press->published, press->fonts[thread], &s->err);
	if (s->rc == 0)
		s->rc = picture_png(&s->png, &p, PNG_SCALE, s->table_sha256, press->fonts[thread], &s->err);
}

static int write_part(struct folder *out, const char *file, const char *suffix, const struct bytes *b,
		      struct error *err)
{
	char *name = text_format("%s.%s", file, suffix);
	int rc = name == NULL ? error_memory(err, file) : output_file(out, name, b->data, b->size, err);

	free(name);
	return rc;
}

static int write_table(const struct drawing *d, struct folder *out, char sha256[65], struct error *err)
{
	char *name = text_format("%s.csv", d->file);
	char header[HEADER_MAX];
	struct table t = { 0 };
	int rc = -1;

	d->kind->header(header, d->plot);
	if (name == NULL) {
		error_memory(err, d->file);
		goto done;
	}
	if (table_init(&t, header, err) < 0)
		goto done;
	d->kind->tabulate(&t, d->plot);
	if (table_write(&t, out, name, err) < 0)
		goto done;
	memcpy(sha256, out->items[out->count - 1].sha256, 65);
	rc = 0;
done:
	table_release(&t);
	free(name);
	return rc;
}

static int write_sheets(struct press *press, struct folder *out, const struct context *ctx, struct error *err)
{
	const struct drawings *d = press->drawings;

	for (size_t i = 0; i < d->count; i++)
		if (write_table(&d->items[i], out, press->sheets[i].table_sha256, err) < 0)
			return -1;
	pool_run(ctx->pool, d->count, print_sheet, press);
	for (size_t i = 0; i < d->count; i++) {
		const struct sheet *s = &press->sheets[i];

		if (s->rc < 0) {
			*err = s->err;
			return -1;
		}
		if (write_part(out, d->items[i].file, "svg", &s->svg, err) < 0 ||
		    write_part(out, d->items[i].file, "pdf", &s->pdf, err) < 0 ||
		    write_part(out, d->items[i].file, "png", &s->png, err) < 0)
			return -1;
	}
	return 0;
}

static void warn_of_missing(const struct press *press, unsigned threads, const struct context *ctx)
{
	struct missing all = { 0 };

	for (unsigned i = 0; i < threads; i++)
		missing_add(&all, fonts_missing(press->fonts[i]));
	missing_warn(&all, ctx);
	missing_release(&all);
}

int drawings_write(const struct drawings *d, const char *published, struct folder *out, const struct context *ctx,
		   struct error *err)
{
	unsigned threads = pool_threads(ctx->pool);
	struct press press = { .drawings = d, .published = published };
	int rc = -1;

	press.fonts = array_new(threads, 1, sizeof *press.fonts);
	press.sheets = array_new(d->count + 1, 1, sizeof *press.sheets);
	if (press.fonts == NULL || press.sheets == NULL || d->failed) {
		error_memory(err, "drawings");
		goto done;
	}
	for (unsigned i = 0; i < threads; i++)
		if ((press.fonts[i] = fonts_new()) == NULL) {
			error_memory(err, "fonts");
			goto done;
		}
	rc = write_sheets(&press, out, ctx, err);
	warn_of_missing(&press, threads, ctx);
done:
	for (unsigned i = 0; press.fonts != NULL && i < threads; i++)
		fonts_free(press.fonts[i]);
	for (size_t i = 0; press.sheets != NULL && i < d->count; i++) {
		bytes_release(&press.sheets[i].svg);
		bytes_release(&press.sheets[i].pdf);
		bytes_release(&press.sheets[i].png);
	}
	free(press.fonts);
	free(press.sheets);
	return rc;
}
