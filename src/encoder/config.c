#include "encoder/config.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "encoder/family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const activation_names[] = {
	[ACTIVATION_GELU] = "gelu",
	[ACTIVATION_GELU_NEW] = "gelu_new",
	[ACTIVATION_RELU] = "relu",
};

enum { ACTIVATIONS = sizeof activation_names / sizeof activation_names[0] };

static size_t *size_at(struct encoder_shape *shape, size_t offset)
{
	return (size_t *)((char *)shape + offset);
}

static double *real_at(struct encoder_shape *shape, size_t offset)
{
	return (double *)((char *)shape + offset);
}

static int read_sizes(struct encoder_shape *out, const struct size_key *key, const json_t *object, const char *path,
		      struct error *err)
{
	for (; key != NULL && key->name != NULL; key++) {
		const json_t *value = json_object_get(object, key->name);
		json_int_t number = json_integer_value(value);

		if (value == NULL)
			return error_set(err, STATUS_INPUT, "%s: %s is missing", path, key->name);
		if (!json_is_integer(value) || number < 1 || number > key->largest)
			return error_set(err, STATUS_INPUT, "%s: %s: expected an integer from 1 to %ld", path,
					 key->name, key->largest);
		*size_at(out, key->offset) = (size_t)number;
	}
	return 0;
}

/* The key of a size, as an error names it. */
static const char *key_of(const struct family *f, size_t offset)
{
	const struct size_key *key = f->sizes;

	while (key->name != NULL && key->offset != offset)
		key++;
	return key->name;
}

static int check_heads(const struct encoder_shape *s, const char *path, struct error *err)
{
	if (s->hidden % s->heads == 0)
		return 0;
	return error_set(err, STATUS_INPUT, "%s: %s %zu is not a multiple of %s %zu", path,
			 key_of(s->family, offsetof(struct encoder_shape, hidden)), s->hidden,
			 key_of(s->family, offsetof(struct encoder_shape, heads)), s->heads);
}

static int read_reals(struct encoder_shape *out, const json_t *object, const char *path, struct error *err)
{
	for (const struct real_key *key = out->family->reals; key->name != NULL; key++) {
		const json_t *value = json_object_get(object, key->name);
		const bool absent = value == NULL || (json_is_null(value) && key->absent < 0);
		double number = absent ? key->absent : json_number_value(value);

		if (!absent && (!json_is_number(value) || !(number >= 0 && number < key->below)))
			return error_set(err, STATUS_INPUT, "%s: %s: expected a number from 0 to below %g", path,
					 key->name, key->below);
		*real_at(out, key->offset) = number;
	}
	if (out->head_dropout < 0)
		out->head_dropout = out->hidden_dropout;
	return 0;
}

/* Of a kind of model that is not known that is all there is to say. NULL after
 * an error. */
static const struct family *find_family(const json_t *object, const char *path, struct error *err)
{
	const json_t *type = json_object_get(object, "model_type");
	const char *class = json_string_value(json_array_get(json_object_get(object, "architectures"), 0));
	const struct family *found = NULL;
	char names[256];

	family_names(names, sizeof names);
	if (!json_is_object(object))
		error_set(err, STATUS_INPUT, "%s: expected a JSON object", path);
	else if (type != NULL && (!json_is_string(type) || (found = family_of_type(json_string_value(type))) == NULL))
		error_set(err, STATUS_INPUT, "%s: model_type is %s, expected %s", path,
			  json_is_string(type) ? json_string_value(type) : "no string", names);
	else if (type == NULL && class != NULL && (found = family_of_class(class)) == NULL)
		error_set(err, STATUS_INPUT, "%s: architectures is %s, and no model_type is one of %s", path, class,
			  names);
	else if (found == NULL)
		found = &bert_family;
	return found;
}

/* A value as fixed_key has it, in new memory. */
static char *value_text(const json_t *value)
{
	return json_is_string(value) ? text_copy(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY);
}

