#include "text/tokenizer_json.h"

#include "text/text_settings.h"

#include <string.h>

/* A part of the pipeline: its "type" must be one of the names, else the error
 * says which it is. The name's index. */
static int part_type(const json_t *part, const char *key, const char *const *names, const char *path,
		     struct error *err)
{
	const char *type = json_string_value(json_object_get(part, "type"));

	if (part == NULL || json_is_null(part))
		return error_set(err, STATUS_INPUT, "%s: %s is missing, expected %s", path, key, names[0]);
	for (int i = 0; type != NULL && names[i] != NULL; i++)
		if (strcmp(type, names[i]) == 0)
			return i;
	return error_set(err, STATUS_INPUT, "%s: %s is %s, expected %s", path, key,
			 type == NULL ? "of no type" : type, names[0]);
}

/* Of another version any part may mean something else. */
static int check_version(const json_t *object, const char *path, struct error *err)
{
	const json_t *version = json_object_get(object, "version");
	const char *text = json_string_value(version);

	if (version == NULL || (text != NULL && strcmp(text, "1.0") == 0))
		return 0;
	return error_set(err, STATUS_INPUT, "%s: version is %s, expected 1.0", path,
			 text == NULL ? "no string" : text);
}

/* Without a normaliser the text stays as it is. */
static int read_normaliser(struct bert_normaliser *out, const json_t *object, const char *path, struct error *err)
{
	static const char *const names[] = { "BertNormalizer", NULL };
	const json_t *part = json_object_get(object, "normalizer");
	const struct {
		const char *key;
		bool *value;
	} switches[] = { { "clean_text", &out->clean_text },
			 { "handle_chinese_chars", &out->handle_chinese_chars },
			 { "lowercase", &out->lowercase },
			 { "strip_accents", &out->strip_accents } };

	*out = (struct bert_normaliser){ 0 };
	if (part == NULL || json_is_null(part))
		return 0;
	if (part_type(part, "normalizer", names, path, err) < 0)
		return -1;
	*out = (struct bert_normaliser){ true, true, true, true };
	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
		if (switches[i].value == &out->strip_accents)
			out->strip_accents = out->lowercase;
		else if (!json_is_boolean(json_object_get(part, switches[i].key)))
			return error_set(err, STATUS_INPUT, "%s: normalizer: %s: expected true or false", path,
					 switches[i].key);
		if (text_switch_read(switches[i].value, part, switches[i].key, path, err) < 0)
			return -1;
	}
	return 0;
}

/* Models of before components had types are told by what they hold; −1: by nothing. */
static int untyped_model(const json_t *model)
{
	if (!json_is_object(model) || json_object_get(model, "type") != NULL)
		return -1;
	if (json_object_get(model, "merges") != NULL)
		return PIECES_BPE;
	if (json_is_array(json_object_get(model, "vocab")))
		return PIECES_UNIGRAM;
	return json_object_get(model, "continuing_subword_prefix") != NULL ? PIECES_WORDPIECE : -1;
}

static int read_wordpiece(struct tokenizer_description *out, const json_t *model, const char *path, struct error *err)
{
	const json_t *most = json_object_get(model, "max_input_chars_per_word");
	const char *prefix = json_string_value(json_object_get(model, "continuing_subword_prefix"));

	if (out->unk == NULL)
		return error_set(err, STATUS_INPUT, "%s: model.unk_token: expected a piece", path);
	if (prefix == NULL || strcmp(prefix, "##") != 0)
		return error_set(err, STATUS_INPUT, "%s: model.continuing_subword_prefix is %s, expected ##", path,
				 prefix == NULL ? "no string" : prefix);
	if (!json_is_integer(most) || json_integer_value(most) < 0)
		return error_set(err, STATUS_INPUT, "%s: model.max_input_chars_per_word: expected a number from 0",
				 path);
	out->longest_word = (size_t)json_integer_value(most);
	return 0;
}

/* A key that must be absent, null, false or empty. */
static int check_unset(const json_t *part, const char *name, const char *key, const char *path, struct error *err)
{
	const json_t *value = json_object_get(part, key);
	const char *text = json_string_value(value);

	if (value == NULL || json_is_null(value) || json_is_false(value) || (text != NULL && text[0] == '\0'))
		return 0;
	return error_set(err, STATUS_INPUT, "%s: %s.%s: expected none", path, name, key);
}

