/* A weights file from its bytes, whatever its form. */
#include "bert/weights.h"

#include "base/array.h"
#include "base/disguise.h"

#include <stdlib.h>
#include <string.h>

/* Text of any kind is said for what it is: no form of weights begins so. */
static int check_text(const char *path, const char *data, size_t size, struct error *err)
{
	const size_t enough = 16;
	size_t length = 0;

	if (content_check(path, data, size, err) < 0)
		return -1;
	while (length < size && length < enough && data[length] >= ' ' && data[length] <= '~')
		length++;
	if (length < enough && (length < size || length < 8))
		return 0;
	return error_set(err, STATUS_INPUT, "%s: a text that begins with \"%.*s\", not weights", path, (int)length,
			 data);
}

static int parse(struct checkpoint *c, enum weights_form form, const char *data, size_t size, struct error *err)
{
	if (check_text(c->path, data, size, err) < 0)
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
