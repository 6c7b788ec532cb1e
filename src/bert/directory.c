#include "bert/directory.h"

#include "base/array.h"
#include "base/file.h"
#include "bert/checkpoint.h"
#include "bert/config.h"
#include "bert/model.h"
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

/* One of the names must be there; `what` is said where none is. */
static int add_needed(struct model_files *f, const char *directory, const char *const *names, const char *what,
		      struct error *err)
{
	int rc = add_first(f, directory, names, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	f->lacking = true;
	return error_set(err, STATUS_INPUT, "%s: %s", directory, what);
}

static int list(struct model_files *f, const char *directory, struct error *err)
{
	static const char *const config[] = { "config.json", "bert_config.json", NULL };
	static const char *const weights[] = { "model.safetensors", "pytorch_model.bin", NULL };
	static const char *const vocabulary[] = { "vocab.txt", NULL };
	static const char *const settings[] = { "tokenizer_config.json", NULL };
	struct bert_config ignored;

	if (add_needed(f, directory, config, "no config.json, and no bert_config.json", err) < 0 ||
	    bert_config_read(&ignored, directory, err) < 0 ||
	    add_needed(f, directory, vocabulary, "no vocab.txt", err) < 0 ||
	    add_first(f, directory, settings, err) < 0)
		return -1;
	return add_needed(f, directory, weights, "no weights, neither model.safetensors nor pytorch_model.bin", err);
}

int model_files_list(struct model_files *out, const char *directory, struct error *err)
{
	bool lacking;

	*out = (struct model_files){ 0 };
	if (list(out, directory, err) < 0) {
		lacking = out->lacking;
		model_files_release(out);
		out->lacking = lacking;
		return -1;
	}
	qsort(out->names, out->count, sizeof *out->names, by_name);
	return 0;
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
	struct tokenizer *tokenizer = NULL;
	int rc = -1;

	if (tokenizer_load(&tokenizer, directory, err) == 0)
		rc = model_check(directory, tokenizer, err);
	tokenizer_free(tokenizer);
	return rc;
}