static int read_bpe(struct tokenizer_description *out, const json_t *model, const char *path, struct error *err)
{
	static const char *const unset[] = { "dropout", "continuing_subword_prefix", "end_of_word_suffix" };

	for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
		if (check_unset(model, "model", unset[i], path, err) < 0)
			return -1;
	out->merges = json_object_get(model, "merges");
	if (!json_is_array(out->merges))
		return error_set(err, STATUS_INPUT, "%s: model.merges: expected a list of pairs", path);
	return text_switch_read(&out->form.whole_first, model, "ignore_merges", path, err) < 0 ||
			       text_switch_read(&out->form.fallback, model, "byte_fallback", path, err) < 0 ||
			       text_switch_read(&out->form.fuse_unk, model, "fuse_unk", path, err) < 0
		       ? -1
		       : 0;
}

static int read_unigram(struct tokenizer_description *out, const json_t *model, const char *path, struct error *err)
{
	const json_t *unk = json_object_get(model, "unk_id");

	if (text_switch_read(&out->fallback, model, "byte_fallback", path, err) < 0)
		return -1;
	if (!json_is_integer(unk) || json_integer_value(unk) < 0 || json_integer_value(unk) >= INT32_MAX)
		return error_set(err, STATUS_INPUT, "%s: model.unk_id: expected the id of a piece", path);
	out->unk_id = (int32_t)json_integer_value(unk);
	return 0;
}

static int read_model(struct tokenizer_description *out, const json_t *object, const char *path, struct error *err)
{
	static const char *const names[] = {
		[PIECES_WORDPIECE] = "WordPiece", [PIECES_BPE] = "BPE", [PIECES_UNIGRAM] = "Unigram", NULL
	};
	static int (*const read[])(struct tokenizer_description *, const json_t *, const char *, struct error *) = {
		[PIECES_WORDPIECE] = read_wordpiece, [PIECES_BPE] = read_bpe, [PIECES_UNIGRAM] = read_unigram
	};
	const json_t *model = json_object_get(object, "model");
	int type = untyped_model(model);

	if (type < 0 && (type = part_type(model, "model", names, path, err)) < 0)
		return -1;
	out->model = (enum piece_model)type;
	out->vocabulary = json_object_get(model, "vocab");
	out->unk = json_string_value(json_object_get(model, "unk_token"));
	if (out->model == PIECES_UNIGRAM && !json_is_array(out->vocabulary))
		return error_set(err, STATUS_INPUT, "%s: model.vocab: expected a list of pieces and scores", path);
	if (out->model != PIECES_UNIGRAM && !json_is_object(out->vocabulary))
		return error_set(err, STATUS_INPUT, "%s: model.vocab: expected an object of pieces and ids", path);
	return read[type](out, model, path, err);
}

static int read_byte_level(struct tokenizer_description *out, const json_t *part, const char *path, struct error *err)
{
	out->form.bytes = out->words = true;
	return text_switch_read(&out->prefix_space, part, "add_prefix_space", path, err) < 0 ||
			       text_switch_read(&out->words, part, "use_regex", path, err) < 0
		       ? -1
		       : 0;
}

/* Of before there was a scheme, add_prefix_space says it. */
static int read_metaspace(struct tokenizer_description *out, const json_t *part, const char *path, struct error *err)
{
	const char *scheme = json_string_value(json_object_get(part, "prepend_scheme"));
	const char *sign = json_string_value(json_object_get(part, "replacement"));
	bool prefix = scheme == NULL || strcmp(scheme, "always") == 0, splits = true;

	if (scheme == NULL && text_switch_read(&prefix, part, "add_prefix_space", path, err) < 0)
		return -1;
	if (text_switch_read(&splits, part, "split", path, err) < 0)
		return -1;
	if (sign == NULL || strcmp(sign, "\xE2\x96\x81") != 0 || !splits ||
	    (scheme != NULL && !prefix && strcmp(scheme, "never") != 0))
		return error_set(err, STATUS_INPUT,
				 "%s: pre_tokenizer: Metaspace: expected replacement \xE2\x96\x81, split, and "
				 "prepend_scheme always or never",
				 path);
	out->prefix = prefix ? METASPACE_ALWAYS : METASPACE_NEVER;
	return 0;
}

