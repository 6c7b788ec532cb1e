#include "figure/png_text.h"

#include <png.h>
#include <stdio.h>
#include <string.h>

/* libpng reports a fault by a long jump back to here. */
static int read_text(char *out, size_t size, FILE *file, const char *keyword, png_structp png, png_infop info)
{
	png_textp text;
	int count = 0;

	if (setjmp(png_jmpbuf(png)) != 0)
		return -1;
	png_init_io(png, file);
	png_read_info(png, info);
	png_get_text(png, info, &text, &count);
	for (int i = 0; i < count; i++)
		if (strcmp(text[i].key, keyword) == 0) {
			snprintf(out, size, "%s", text[i].text);
			return 1;
		}
	return 0;
}

static void ignore_message(png_structp png, png_const_charp message)
{
	(void)message;
	png_longjmp(png, 1);
}

int png_text_read(char *out, size_t size, const char *path, const char *keyword, struct error *err)
{
	FILE *file = fopen(path, "rbe");
	png_structp png;
	png_infop info;
	int found = -1;

	if (file == NULL)
		return error_errno(err, path, "read");
	png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, ignore_message, NULL);
	info = png == NULL ? NULL : png_create_info_struct(png);
	if (info != NULL)
		found = read_text(out, size, file, keyword, png, info);
	png_destroy_read_struct(&png, &info, NULL);
	fclose(file);
	if (found < 0)
		return error_set(err, STATUS_INPUT, "%s: not a readable PNG", path);
	return found ? 0 : error_set(err, STATUS_INPUT, "%s: no text chunk %s", path, keyword);
}
