#include "encoder/directory.h"

#include "base/array.h"
#include "base/file.h"
#include "weights/checkpoint.h"
#include "encoder/config.h"
#include "encoder/model.h"
#include "weights/weights.h"
#include "text/facts.h"
#include "text/tokenizer.h"

#include <stdlib.h>
#include <string.h>

static int add_name(struct model_files *f, const char *name, struct error *err)
{
	if (array_reserve(&f->names, &f->capacity, f->count + 1, sizeof *f->names) < 0 ||
	    (f->names[f->count] = text_copy(name)) == NULL)
		return error_memory(err, name);
	f->count++;
	return 0;
}

/* Adds the first of the names that is there: 1; 0 if none is. */
static int add_first(struct model_files *f, const char *directory, const char *const *names, struct error *err)
{
	for (; *names != NULL; names++) {
		char *path = path_join(directory, *names);
		bool there = path != NULL && file_exists(path);

		if (path == NULL)
			return error_memory(err, directory);
		free(path);
		if (there)
			return add_name(f, *names, err) < 0 ? -1 : 1;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The shards that an index names, each of which must be there. */
static int add_shards(struct model_files *f, const char *directory, const char *index, struct error *err)
{
	struct shard_names shards = { 0 };
	char *path = path_join(directory, index);
	int rc = path == NULL ? error_memory(err, index) : shard_names_read(&shards, path, err);

	for (size_t i = 0; rc == 0 && i < shards.count; i++) {
		const char *const name[] = { shards.names[i], NULL };

		rc = add_first(f, directory, name, err);
		f->lacking |= rc == 0;
		if (rc == 0)
			rc = error_set(err, STATUS_INPUT, "%s/%s: no such file, but %s names it", directory, name[0],
				       index);
		else if (rc > 0)
			rc = 0;
	}
	shard_names_release(&shards);
	free(path);
	return rc;
}

static int add_weights(struct model_files *f, const char *directory, struct error *err)
{
	int rc = add_first(f, directory, weights_files, err);
	const char *name;

	f->lacking |= rc == 0;
	if (rc == 0)
		return weights_missing(directory, err);
	if (rc < 0)
		return -1;
	name = f->names[f->count - 1];
	return weights_is_index(name) ? add_shards(f, directory, name, err) : 0;
}

static int add_config(struct model_files *f, const char *directory, struct error *err)
{
	struct encoder_shape ignored;
	int rc = add_first(f, directory, config_files, err);

	f->lacking |= rc == 0;
	return rc < 0 || config_read(&ignored, directory, err) < 0 ? -1 : 0;
}

static int add_tokenizer(struct model_files *f, const char *directory, struct error *err)
{
	int rc = tokenizer_is_in(directory) ? add_first(f, directory, tokenizer_files, err) : 0;
	const char *other = rc > 0 ? tokenizer_companion(f->names[f->count - 1]) : NULL;

	f->lacking |= rc == 0;
	if (rc == 0)
		tokenizer_missing(directory, err);
	if (other != NULL)
		rc = add_name(f, other, err) < 0 ? -1 : 1;
	for (size_t i = 0; rc > 0 && facts_files[i] != NULL; i++)
		rc = add_first(f, directory, (const char *const[]){ facts_files[i], NULL }, err) < 0 ? -1 : 1;
	return rc <= 0 ? -1 : 0;
}

/* What was found, in order, or nothing. */
static int finish(struct model_files *out, int rc)
{
	const bool lacking = out->lacking;

	if (rc < 0) {
		model_files_release(out);
		out->lacking = lacking;
		return -1;
	}
	qsort(out->names, out->count, sizeof *out->names, by_name);
	return 0;
}

int model_files_list(struct model_files *out, const char *directory, struct error *err)
{
	*out = (struct model_files){ 0 };
	return finish(out, add_config(out, directory, err) < 0 || add_tokenizer(out, directory, err) < 0
				   ? -1
				   : add_weights(out, directory, err));
}

int model_files_list_encoder(struct model_files *out, const char *directory, struct error *err)
{
	*out = (struct model_files){ 0 };
	return finish(out, add_config(out, directory, err) < 0 ? -1 : add_weights(out, directory, err));
}

int model_files_list_tokenizer(struct model_files *out, const char *directory, struct error *err)
{
	*out = (struct model_files){ 0 };
	return finish(out, add_tokenizer(out, directory, err));
}

void model_files_release(struct model_files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	*f = (struct model_files){ 0 };
}

int model_directory_check(const char *directory, struct error *err)
{
	return model_directory_check_with(directory, directory, err);
}

int model_directory_check_with(const char *directory, const char *tokenizer, struct error *err)
{
	struct tokenizer *t = NULL;
	int rc = -1;

	if (config_check_type(directory, err) == 0 && tokenizer_load(&t, tokenizer, err) == 0)
		rc = model_check(directory, t, err);
	tokenizer_free(t);
	return rc;
}
