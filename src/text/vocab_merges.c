#include "text/vocab_merges.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

const char vocab_name[] = "vocab.json", merges_name[] = "merges.txt";

/* The content of a special token by the files, else its usual one. */
static const char *special_name(const struct tokenizer_facts *facts, const char *key, const char *usual)
{
	const json_t *const objects[] = { facts->config, facts->map };

	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		const json_t *value = json_object_get(objects[i], key);
		const char *text =
			json_string_value(json_is_object(value) ? json_object_get(value, "content") : value);

		if (text != NULL)
			return text;
	}
	return usual;
}

/* A line is two pieces with a space between; those of the version do not count. */
static int read_merges(json_t *out, const struct mapping *file, const char *path, struct error *err)
{
	const char *end = file->data + file->size, *next;
	size_t number = 1;

	for (const char *line = file->data; line < end; line = next, number++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line)), *space;

		next = stop == NULL ? end : stop + 1;
		stop = stop == NULL ? end : stop;
		if (stop > line && stop[-1] == '\r')
			stop--;
		if (stop == line || ((size_t)(stop - line) >= 8 && memcmp(line, "#version", 8) == 0))
			continue;
		space = memchr(line, ' ', (size_t)(stop - line));
		if (space == NULL || space == line || space + 1 == stop ||
		    memchr(space + 1, ' ', (size_t)(stop - space - 1)) != NULL)
			return error_set(err, STATUS_INPUT, "%s:%zu: expected two pieces with a space between", path,
					 number);
		if (json_array_append_new(out, json_pack("[s%s%]", line, (size_t)(space - line), space + 1,
							 (size_t)(stop - space - 1))) < 0)
			return error_set(err, STATUS_INPUT, "%s:%zu: not UTF-8", path, number);
	}
	return 0;
}

static int read_merges_file(json_t **out, const char *model, struct error *err)
{
	char *path = path_join(model, merges_name);
	struct mapping file;
	int rc = -1;

	*out = json_array();
	if (path == NULL || *out == NULL) {
		error_memory(err, merges_name);
	} else if (mapping_open(&file, path, err) == 0) {
		rc = read_merges(*out, &file, path, err);
		mapping_close(&file);
	}
	free(path);
	return rc;
}

/* Added tokens of the vocabulary, and those that the post-processor names. */
static json_t *describe(json_t *vocabulary, json_t *merges, const struct tokenizer_facts *facts)
{
	static const struct {
		const char *key, *usual;
	} specials[] = { { "bos_token", "<s>" },    { "eos_token", "</s>" },  { "unk_token", "<unk>" },
			 { "sep_token", "</s>" },   { "pad_token", "<pad>" }, { "cls_token", "<s>" },
			 { "mask_token", "<mask>" } };
	const char *cls = special_name(facts, "cls_token", "<s>"), *sep = special_name(facts, "sep_token", "</s>");
	const bool prefix = json_is_true(json_object_get(facts->config, "add_prefix_space"));
	json_t *tokens = json_array();

	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
		const char *content = special_name(facts, specials[i].key, specials[i].usual);
		json_t *id = json_object_get(vocabulary, content);
		bool told = id == NULL;
		const json_t *token;
		size_t k;

		json_array_foreach(tokens, k, token) told |=
			strcmp(json_string_value(json_object_get(token, "content")), content) == 0;
		if (!told)
			json_array_append_new(tokens, json_pack("{s:O, s:s, s:b, s:b, s:b, s:b, s:b}", "id", id,
								"content", content, "single_word", 0, "lstrip", 0,
								"rstrip", 0, "normalized", 0, "special", 1));
	}
	return json_pack("{s:s, s:n, s:{s:s, s:b}, s:{s:s, s:[sO], s:[sO], s:b}, s:{s:s, s:O, s:O}, s:o}", "version",
			 "1.0", "normalizer", "pre_tokenizer", "type", "ByteLevel", "add_prefix_space", (int)prefix,
			 "post_processor", "type", "RobertaProcessing", "sep", sep, json_object_get(vocabulary, sep),
			 "cls", cls, json_object_get(vocabulary, cls), "add_prefix_space", (int)prefix, "model",
			 "type", "BPE", "vocab", vocabulary, "merges", merges, "added_tokens", tokens);
}

int vocab_merges_read(json_t **out, const char *model, const struct tokenizer_facts *facts, struct error *err)
{
	const char *const needed[] = { special_name(facts, "cls_token", "<s>"),
				       special_name(facts, "sep_token", "</s>") };
	char *path = path_join(model, vocab_name);
	json_t *vocabulary = NULL, *merges = NULL;
	int rc = path == NULL ? error_memory(err, model) : json_read_python(&vocabulary, path, err);

	*out = NULL;
	for (size_t i = 0; rc == 0 && i < sizeof needed / sizeof needed[0]; i++)
		if (!json_is_integer(json_object_get(vocabulary, needed[i])))
			rc = error_set(err, STATUS_INPUT, "%s: expected pieces with their ids, among them %s", path,
				       needed[i]);
	if (rc == 0)
		rc = read_merges_file(&merges, model, err);
	if (rc == 0 && (*out = describe(vocabulary, merges, facts)) == NULL)
		rc = error_memory(err, path);
	json_decref(merges);
	json_decref(vocabulary);
	free(path);
	return rc;
}
