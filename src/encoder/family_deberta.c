/* DeBERTa, of the second and third version (He et al. 2021; 2023): disentangled positions
 * in place of embeddings of positions; no token types. */
#include "encoder/family.h"

#include <stdlib.h>
#include <string.h>

static const struct size_key buckets[] = {
	{ "position_buckets", offsetof(struct encoder_shape, relative), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

static const struct real_key reals[] = {
	{ "layer_norm_eps", offsetof(struct encoder_shape, layer_norm_eps), 1e-7, 1 },
	{ "hidden_dropout_prob", offsetof(struct encoder_shape, hidden_dropout), 0.1, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct encoder_shape, attention_dropout), 0.1, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

static const struct fixed_key fixed[] = { { "conv_kernel_size", "0" }, { NULL, NULL } };

static const struct fixed_key needed[] = {
	{ "relative_attention", "true" }, { "position_biased_input", "false" }, { "share_att_key", "true" },
	{ "norm_rel_ebd", "layer_norm" }, { "type_vocab_size", "0" },           { NULL, NULL },
};

/* A size that, where it is there, must be what the others say. */
static int check_size(const json_t *object, const char *key, size_t expected, const char *path, struct error *err)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL || json_is_null(value) ||
	    (json_is_integer(value) && json_integer_value(value) == (json_int_t)expected))
		return 0;
	return error_set(err, STATUS_INPUT, "%s: %s: expected %zu", path, key, expected);
}

/* ["p2c", "c2p"], or "p2c|c2p": both. */
static bool has_both(const json_t *types)
{
	const char *text = json_string_value(types);
	bool found[2] = { false, false };
	const json_t *type;
	size_t i;

	if (text != NULL)
		return strcmp(text, "p2c|c2p") == 0 || strcmp(text, "c2p|p2c") == 0;
	json_array_foreach((json_t *)types, i, type)
	{
		const char *name = json_string_value(type);

		if (name == NULL || (strcmp(name, "p2c") != 0 && strcmp(name, "c2p") != 0))
			return false;
		found[name[0] == 'c'] = true;
	}
	return found[0] && found[1];
}

/* The logarithms of the buckets need more positions than half the buckets; where no
 * sentence is so long, they are not used. */
static int check_buckets(const struct encoder_shape *s, const char *path, struct error *err)
{
	if (s->relative >= 4 && (s->farthest > s->relative / 2 + 1 || s->positions <= s->relative / 2 + 1))
		return 0;
	return error_set(err, STATUS_INPUT,
			 "%s: position_buckets is %zu, expected at least 4, and less than twice the %zu positions",
			 path, s->relative, s->farthest);
}

static int read(struct encoder_shape *shape, const json_t *object, const char *path, struct error *err)
{
	const json_t *farthest = json_object_get(object, "max_relative_positions");

	if (!has_both(json_object_get(object, "pos_att_type")))
		return error_set(err, STATUS_INPUT, "%s: pos_att_type: expected p2c and c2p", path);
	if (check_size(object, "embedding_size", shape->hidden, path, err) < 0 ||
	    check_size(object, "attention_head_size", shape->hidden / shape->heads, path, err) < 0)
		return -1;
	if (farthest != NULL && (!json_is_integer(farthest) || json_integer_value(farthest) > LARGEST_SIZE))
		return error_set(err, STATUS_INPUT, "%s: max_relative_positions: expected an integer up to %d", path,
				 LARGEST_SIZE);
	shape->farthest = json_integer_value(farthest) < 1 ? shape->positions : (size_t)json_integer_value(farthest);
	return check_buckets(shape, path, err);
}

/* Of an encoder that is made here. */
static void complete(struct encoder_shape *shape)
{
	if (shape->farthest == 0)
		shape->farthest = shape->positions;
}

static int write(json_t *object, const struct encoder_shape *shape)
{
	return json_object_set_new(object, "pos_att_type", json_pack("[ss]", "p2c", "c2p")) |
	       json_object_set_new(object, "max_relative_positions", json_integer((json_int_t)shape->farthest));
}

static const char *const marks[] = { "embeddings.word_embeddings.weight",
				     "encoder.layer.0.attention.self.query_proj.weight", NULL };

static const char *const parts[] = { "embeddings", "encoder", NULL }; /* a pooler stands beside it */

static const struct tensor_spelling spellings[] = {
	{ "encoder.layer.%zu.attention.self.query.", "encoder.layer.%zu.attention.self.query_proj." },
	{ "encoder.layer.%zu.attention.self.key.", "encoder.layer.%zu.attention.self.key_proj." },
	{ "encoder.layer.%zu.attention.self.value.", "encoder.layer.%zu.attention.self.value_proj." },
	{ "encoder.relative_embeddings.", "encoder.rel_embeddings." },
	{ "encoder.relative.LayerNorm.", "encoder.LayerNorm." },
	{ NULL, NULL },
};

const struct family deberta_family = {
	.model_type = "deberta-v2",
	.class = "DebertaV2",
	.start = { .drops_out = true, .drops_down = true, .head_dropout = -1, .relative = 32 },
	.sizes = bert_sizes,
	.more_sizes = buckets,
	.reals = reals,
	.fixed = fixed,
	.needed = needed,
	.activation = "hidden_act",
	.complete = complete,
	.read = read,
	.write = write,
	.naming = { "deberta.", marks, parts },
	.spellings = spellings,
};
