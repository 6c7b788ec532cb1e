#include "text/facts.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static const char configuration[] = "config.json", settings[] = "tokenizer_config.json",
		  map[] = "special_tokens_map.json", added[] = "added_tokens.json";

const char *const facts_files[] = { settings, map, added, NULL };

/* Tokenizers that are BERT's by another name; each also with "Fast" behind it. */
static const char *const berts[] = {
	"BertTokenizer",      "DistilBertTokenizer", "ElectraTokenizer",           "MobileBertTokenizer",
	"ConvBertTokenizer",  "MPNetTokenizer",      "SqueezeBertTokenizer",       "LayoutLMTokenizer",
	"LxmertTokenizer",    "RetriBertTokenizer",  "DPRContextEncoderTokenizer", "DPRQuestionEncoderTokenizer",
	"DPRReaderTokenizer",
};

/* Those that have no vocab.txt, and the pieces that they make of a tokenizer.json. */
static const struct {
	const char *name;
	enum piece_model model;
} others[] = { { "RobertaTokenizer", PIECES_BPE },
	       { "CamembertTokenizer", PIECES_UNIGRAM },
	       { "XLMRobertaTokenizer", PIECES_UNIGRAM },
	       { "AlbertTokenizer", PIECES_UNIGRAM },
	       { "DebertaV2Tokenizer", PIECES_UNIGRAM } };

enum { OTHERS = sizeof others / sizeof others[0] };

/* Those that are whatever tokenizer.json says. */
static const char *const followers[] = { "PreTrainedTokenizer", "TokenizersBackend" };

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(names[i]);

		if (strncmp(name, names[i], length) == 0 &&
		    (name[length] == '\0' || strcmp(name + length, "Fast") == 0))
			return true;
	}
	return false;
}

static int read_class(struct tokenizer_facts *out, const json_t *config, bool own_names, const char *path,
		      struct error *err)
{
	const json_t *value = json_object_get(config, "tokenizer_class");
	const char *name = json_string_value(value);

	if (value == NULL || json_is_null(value))
		return 0;
	if (name == NULL)
		return error_set(err, STATUS_INPUT, "%s: tokenizer_class: expected a name", path);
	out->named = true;
	out->follows_file = is_among(name, followers, sizeof followers / sizeof followers[0]);
	out->model = PIECES_WORDPIECE;
	for (size_t i = 0; i < OTHERS && !own_names; i++)
		if (is_among(name, &others[i].name, 1)) {
			out->model = others[i].model;
			return 0;
		}
	if (!out->follows_file && !is_among(name, berts, sizeof berts / sizeof berts[0]))
		return error_set(err, STATUS_INPUT, "%s: tokenizer_class is %s, expected BertTokenizer", path, name);
	return 0;
}

/* Keys of tokenizers that are not made of BERT's rules; `plain` is the value
 * that still is, if there is one. */
static int check_kind(const json_t *config, const char *path, struct error *err)
{
	static const struct {
		const char *key, *plain;
	} keys[] = { { "word_tokenizer_type", "basic" }, { "subword_tokenizer_type", "wordpiece" } };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const json_t *value = json_object_get(config, keys[i].key);
		const char *text = json_string_value(value);

		if (value != NULL && !json_is_null(value) && (text == NULL || strcmp(text, keys[i].plain) != 0))
			return error_set(err, STATUS_INPUT, "%s: %s is %s, expected %s", path, keys[i].key,
					 text == NULL ? "no string" : text, keys[i].plain);
	}
	if (json_object_get(json_object_get(config, "auto_map"), "AutoTokenizer") != NULL)
		return error_set(
			err, STATUS_INPUT,
			"%s: auto_map: the tokenizer is code of the repository's own, expected BertTokenizer", path);
	return 0;
}

/* The special tokens, by the names that every vocab.txt here has them by; NULL:
 * there may be any. */
static const struct {
	const char *key, *piece;
} specials[] = {
	{ "bos_token", NULL },    { "eos_token", NULL },    { "unk_token", "[UNK]" },   { "sep_token", "[SEP]" },
	{ "pad_token", "[PAD]" }, { "cls_token", "[CLS]" }, { "mask_token", "[MASK]" },
};

enum { SPECIALS = sizeof specials / sizeof specials[0] };

static int note(struct tokenizer_facts *out, const json_t *value, const char *key, const char *path,
		struct error *err)
{
	struct added_token token;

	if (value == NULL || json_is_null(value))
		return 0;
	if (added_token_parse(&token, value, true) < 0)
		return error_set(err, STATUS_INPUT, "%s: %s: expected a token, or an object with its content", path,
				 key);
	token.flags |= ADDED_SPECIAL;
	token.described &= !out->decoded;
	return added_tokens_note(&out->added, &token, path, err);
}

/* A list of tokens, or an object of them. */
static int note_all(struct tokenizer_facts *out, const json_t *config, const char *key, const char *path,
		    struct error *err)
{
	json_t *list = json_object_get(config, key), *value;
	const char *name;
	size_t i;