/* What cuts, and behind it what the model needs: of Unigram Metaspace, of BPE ByteLevel
 * or nothing. */
static int read_part(struct tokenizer_description *out, const json_t *part, bool last, const char *path,
		     struct error *err)
{
	const char *needed = out->model == PIECES_UNIGRAM ? "Metaspace" : "ByteLevel";
	const char *type = json_string_value(json_object_get(part, "type"));
	const int cuts = cutters_add(&out->cutters, part, path, err);
	const bool ends = cuts == 0 && last && type != NULL && strcmp(type, needed) == 0;

	if (cuts < 0 || (cuts > 0 && (!last || out->model == PIECES_BPE)))
		return cuts < 0 ? -1 : 0;
	if (!ends)
		return error_set(
			err, STATUS_INPUT,
			"%s: pre_tokenizer is %s%s, expected Split, Whitespace, WhitespaceSplit, Punctuation "
			"or Digits, and %s%s at the end",
			path, type == NULL ? "of no type" : type, last ? "" : " before others", needed,
			out->model == PIECES_BPE ? " or nothing" : "");
	return out->model == PIECES_UNIGRAM ? read_metaspace(out, part, path, err)
					    : read_byte_level(out, part, path, err);
}

/* The pre-tokenizer that belongs to the model. */
static int read_words(struct tokenizer_description *out, const json_t *object, const char *path, struct error *err)
{
	static const char *const words[] = { "BertPreTokenizer", NULL };
	const json_t *part = json_object_get(object, "pre_tokenizer"), *parts, *item;
	const char *type = json_string_value(json_object_get(part, "type"));
	size_t i;

	if (out->model == PIECES_WORDPIECE)
		return part_type(part, "pre_tokenizer", words, path, err) < 0 ? -1 : 0;
	if (out->model == PIECES_BPE && json_is_null(part))
		return 0;
	if (type == NULL || strcmp(type, "Sequence") != 0)
		return read_part(out, part, true, path, err);
	parts = json_object_get(part, "pretokenizers");
	if (json_array_size(parts) == 0 && out->model == PIECES_UNIGRAM)
		return read_part(out, NULL, true, path, err);
	json_array_foreach((json_t *)parts, i,
			   item) if (read_part(out, item, i + 1 == json_array_size(parts), path, err) < 0) return -1;
	return 0;
}

/* The normaliser; but for WordPiece's it is read with the reader that it belongs to. */
static int read_form(struct tokenizer_description *out, const json_t *object, const char *path, struct error *err)
{
	if (out->model == PIECES_WORDPIECE)
		return read_normaliser(&out->normaliser, object, path, err);
	out->normalizer = json_object_get(object, "normalizer");
	return 0;
}

/* [CLS] $A [SEP], each of type 0: the id of a special token of the template. */
static int template_id(int32_t *out, const json_t *processor, const json_t *item, const char *path, struct error *err)
{
	const json_t *special = json_object_get(item, "SpecialToken");
	const char *name = json_string_value(json_object_get(special, "id"));
	const json_t *token = name ? json_object_get(json_object_get(processor, "special_tokens"), name) : NULL;
	const json_t *ids = json_object_get(token, "ids"), *id = json_array_get(ids, 0);

	if (special == NULL || json_integer_value(json_object_get(special, "type_id")) != 0 ||
	    json_array_size(ids) != 1 || !json_is_integer(id) || json_integer_value(id) < 0 ||
	    json_integer_value(id) >= INT32_MAX)
		return error_set(
			err, STATUS_INPUT,
			"%s: post_processor.single: expected a special token, the text, a special token, each "
			"of type 0",
			path);
	*out = (int32_t)json_integer_value(id);
	return 0;
}

static int read_template(struct tokenizer_description *out, const json_t *processor, const char *path,
			 struct error *err)
{
	const json_t *single = json_object_get(processor, "single");
	const json_t *text = json_object_get(json_array_get(single, 1), "Sequence");
	const json_t *type = json_object_get(text, "type_id");

