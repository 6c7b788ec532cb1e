#include "bert/config.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bounds that no real model comes near: products of two sizes and a few bytes
 * an element stay far below 2^63. */
enum { LARGEST_SIZE = 1 << 24, MOST_LAYERS = 1000 };

static const char *const activation_names[] = {
	[ACTIVATION_GELU] = "gelu",
	[ACTIVATION_GELU_NEW] = "gelu_new",
	[ACTIVATION_RELU] = "relu",
};

enum { ACTIVATIONS = sizeof activation_names / sizeof activation_names[0] };

static const struct size_key {
	const char *name;
	size_t offset;
	long largest;
} size_keys[] = {
	{ "hidden_size", offsetof(struct bert_config, hidden), LARGEST_SIZE },
	{ "num_hidden_layers", offsetof(struct bert_config, layers), MOST_LAYERS },
	{ "num_attention_heads", offsetof(struct bert_config, heads), LARGEST_SIZE },
	{ "intermediate_size", offsetof(struct bert_config, intermediate), LARGEST_SIZE },
	{ "vocab_size", offsetof(struct bert_config, vocabulary), LARGEST_SIZE },
	{ "max_position_embeddings", offsetof(struct bert_config, positions), LARGEST_SIZE },
	{ "type_vocab_size", offsetof(struct bert_config, types), LARGEST_SIZE },
};

static const struct real_key {
	const char *name;
	size_t offset;
	double absent;
	double below; /* 0 ≤ value < below */
} real_keys[] = {
	{ "layer_norm_eps", offsetof(struct bert_config, layer_norm_eps), 1e-12, 1 },
	{ "hidden_dropout_prob", offsetof(struct bert_config, hidden_dropout), 0.1, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct bert_config, attention_dropout), 0.1, 1 },
	{ "initializer_range", offsetof(struct bert_config, initializer_range), 0.02, 1e6 },
};

enum { SIZE_KEYS = sizeof size_keys / sizeof size_keys[0], REAL_KEYS = sizeof real_keys / sizeof real_keys[0] };

static int read_sizes(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	for (size_t i = 0; i < SIZE_KEYS; i++) {
		const struct size_key *key = &size_keys[i];
		const json_t *value = json_object_get(object, key->name);
		json_int_t number = json_integer_value(value);

		if (value == NULL)
			return error_set(err, STATUS_INPUT, "%s: %s is missing", path, key->name);
		if (!json_is_integer(value) || number < 1 || number > key->largest)
			return error_set(err, STATUS_INPUT, "%s: %s: expected an integer from 1 to %ld", path,
					 key->name, key->largest);
		*(size_t *)((char *)out + key->offset) = (size_t)number;
	}
	if (out->hidden % out->heads != 0)
		return error_set(err, STATUS_INPUT,
				 "%s: hidden_size %zu is not a multiple of num_attention_heads %zu", path,
				 out->hidden, out->heads);
	return 0;
}

static int read_reals(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	for (size_t i = 0; i < REAL_KEYS; i++) {
		const struct real_key *key = &real_keys[i];
		const json_t *value = json_object_get(object, key->name);
		double number = value == NULL ? key->absent : json_number_value(value);

		if (value != NULL && (!json_is_number(value) || !(number >= 0 && number < key->below)))
			return error_set(err, STATUS_INPUT, "%s: %s: expected a number from 0 to below %g", path,
					 key->name, key->below);
		*(double *)((char *)out + key->offset) = number;
	}
	return 0;
}

/* Settings of other kinds of model that would give other numbers. */
static int read_kind(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *type = json_object_get(object, "model_type");
	const json_t *position = json_object_get(object, "position_embedding_type");
	const json_t *decoder = json_object_get(object, "is_decoder");
	const json_t *activation = json_object_get(object, "hidden_act");
	const char *name = json_string_value(activation);
	size_t found = 0;

	if (type != NULL && (!json_is_string(type) || strcmp(json_string_value(type), "bert") != 0))
		return error_set(err, STATUS_INPUT, "%s: model_type is %s, expected bert", path,
				 json_is_string(type) ? json_string_value(type) : "no string");
	if (position != NULL && !json_is_null(position) &&
	    (!json_is_string(position) || strcmp(json_string_value(position), "absolute") != 0))
		return error_set(err, STATUS_INPUT, "%s: position_embedding_type is %s, expected absolute", path,
				 json_is_string(position) ? json_string_value(position) : "no string");
	if (json_is_true(decoder))
		return error_set(err, STATUS_INPUT, "%s: is_decoder is true, expected false", path);
	if (activation == NULL)
		return error_set(err, STATUS_INPUT, "%s: hidden_act is missing", path);
	while (found < ACTIVATIONS && (name == NULL || strcmp(name, activation_names[found]) != 0))
		found++;
	if (found == ACTIVATIONS)
		return error_set(err, STATUS_INPUT, "%s: hidden_act is %s, expected gelu, gelu_new or relu", path,
				 name ? name : "no string");
	out->activation = (enum activation)found;
	return 0;
}