	if (list != NULL && !json_is_null(list) && !json_is_array(list) && !json_is_object(list))
		return error_set(err, STATUS_INPUT, "%s: %s: expected a list of tokens", path, key);
	json_array_foreach(list, i, value) if (note(out, value, key, path, err) < 0) return -1;
	json_object_foreach(list, name, value) if (note(out, value, key, path, err) < 0) return -1;
	return 0;
}

/* What a map of special tokens says; tokenizer_config.json is one, too. */
static int read_specials(struct tokenizer_facts *out, const json_t *object, bool own_names, const char *path,
			 struct error *err)
{
	for (size_t i = 0; i < SPECIALS; i++) {
		const json_t *value = json_object_get(object, specials[i].key);
		struct added_token token;

		if (own_names && specials[i].piece != NULL && value != NULL && !json_is_null(value) &&
		    (added_token_parse(&token, value, true) < 0 || strcmp(token.content, specials[i].piece) != 0))
			return error_set(err, STATUS_INPUT, "%s: %s: expected \"%s\"", path, specials[i].key,
					 specials[i].piece);
		if (note(out, value, specials[i].key, path, err) < 0)
			return -1;
	}
	if (note_all(out, object, "additional_special_tokens", path, err) < 0)
		return -1;
	return note_all(out, object, "extra_special_tokens", path, err);
}

static int read_id(int32_t *out, const char *text)
{
	long id;

	if (integer_parse(&id, text) < 0 || id < 0 || id >= INT32_MAX)
		return -1;
	*out = (int32_t)id;
	return 0;
}

/* {"30522": {"content": "[e1]", …}} */
static int read_decoder(struct tokenizer_facts *out, const json_t *config, const char *path, struct error *err)
{
	json_t *decoder = json_object_get(config, "added_tokens_decoder"), *value;
	const char *id;

	if (decoder != NULL && !json_is_null(decoder) && !json_is_object(decoder))
		return error_set(err, STATUS_INPUT, "%s: added_tokens_decoder: expected tokens by their ids", path);
	out->decoded = json_is_object(decoder);
	json_object_foreach(decoder, id, value)
	{
		struct added_token token;

		if (!json_is_object(value) || added_token_parse(&token, value, false) < 0 ||
		    read_id(&token.id, id) < 0)
			return error_set(err, STATUS_INPUT,
					 "%s: added_tokens_decoder: %.40s: expected an id and an object with the "
					 "token's content",
					 path, id);
		if (added_tokens_note(&out->added, &token, path, err) < 0)
			return -1;
	}
	return 0;
}

/* {"[e1]": 30522}: special where they are so by another file. */
static int read_added(struct tokenizer_facts *out, const json_t *object, const char *path, struct error *err)
{
	const char *content;
	json_t *value;

	json_object_foreach((json_t *)object, content, value)
	{
		json_int_t id = json_integer_value(value);

		if (!json_is_integer(value) || id < 0 || id >= INT32_MAX)
			return error_set(err, STATUS_INPUT, "%s: %.200s: expected the token's id", path, content);
		if (added_tokens_note(&out->added,
				      &(struct added_token){ .content = (char *)content,
							     .id = (int32_t)id,
							     .flags = ADDED_NORMALIZED },
				      path, err) < 0)
			return -1;
	}
	return 0;
}

/* An object that a file holds; NULL in `*out` where there is no file. */
static int read_object(json_t **out, char **path, const char *model, const char *name, struct error *err)
{
	*out = NULL;
	*path = path_join(model, name);
	if (*path == NULL)
		return error_memory(err, name);
	if (!file_exists(*path))
		return 0;
	if (json_read_python(out, *path, err) < 0)
		return -1;
	return json_is_object(*out) ? 0 : error_set(err, STATUS_INPUT, "%s: expected a JSON object", *path);
}

static int read_settings(struct tokenizer_facts *out, const json_t *config, bool own_names, const char *path,
			 struct error *err)
{
	out->config = json_incref((json_t *)config);
	if (read_class(out, config, own_names, path, err) < 0 || check_kind(config, path, err) < 0 ||
	    text_settings_parse(&out->settings, config, path, err) < 0 || read_decoder(out, config, path, err) < 0)
		return -1;
	return read_specials(out, config, own_names, path, err);
}

/* config.json names the class where tokenizer_config.json does not. */
static int read_configuration(struct tokenizer_facts *out, const json_t *config, bool own_names, const char *path,
			      struct error *err)
{
	if (read_class(out, config, own_names, path, err) < 0)
		return -1;
	return check_kind(config, path, err);
}

static int read_map(struct tokenizer_facts *out, const json_t *object, bool own_names, const char *path,
		    struct error *err)
{
	out->map = json_incref((json_t *)object);
	return read_specials(out, object, own_names, path, err);
}

static int read_added_file(struct tokenizer_facts *out, const json_t *object, bool own_names, const char *path,
			   struct error *err)
{
	(void)own_names;
	return read_added(out, object, path, err);
}