	if (json_array_size(single) != 3 || text == NULL || json_integer_value(type) != 0)
		return error_set(
			err, STATUS_INPUT,
			"%s: post_processor.single: expected a special token, the text, a special token, each "
			"of type 0",
			path);
	if (template_id(&out->cls, processor, json_array_get(single, 0), path, err) < 0)
		return -1;
	return template_id(&out->sep, processor, json_array_get(single, 2), path, err);
}

/* {"sep": ["[SEP]", 3], "cls": ["[CLS]", 2]} */
static int read_pair(struct tokenizer_description *out, const json_t *processor, const char *path, struct error *err)
{
	const struct {
		const char *key;
		int32_t *id;
	} pairs[] = { { "cls", &out->cls }, { "sep", &out->sep } };

	for (size_t i = 0; i < 2; i++) {
		const json_t *id = json_array_get(json_object_get(processor, pairs[i].key), 1);

		if (!json_is_integer(id) || json_integer_value(id) < 0 || json_integer_value(id) >= INT32_MAX)
			return error_set(err, STATUS_INPUT, "%s: post_processor.%s: expected a token and its id",
					 path, pairs[i].key);
		*pairs[i].id = (int32_t)json_integer_value(id);
	}
	return 0;
}

/* Of a Sequence the last, if those before it are ByteLevel's, which change no piece. */
static const json_t *last_processor(const json_t *processor)
{
	const char *type = json_string_value(json_object_get(processor, "type"));
	const json_t *list = json_object_get(processor, "processors");
	const size_t count = json_array_size(list);

	if (type == NULL || strcmp(type, "Sequence") != 0 || count == 0)
		return processor;
	for (size_t i = 0; i + 1 < count; i++) {
		const char *name = json_string_value(json_object_get(json_array_get(list, i), "type"));

		if (name == NULL || strcmp(name, "ByteLevel") != 0)
			return processor;
	}
	return json_array_get(list, count - 1);
}

static int read_processor(struct tokenizer_description *out, const json_t *object, const char *path,
			  struct error *err)
{
	static const char *const names[] = { "TemplateProcessing", "BertProcessing", "RobertaProcessing", NULL };
	const json_t *processor = last_processor(json_object_get(object, "post_processor"));
	int type = part_type(processor, "post_processor", names, path, err);

	if (type < 0)
		return -1;
	return type == 0 ? read_template(out, processor, path, err) : read_pair(out, processor, path, err);
}

static int read_added(struct tokenizer_description *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *list = json_object_get(object, "added_tokens"), *value;
	size_t i;

	if (list != NULL && !json_is_null(list) && !json_is_array(list))
		return error_set(err, STATUS_INPUT, "%s: added_tokens: expected a list", path);
	json_array_foreach(list, i, value)
	{
		const json_t *id = json_object_get(value, "id");
		struct added_token token;

		if (!json_is_object(value) || added_token_parse(&token, value, false) < 0 || !json_is_integer(id) ||
		    json_integer_value(id) < 0 || json_integer_value(id) >= INT32_MAX)
			return error_set(err, STATUS_INPUT,
					 "%s: added_tokens: entry %zu: expected an object with content and id", path,
					 i + 1);
		token.id = (int32_t)json_integer_value(id);
		if (added_tokens_note(&out->added, &token, path, err) < 0)
			return -1;
	}
	return 0;
}

int tokenizer_json_parse(struct tokenizer_description *out, const json_t *object, const char *path, struct error *err)
{
	*out = (struct tokenizer_description){ 0 };
	if (!json_is_object(object))
		return error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	if (check_version(object, path, err) == 0 && read_model(out, object, path, err) == 0 &&
	    read_form(out, object, path, err) == 0 && read_words(out, object, path, err) == 0 &&
	    read_processor(out, object, path, err) == 0 && read_added(out, object, path, err) == 0)
		return 0;
	tokenizer_description_release(out);
	return -1;
}

void tokenizer_description_release(struct tokenizer_description *d)
{
	added_tokens_release(&d->added);
	cutters_release(&d->cutters);
}
