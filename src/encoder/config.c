#include "encoder/config.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <math.h>
#include <stdio.h>
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

/* A key whose `absent` is below 0 may be null, too: it is as hidden_dropout_prob. */
static const struct real_key {
	const char *name;
	size_t offset;
	double absent;
	double below; /* 0 ≤ value < below */
} real_keys[] = {
	{ "layer_norm_eps", offsetof(struct bert_config, layer_norm_eps), 1e-12, 1 },
	{ "hidden_dropout_prob", offsetof(struct bert_config, hidden_dropout), 0.1, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct bert_config, attention_dropout), 0.1, 1 },
	{ "classifier_dropout", offsetof(struct bert_config, head_dropout), -1, 1 },
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
		const bool absent = value == NULL || (json_is_null(value) && key->absent < 0);
		double number = absent ? key->absent : json_number_value(value);

		if (!absent && (!json_is_number(value) || !(number >= 0 && number < key->below)))
			return error_set(err, STATUS_INPUT, "%s: %s: expected a number from 0 to below %g", path,
					 key->name, key->below);
		*(double *)((char *)out + key->offset) = number < 0 ? out->hidden_dropout : number;
	}
	return 0;
}

/* Of another kind of model that is all there is to say. */
static int check_type(const json_t *object, const char *path, struct error *err)
{
	const json_t *type = json_object_get(object, "model_type");
	const char *class = json_string_value(json_array_get(json_object_get(object, "architectures"), 0));

	if (!json_is_object(object))
		return error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	if (type != NULL && (!json_is_string(type) || strcmp(json_string_value(type), "bert") != 0))
		return error_set(err, STATUS_INPUT, "%s: model_type is %s, expected bert, which alone is supported",
				 path, json_is_string(type) ? json_string_value(type) : "no string");
	if (type == NULL && class != NULL && strncmp(class, "Bert", 4) != 0)
		return error_set(err, STATUS_INPUT,
				 "%s: architectures is %s, and no model_type says bert, which alone is supported",
				 path, class);
	return 0;
}

/* Switches of other kinds of model, which must be off. */
static int check_switches(const json_t *object, const char *path, struct error *err)
{
	static const char *const keys[] = { "is_decoder", "add_cross_attention", "is_encoder_decoder" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const json_t *value = json_object_get(object, keys[i]);

		if (value != NULL && !json_is_null(value) && !json_is_false(value))
			return error_set(err, STATUS_INPUT, "%s: %s is %s, expected false", path, keys[i],
					 json_is_true(value) ? "true" : "neither true nor false");
	}
	return 0;
}

/* Objects that describe a change of the network, which must be absent, null or
 * empty. */
static int check_changes(const json_t *object, const char *path, struct error *err)
{
	static const struct {
		const char *key, *what;
	} changes[] = { { "quantization_config", "quantized weights" },
			{ "pruned_heads", "attention heads that were taken out" },
			{ "adapters", "adapters" },
			{ "rope_scaling", "rotary positions" } };
	const char *name;
	json_t *class;

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		const json_t *value = json_object_get(object, changes[i].key);

		if (value != NULL && !json_is_null(value) && !(json_is_object(value) && json_object_size(value) == 0))
			return error_set(err, STATUS_INPUT, "%s: %s: %s are not supported", path, changes[i].key,
					 changes[i].what);
	}
	json_object_foreach(json_object_get(object, "auto_map"), name,
			    class) if (strncmp(name, "AutoModel", 9) ==
				       0) return error_set(err, STATUS_INPUT,
							   "%s: auto_map: %s is %s: the network is code of the "
							   "repository's own, which is not "
							   "run",
							   path, name,
							   json_is_string(class) ? json_string_value(class)
										 : "no string");
	return 0;
}