static int read_files(struct tokenizer_facts *out, const char *model, bool own_names, struct error *err)
{
	static const struct {
		const char *name;
		int (*read)(struct tokenizer_facts *, const json_t *, bool, const char *, struct error *);
	} files[] = { { settings, read_settings },
		      { configuration, read_configuration },
		      { map, read_map },
		      { added, read_added_file } };
	bool class_named = false;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof files / sizeof files[0]; i++) {
		json_t *object;
		char *path;

		rc = read_object(&object, &path, model, files[i].name, err);
		if (rc == 0 && object != NULL && !(files[i].name == configuration && class_named))
			rc = files[i].read(out, object, own_names, path, err);
		class_named |=
			files[i].name == settings && json_is_string(json_object_get(object, "tokenizer_class"));
		json_decref(object);
		free(path);
	}
	return rc;
}

int facts_read(struct tokenizer_facts *out, const char *model, bool own_names, struct error *err)
{
	*out = (struct tokenizer_facts){ .settings = { true, true, true } };
	if (read_files(out, model, own_names, err) == 0)
		return 0;
	facts_release(out);
	return -1;
}

/* Whether a normaliser of tokenizer.json is, or has among its steps, one of a type. */
static bool has_step(const json_t *normalizer, const char *type)
{
	const json_t *steps = json_object_get(normalizer, "normalizers"), *step;
	const char *own = json_string_value(json_object_get(normalizer, "type"));
	size_t i;

	if (own != NULL && strcmp(own, type) == 0)
		return true;
	json_array_foreach((json_t *)steps, i, step) if (has_step(step, type)) return true;
	return false;
}

int facts_check(const struct tokenizer_facts *f, const char *model, const struct tokenizer_description *d,
		struct error *err)
{
	const struct bert_normaliser *n = &d->normaliser;
	const struct {
		const char *key, *named;
		bool value;
		enum piece_model model;
		const char *class; /* that alone follows the key; NULL: any does */
	} switches[] = {
		{ "do_lower_case", "lowercase", n->lowercase, PIECES_WORDPIECE, NULL },
		{ "strip_accents", "strip_accents", n->strip_accents, PIECES_WORDPIECE, NULL },
		{ "tokenize_chinese_chars", "handle_chinese_chars", n->handle_chinese_chars, PIECES_WORDPIECE, NULL },
		{ "add_prefix_space", "add_prefix_space", d->prefix_space, PIECES_BPE, NULL },
		{ "add_prefix_space", "a prefix", d->prefix == METASPACE_ALWAYS, PIECES_UNIGRAM, NULL },
		{ "do_lower_case", "Lowercase", has_step(d->normalizer, "Lowercase"), PIECES_UNIGRAM,
		  "AlbertTokenizer" },
		{ "do_lower_case", "Lowercase", has_step(d->normalizer, "Lowercase"), PIECES_UNIGRAM,
		  "DebertaV2Tokenizer" },
		{ "split_by_punct", "Punctuation", false, PIECES_UNIGRAM, "DebertaV2Tokenizer" },
		{ "keep_accents", "no StripAccents", !has_step(d->normalizer, "StripAccents"), PIECES_UNIGRAM,
		  "AlbertTokenizer" },
	};
	const char *class = json_string_value(json_object_get(f->config, "tokenizer_class"));

	if (f->named && !f->follows_file && f->model != d->model)
		return error_set(
			err, STATUS_INPUT,
			"%s: tokenizer_class is of another kind of pieces than those of tokenizer.json: make them "
			"agree",
			model);
	for (size_t i = 0; !f->follows_file && i < sizeof switches / sizeof switches[0]; i++) {
		const json_t *value = json_object_get(f->config, switches[i].key);

		if (switches[i].model != d->model ||
		    (switches[i].class != NULL && (class == NULL || !is_among(class, &switches[i].class, 1))))
			continue;
		if (json_is_boolean(value) && json_is_true(value) != switches[i].value)
			return error_set(err, STATUS_INPUT,
					 "%s/%s: %s is %s, but tokenizer.json says %s %s: make them agree", model,
					 settings, switches[i].key, json_is_true(value) ? "true" : "false",
					 switches[i].named, switches[i].value ? "true" : "false");
	}
	return 0;
}

int facts_check_specials(const struct tokenizer_facts *f, const char *model, const struct named_specials *told,
			 struct error *err)
{
	const struct {
		const char *key, *told;
	} keys[] = { { "unk_token", told->unk }, { "sep_token", told->sep }, { "cls_token", told->cls } };
	const struct {
		const char *name;
		const json_t *object;
	} files[] = { { settings, f->config }, { map, f->map } };

	for (size_t i = 0; !f->follows_file && i < sizeof files / sizeof files[0]; i++)
		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
			const json_t *value = json_object_get(files[i].object, keys[k].key);
			struct added_token token;

			if (value != NULL && !json_is_null(value) && keys[k].told != NULL &&
			    added_token_parse(&token, value, true) == 0 && strcmp(token.content, keys[k].told) != 0)
				return error_set(err, STATUS_INPUT,
						 "%s/%s: %s is %s, but in tokenizer.json it is %s: make them agree",
						 model, files[i].name, keys[k].key, token.content, keys[k].told);
		}
	return 0;
}

void facts_release(struct tokenizer_facts *f)
{
	json_decref(f->config);
	json_decref(f->map);
	added_tokens_release(&f->added);
}