static int check_fixed(const struct fixed_key *key, bool needed, const json_t *object, const char *path,
		       struct error *err)
{
	for (; key != NULL && key->name != NULL; key++) {
		const json_t *value = json_object_get(object, key->name);
		char *text = value == NULL || json_is_null(value) ? NULL : value_text(value);
		int rc = 0;

		if (text == NULL && needed)
			rc = error_set(err, STATUS_INPUT, "%s: %s is missing, expected %s", path, key->name,
				       key->value);
		else if (text != NULL && strcmp(text, key->value) != 0)
			rc = error_set(err, STATUS_INPUT, "%s: %s is %.60s, expected %s", path, key->name, text,
				       key->value);
		free(text);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Switches of other kinds of model, which must be off. */
static const struct fixed_key switches[] = { { "is_decoder", "false" },
					     { "add_cross_attention", "false" },
					     { "is_encoder_decoder", "false" },
					     { NULL, NULL } };

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
static int read_kind(struct encoder_shape *out, const json_t *object, const char *path, struct error *err)
{
	const char *key = out->family->activation;
	const json_t *activation = json_object_get(object, key);
	const char *name = json_string_value(activation);
	size_t found = 0;

	if (check_fixed(out->family->fixed, false, object, path, err) < 0 ||
	    check_fixed(out->family->needed, true, object, path, err) < 0 ||
	    check_fixed(switches, false, object, path, err) < 0 || check_changes(object, path, err) < 0)
		return -1;
	if (activation == NULL)
		return error_set(err, STATUS_INPUT, "%s: %s is missing", path, key);
	while (found < ACTIVATIONS && (name == NULL || strcmp(name, activation_names[found]) != 0))
		found++;
	if (found == ACTIVATIONS)
		return error_set(err, STATUS_INPUT, "%s: %s is %s, expected gelu, gelu_new or relu", path, key,
				 name ? name : "no string");
	out->activation = out->head_activation = (enum activation)found;
	return 0;
}

static int read_pad(struct encoder_shape *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *value = json_object_get(object, "pad_token_id");
	const bool absent = value == NULL || json_is_null(value);
	const json_int_t number = absent ? out->pad_id : json_is_integer(value) ? json_integer_value(value) : -1;

	if (number < 0 || (size_t)number >= out->vocabulary)
		return error_set(err, STATUS_INPUT,
				 "%s: pad_token_id%s: expected an integer from 0 to below vocab_size %zu", path,
				 absent ? ", where none is given" : "", out->vocabulary);
	out->pad_id = (int)number;
	return 0;
}

const char *const config_files[] = { "config.json", "bert_config.json", NULL };

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

/* What PEFT saves are adapters alone. */
static bool is_adapter(const char *model)
{
	char *path = path_join(model, "adapter_config.json");
	const bool there = path != NULL && file_exists(path);

	free(path);
	return there;
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
	if (is_adapter(model))
		rc = error_set(err, STATUS_INPUT,
			       "%s: adapter_config.json, and no model: merge the adapters into theirs "
			       "(merge_and_unload) and save that",
			       model);
	else if (folder != NULL)
		rc = error_set(err, STATUS_INPUT,
			       "%s: no config.json; by modules.json the encoder lies in %s: name %s/%s", model,
			       folder, model, folder);
	else
		rc = files_missing(model, config_files, "no config.json, and no bert_config.json", err);
	json_decref(modules);
	free(path);
	return rc;
}

/* The JSON of the file that is there, and its path in new memory. */
static int read_file(json_t **out, char **path, const char *model, struct error *err)
{
	*out = NULL;
	for (size_t i = 0; config_files[i] != NULL; i++) {
		*path = path_join(model, config_files[i]);
		if (*path == NULL)
			return error_memory(err, "path");
		if (file_exists(*path))
			return json_read_python(out, *path, err);
		free(*path);
		*path = NULL;
	}
	return missing(model, err);
}

int config_parse(struct encoder_shape *out, const json_t *object, const char *path, struct error *err)
{
	const struct family *family = find_family(object, path, err);

	*out = (struct encoder_shape){ 0 };
	if (family == NULL)
		return -1;
	*out = family_shape(family);
	if (read_kind(out, object, path, err) < 0 || read_sizes(out, family->sizes, object, path, err) < 0 ||
	    read_sizes(out, family->more_sizes, object, path, err) < 0 || check_heads(out, path, err) < 0 ||
	    read_reals(out, object, path, err) < 0 || read_pad(out, object, path, err) < 0)
		return -1;
	if (out->embedding == 0)
		out->embedding = out->hidden;
	if (family->read != NULL && family->read(out, object, path, err) < 0)
		return -1;
	if (family->complete != NULL)
		family->complete(out);
	if (out->positions <= out->first_position)
		return error_set(err, STATUS_INPUT, "%s: %s is %zu, expected more than %zu, where positions begin",
				 path, key_of(family, offsetof(struct encoder_shape, positions)), out->positions,
				 out->first_position);
	return 0;
}

int config_read(struct encoder_shape *out, const char *model, struct error *err)
{
	json_t *object;
	char *path = NULL;
	int rc = -1;

	*out = (struct encoder_shape){ 0 };
	if (read_file(&object, &path, model, err) == 0)
		rc = config_parse(out, object, path, err);
	json_decref(object);
	free(path);
	return rc;
}

int config_check_type(const char *model, struct error *err)
{
	struct error none;
	json_t *object;
	char *path = NULL;
	int rc = 0;

	if (read_file(&object, &path, model, &none) == 0)
		rc = find_family(object, path, err) == NULL ? -1 : 0;
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

int config_match_labels(size_t *out, const char *model, const char *const *labels, size_t count, struct error *err)
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

static int write_sizes(json_t *object, const struct encoder_shape *s, const struct size_key *key)
{
	int rc = 0;

	for (; key != NULL && key->name != NULL; key++)
		rc |= json_object_set_new(object, key->name,
					  json_integer((json_int_t)*size_at((struct encoder_shape *)s, key->offset)));
	return rc;
}

/* As fixed_key has it: JSON, or a string without its quotes. */
static json_t *fixed_value(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	return value != NULL ? value : json_string(text);
}

static json_t *config_object(const struct encoder_shape *s, const char *const *labels, size_t label_count)
{
	const struct family *family = s->family;
	char *class = text_format("%s%s", family->class, label_count ? "ForTokenClassification" : "Model");
	json_t *object = json_object();
	int rc = write_sizes(object, s, family->sizes) | write_sizes(object, s, family->more_sizes);

	for (const struct real_key *key = family->reals; key->name != NULL; key++) {
		double number = *real_at((struct encoder_shape *)s, key->offset);

		if (key->absent >= 0 || number != s->hidden_dropout)
			rc |= json_object_set_new(object, key->name, json_real(number));
	}
	for (const struct fixed_key *key = family->needed; key != NULL && key->name != NULL; key++)
		rc |= json_object_set_new(object, key->name, fixed_value(key->value));
	if (family->write != NULL)
		rc |= family->write(object, s);
	rc |= json_object_set_new(object, family->activation, json_string(activation_names[s->activation]));
	rc |= json_object_set_new(object, "model_type", json_string(family->model_type));
	rc |= json_object_set_new(object, "pad_token_id", json_integer(s->pad_id));
	rc |= class == NULL ? -1 : json_object_set_new(object, "architectures", json_pack("[s]", class));
	if (label_count > 0)
		rc |= add_labels(object, labels, label_count);
	free(class);
	if (rc != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

int config_write(const struct encoder_shape *c, const char *const *labels, size_t label_count, struct folder *folder,
		 const char *prefix, struct error *err)
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