/* Settings of other kinds of model that would give other numbers. */
static int read_kind(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *position = json_object_get(object, "position_embedding_type");
	const json_t *activation = json_object_get(object, "hidden_act");
	const char *name = json_string_value(activation);
	size_t found = 0;

	if (position != NULL && !json_is_null(position) &&
	    (!json_is_string(position) || strcmp(json_string_value(position), "absolute") != 0))
		return error_set(err, STATUS_INPUT, "%s: position_embedding_type is %s, expected absolute", path,
				 json_is_string(position) ? json_string_value(position) : "no string");
	if (check_switches(object, path, err) < 0 || check_changes(object, path, err) < 0)
		return -1;
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

const char *const bert_config_files[] = { "config.json", "bert_config.json", NULL };

/* The folder that modules.json of sentence-transformers gives the encoder; NULL
 * if there is none. */
static const char *module_folder(const json_t *modules)
{
	const json_t *module;
	size_t i;

	json_array_foreach((json_t *)modules, i, module)
	{
		const char *type = json_string_value(json_object_get(module, "type"));
		const char *path = json_string_value(json_object_get(module, "path"));
		const char *class = type == NULL ? NULL : strrchr(type, '.');

		if (class != NULL && strcmp(class, ".Transformer") == 0 && path != NULL && path[0] != '\0')
			return path;
	}
	return NULL;
}

/* Why a directory has no configuration. */
static int missing(const char *model, struct error *err)
{
	char *path = path_join(model, "modules.json");
	struct error ignored;
	json_t *modules = NULL;
	const char *folder = NULL;
	int rc;

	if (path != NULL && file_exists(path) && json_read_python(&modules, path, &ignored) == 0)
		folder = module_folder(modules);
	if (folder != NULL)
		rc = error_set(err, STATUS_INPUT,
			       "%s: no config.json; by modules.json the encoder lies in %s: name %s/%s", model,
			       folder, model, folder);
	else
		rc = files_missing(model, bert_config_files, "no config.json, and no bert_config.json", err);
	json_decref(modules);
	free(path);
	return rc;
}

/* The JSON of the file that is there, and its path in new memory. */
static int read_file(json_t **out, char **path, const char *model, struct error *err)
{
	*out = NULL;
	for (size_t i = 0; bert_config_files[i] != NULL; i++) {
		*path = path_join(model, bert_config_files[i]);
		if (*path == NULL)
			return error_memory(err, "path");
		if (file_exists(*path))
			return json_read_python(out, *path, err);
		free(*path);
		*path = NULL;
	}
	return missing(model, err);
}

int bert_config_parse(struct bert_config *out, const json_t *object, const char *path, struct error *err)
{
	*out = (struct bert_config){ 0 };
	if (check_type(object, path, err) < 0 || read_kind(out, object, path, err) < 0 ||
	    read_sizes(out, object, path, err) < 0 || read_reals(out, object, path, err) < 0)
		return -1;
	return read_pad(out, object, path, err);
}

int bert_config_read(struct bert_config *out, const char *model, struct error *err)
{
	json_t *object;
	char *path = NULL;
	int rc = -1;

	*out = (struct bert_config){ 0 };
	if (read_file(&object, &path, model, err) == 0)
		rc = bert_config_parse(out, object, path, err);
	json_decref(object);
	free(path);
	return rc;
}

int bert_config_check_type(const char *model, struct error *err)
{
	struct error none;
	json_t *object;
	char *path = NULL;
	int rc = 0;

	if (read_file(&object, &path, model, &none) == 0)
		rc = check_type(object, path, err);
	else if (path != NULL) /* it is there, and cannot be read */
		rc = error_set(err, none.status, "%s", none.text);
	json_decref(object);
	free(path);
	return rc;
}

/* "LABEL_3" names nothing. */
static bool is_named(const char *label)
{
	return strncmp(label, "LABEL_", 6) != 0 || label[6 + strspn(label + 6, "0123456789")] != '\0';
}

/* The label of class i. */
static const char *label_of(const json_t *id2label, size_t i)
{
	char key[24];

	snprintf(key, sizeof key, "%zu", i);
	return json_string_value(json_object_get(id2label, key));
}

/* The class of a label; `count` if it has none, or several. */
static size_t class_of(const json_t *id2label, size_t count, const char *label)
{
	size_t found = count, times = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(label_of(id2label, i), label) == 0) {
			found = i;
			times++;
		}
	return times == 1 ? found : count;
}

/* label2id, where it is there, says of each class what id2label says. */
static int check_inverse(const json_t *label2id, const json_t *id2label, const char *path, struct error *err)
{
	const char *label;
	json_t *class;

	json_object_foreach((json_t *)label2id, label, class)
	{
		const json_int_t i = json_integer_value(class);
		const char *there = json_is_integer(class) && i >= 0 ? label_of(id2label, (size_t)i) : NULL;

		if (there == NULL || strcmp(there, label) != 0)
			return error_set(err, STATUS_INPUT,
					 "%s: label2id gives %s another class than id2label: make them agree", path,
					 label);
	}
	return 0;
}

static int match_labels(size_t *out, const json_t *config, const char *const *labels, size_t count, const char *path,
			struct error *err)
{
	const json_t *id2label = json_object_get(config, "id2label");
	bool named = false;

	for (size_t i = 0; i < count; i++)
		out[i] = i;
	if (id2label == NULL || json_is_null(id2label))
		return 1;
	if (!json_is_object(id2label) || json_object_size(id2label) != count)
		return error_set(err, STATUS_INPUT, "%s: id2label has %zu labels, but the task has %zu", path,
				 json_object_size(id2label), count);
	for (size_t i = 0; i < count; i++) {
		if (label_of(id2label, i) == NULL)
			return error_set(err, STATUS_INPUT, "%s: id2label: expected a label for class %zu", path, i);
		named |= is_named(label_of(id2label, i));
	}
	if (check_inverse(json_object_get(config, "label2id"), id2label, path, err) < 0)
		return -1;
	for (size_t i = 0; named && i < count; i++) {
		out[i] = class_of(id2label, count, labels[i]);
		if (out[i] == count)
			return error_set(
				err, STATUS_INPUT,
				"%s: id2label has not label %s of the task exactly once; head = new does without",
				path, labels[i]);
	}
	return named ? 0 : 1;
}

int bert_config_match_labels(size_t *out, const char *model, const char *const *labels, size_t count,
			     struct error *err)
{
	json_t *object;
	char *path = NULL;
	int rc = -1;

	if (read_file(&object, &path, model, err) == 0)
		rc = match_labels(out, object, labels, count, path, err);
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

		if (real_keys[i].absent >= 0 || number != c->hidden_dropout)
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