static int read_pad(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *value = json_object_get(object, "pad_token_id");
	json_int_t number = json_integer_value(value);

	if (value == NULL || json_is_null(value)) {
		out->pad_id = 0;
		return 0;
	}
	if (!json_is_integer(value) || number < 0 || (size_t)number >= out->vocabulary)
		return error_set(err, STATUS_INPUT,
				 "%s: pad_token_id: expected an integer from 0 to below vocab_size %zu", path,
				 out->vocabulary);
	out->pad_id = (int)number;
	return 0;
}

/* The path of the file that is there, in new memory; NULL after an error. */
static char *find_file(const char *model, struct error *err)
{
	char *path = path_join(model, "config.json"), *other = path_join(model, "bert_config.json");

	if (path == NULL || other == NULL) {
		error_memory(err, "path");
		free(path);
		path = NULL;
	} else if (!file_exists(path)) {
		free(path);
		path = NULL;
		if (file_exists(other))
			return other;
		error_set(err, STATUS_INPUT, "%s: no config.json, and no bert_config.json", model);
	}
	free(other);
	return path;
}

int bert_config_parse(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	*out = (struct bert_config){ 0 };
	if (!json_is_object(object))
		return error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	if (read_kind(out, object, path, err) < 0 || read_sizes(out, object, path, err) < 0 ||
	    read_reals(out, object, path, err) < 0)
		return -1;
	return read_pad(out, object, path, err);
}

int bert_config_read(struct bert_config *out, const char *model, struct error *err)
{
	char *path = find_file(model, err);
	json_t *object = NULL;
	int rc = -1;

	*out = (struct bert_config){ 0 };
	if (path != NULL && json_read(&object, path, err) == 0)
		rc = bert_config_parse(out, object, path, err);
	json_decref(object);
	free(path);
	return rc;
}

/* {"0": "ADJ", …} and {"ADJ": 0, …}. */
static int add_labels(json_t *object, const char *const *labels, size_t count)
{
	json_t *names = json_object(), *ids = json_object();
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		char *id = text_format("%zu", i);

		if (id == NULL || json_object_set_new(names, id, json_string(labels[i])) < 0 ||
		    json_object_set_new(ids, labels[i], json_integer((json_int_t)i)) < 0)
			rc = -1;
		free(id);
	}
	if (json_object_set_new(object, "id2label", names) < 0 || json_object_set_new(object, "label2id", ids) < 0)
		rc = -1;
	return rc;
}

static json_t *config_object(const struct bert_config *c, const char *const *labels, size_t label_count)
{
	json_t *object = json_object();
	int rc = 0;

	for (size_t i = 0; i < SIZE_KEYS; i++) {
		size_t number = *(const size_t *)((const char *)c + size_keys[i].offset);

		rc |= json_object_set_new(object, size_keys[i].name, json_integer((json_int_t)number));
	}
	for (size_t i = 0; i < REAL_KEYS; i++) {
		double number = *(const double *)((const char *)c + real_keys[i].offset);

		rc |= json_object_set_new(object, real_keys[i].name, json_real(number));
	}
	rc |= json_object_set_new(object, "hidden_act", json_string(activation_names[c->activation]));
	rc |= json_object_set_new(object, "model_type", json_string("bert"));
	rc |= json_object_set_new(object, "pad_token_id", json_integer(c->pad_id));
	rc |= json_object_set_new(object, "architectures",
				  json_pack("[s]", label_count ? "BertForTokenClassification" : "BertModel"));
	if (label_count > 0)
		rc |= add_labels(object, labels, label_count);
	if (rc != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

int bert_config_write(const struct bert_config *c, const char *const *labels, size_t label_count,
		      struct folder *folder, const char *prefix, struct error *err)
{
	json_t *object = config_object(c, labels, label_count);
	char *name = text_format("%sconfig.json", prefix);
	int rc;

	if (object == NULL || name == NULL)
		rc = error_memory(err, "config.json");
	else
		rc = json_write(folder, name, object, err);
	json_decref(object);
	free(name);
	return rc;
}
