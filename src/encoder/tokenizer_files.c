#include "encoder/directory.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "text/facts.h"
#include "text/tokenizer.h"

#include <stdlib.h>
#include <string.h>

/* Copies a file below the prefix; 0 if it is not there, 1 if it was copied. */
static int copy_file(const char *model, const char *file, struct folder *folder, const char *prefix,
		     struct error *err)
{
	char *path = path_join(model, file), *name = text_format("%s%s", prefix, file);
	struct mapping map;
	int rc = -1;

	if (path == NULL || name == NULL) {
		error_memory(err, file);
	} else if (!file_exists(path)) {
		rc = 0;
	} else if (mapping_open(&map, path, err) == 0) {
		rc = output_file(folder, name, map.data, map.size, err) < 0 ? -1 : 1;
		mapping_close(&map);
	}
	free(path);
	free(name);
	return rc;
}

/* Besides the file of the pieces, which is there: what belongs to it, and the files
 * that hold facts, as they are. Where no class is named, one that follows them. */
static int copy_files(const char *model, const char *file, struct folder *folder, const char *prefix,
		      struct error *err)
{
	static const char follower[] = "{\n \"tokenizer_class\": \"PreTrainedTokenizerFast\"\n}\n",
			  roberta[] = "{\n \"tokenizer_class\": \"RobertaTokenizer\"\n}\n";
	const char *other = tokenizer_companion(file), *settings = other == NULL ? follower : roberta;
	char *name = text_format("%stokenizer_config.json", prefix);
	int rc = name == NULL ? error_memory(err, prefix) : 0, copied = 0;

	if (rc == 0 && other != NULL && copy_file(model, other, folder, prefix, err) < 0)
		rc = -1;

	for (size_t i = 0; rc == 0 && facts_files[i] != NULL; i++) {
		copied = copy_file(model, facts_files[i], folder, prefix, err);
		if (copied < 0)
			rc = -1;
		else if (copied == 0 && strcmp(facts_files[i], "tokenizer_config.json") == 0)
			rc = output_file(folder, name, settings, strlen(settings), err);
	}
	free(name);
	return rc;
}

static json_t *token_object(const struct added_token *t)
{
	return json_pack("{s:s,s:b,s:b,s:b,s:b,s:b}", "content", t->content, "special",
			 (t->flags & ADDED_SPECIAL) != 0, "normalized", (t->flags & ADDED_NORMALIZED) != 0, "lstrip",
			 (t->flags & ADDED_LSTRIP) != 0, "rstrip", (t->flags & ADDED_RSTRIP) != 0, "single_word",
			 (t->flags & ADDED_SINGLE_WORD) != 0);
}

static bool is_usual(const struct added_token *t)
{
	static const char *const usual[] = { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		if (strcmp(t->content, usual[i]) == 0)
			return true;
	return false;
}

/* Where there are other added tokens than the usual special ones: all of them,
 * with their ids, in the two keys that transformers reads. */
static int set_added(json_t *config, const struct added_tokens *added)
{
	json_t *decoder = json_object(), *special = json_array();
	size_t others = 0;
	int rc = 0;

	for (size_t i = 0; i < added->count; i++) {
		const struct added_token *t = &added->items[i];
		char id[16];

		snprintf(id, sizeof id, "%d", t->id);
		rc |= json_object_set_new(decoder, id, token_object(t));
		if (!is_usual(t) && t->flags & ADDED_SPECIAL)
			rc |= json_array_append_new(special, json_string(t->content));
		others += !is_usual(t);
	}
	if (others > 0) {
		rc |= json_object_set(config, "added_tokens_decoder", decoder);
		rc |= json_object_set(config, "additional_special_tokens", special);
	}
	json_decref(decoder);
	json_decref(special);
	return rc;
}

static int write_settings(const struct tokenizer *t, const struct text_settings *s, struct folder *folder,
			  const char *prefix, struct error *err)
{
	char *name = text_format("%stokenizer_config.json", prefix);
	json_t *config = json_pack("{s:b,s:b,s:b,s:s,s:s,s:s,s:s,s:s,s:s}", "do_lower_case", s->lower,
				   "strip_accents", s->strip_accents, "tokenize_chinese_chars", s->ideographs,
				   "tokenizer_class", "BertTokenizer", "pad_token", "[PAD]", "unk_token", "[UNK]",
				   "cls_token", "[CLS]", "sep_token", "[SEP]", "mask_token", "[MASK]");
	int rc = -1;

	if (name == NULL || config == NULL || set_added(config, tokenizer_added(t)) < 0)
		error_memory(err, "tokenizer_config.json");
	else
		rc = json_write(folder, name, config, err);
	json_decref(config);
	free(name);
	return rc;
}

/* vocab.txt as it was read, and one tokenizer_config.json with all the facts. */
static int write_files(const char *model, struct folder *folder, const char *prefix, struct error *err)
{
	char *name = text_format("%svocab.txt", prefix);
	struct tokenizer_facts facts = { 0 };
	struct tokenizer *t = NULL;
	int rc = -1;

	if (name == NULL)
		error_memory(err, prefix);
	else if (tokenizer_load(&t, model, err) == 0 && facts_read(&facts, model, true, err) == 0 &&
		 tokenizer_write_vocabulary(t, folder, name, err) == 0)
		rc = write_settings(t, &facts.settings, folder, prefix, err);
	facts_release(&facts);
	tokenizer_free(t);
	free(name);
	return rc;
}

int tokenizer_files_write(const char *model, struct folder *folder, const char *prefix, struct error *err)
{
	struct tokenizer *t;
	const char *file;

	if (tokenizer_load(&t, model, err) < 0)
		return -1;
	file = tokenizer_file(t);
	tokenizer_free(t);
	if (strcmp(file, "vocab.txt") == 0)
		return write_files(model, folder, prefix, err);
	if (copy_file(model, file, folder, prefix, err) < 0)
		return -1;
	return copy_files(model, file, folder, prefix, err);
}
