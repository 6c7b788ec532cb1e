/* A weights file from its bytes, whatever its form. */
#include "weights/weights.h"

#include "base/array.h"
#include "base/disguise.h"

#include <stdlib.h>
#include <string.h>

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

/* Text of any kind is said for what it is: no form of weights begins so. */
static int check_text(const char *path, const char *data, size_t size, struct error *err)
{
	const size_t enough = size < 16 ? size : 16;
	size_t read = 0, length = 0;

	if (content_check(path, data, size, err) < 0)
		return -1;
	while (read < enough && (is_printable(data[read]) || data[read] == '\n' || data[read] == '\r'))
		read++;
	if (read < enough)
		return 0;
	while (length < enough && is_printable(data[length]))
		length++;
	return error_set(err, STATUS_INPUT, "%s: a text that begins with \"%.*s\", not weights", path, (int)length,
			 data);
}

/* A header's length, far below 2^40, and its first sign. */
static bool is_safetensors(const char *data, size_t size)
{
	return size > 9 && memcmp(data + 5, "\0\0\0{", 4) == 0;
}

/* The other form under this form's name. */
static int check_form(const char *path, enum weights_form form, const char *data, size_t size, struct error *err)
{
	const bool torch = size >= 4 && (memcmp(data, "PK\3\4", 4) == 0 || memcmp(data, "\x80\x02\x8A\x0A", 4) == 0);

	if (form == WEIGHTS_SAFETENSORS && torch)
		return error_set(err, STATUS_INPUT, "%s: a file of PyTorch, not of safetensors: name it .bin", path);
	if (form != WEIGHTS_SAFETENSORS && is_safetensors(data, size))
		return error_set(err, STATUS_INPUT, "%s: a file of safetensors, not of PyTorch: name it .safetensors",
				 path);
	return 0;
}

static int parse(struct checkpoint *c, enum weights_form form, const char *data, size_t size, struct error *err)
{
	if ((!is_safetensors(data, size) && check_text(c->path, data, size, err) < 0) ||
	    check_form(c->path, form, data, size, err) < 0)
		return -1;
	if (form == WEIGHTS_SAFETENSORS)
		return safetensors_read(c, data, size, err);
	if (size >= 2 && memcmp(data, "PK", 2) == 0)
		return torch_zip_read(c, data, size, err);
	return torch_legacy_read(c, data, size, err);
}

struct checkpoint *weights_new(const char *path)
{
	struct checkpoint *c = calloc(1, sizeof *c);

	if (c != NULL &&
	    ((c->path = text_copy(path)) == NULL || (c->loaded = calloc(1, sizeof *c->loaded)) == NULL)) {
		weights_close(c);
		c = NULL;
	}
	return c;
}

int weights_parse(struct checkpoint **out, const char *path, enum weights_form form, const char *data, size_t size,
		  struct error *err)
{
	*out = weights_new(path);
	if (*out == NULL)
		return error_memory(err, path);
	if (parse(*out, form, data, size, err) == 0)
		return 0;
	weights_close(*out);
	*out = NULL;
	return -1;
}

void weights_close(struct checkpoint *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->tensors[i].name);
		free(c->tensors[i].written);
	}
	free(c->tensors);
	free(c->storages);
	if (c->loaded != NULL)
		free(c->loaded->data);
	free(c->loaded);
	for (size_t i = 0; i < c->shard_count; i++)
		weights_close(c->shards[i]);
	free(c->shards);
	torch_zip_close(c->zip);
	mapping_close(&c->file);
	free(c->path);
	free(c);
}
