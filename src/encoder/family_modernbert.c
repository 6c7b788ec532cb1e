/* ModernBERT (Warner et al. 2024): rotary positions (Su et al. 2021), attention that is
 * global in some layers and local in the others, a gated feed-forward, norms first, no
 * biases. */
#include "encoder/family.h"

#include <string.h>

/* Of the layers that are global, which rotary bases config.json calls so. */
static const char *const kinds[2] = { "full_attention", "sliding_attention" };
static const char *const old_bases[2] = { "global_rope_theta", "local_rope_theta" };
static const double usual_bases[2] = { 160000.0, 10000.0 };

static const struct size_key local[] = {
	{ "local_attention", offsetof(struct encoder_shape, window), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

static const struct real_key reals[] = {
	{ "norm_eps", offsetof(struct encoder_shape, layer_norm_eps), 1e-5, 1 },
	{ "embedding_dropout", offsetof(struct encoder_shape, hidden_dropout), 0, 1 },
	{ "attention_dropout", offsetof(struct encoder_shape, attention_dropout), 0, 1 },
	{ "classifier_dropout", offsetof(struct encoder_shape, head_dropout), 0, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

static const struct fixed_key fixed[] = { { "norm_bias", "false" },
					  { "attention_bias", "false" },
					  { "mlp_bias", "false" },
					  { "classifier_bias", "false" },
					  { "classifier_activation", "gelu" },
					  { "sliding_window", "null" },
					  /* would be half of local_attention */ { NULL, NULL } };

/* "full_attention" in every so many layers from the first on: that number; 0 if they
 * lie otherwise. */
static size_t period_of(const json_t *types, size_t layers)
{
	size_t period = 0;

	if (json_array_size(types) != layers)
		return 0;
	for (size_t i = 0; i < layers; i++) {
		const char *type = json_string_value(json_array_get(types, i));
		const bool global = type != NULL && strcmp(type, kinds[0]) == 0;

		if (type == NULL || (!global && strcmp(type, kinds[1]) != 0))
			return 0;
		if (i > 0 && period == 0 && global)
			period = i;
		if (global != (i == 0 || (period > 0 && i % period == 0)))
			return 0;
	}
	return period > 0 ? period : layers;
}

/* Where both are there, layer_types is what counts. */
static int read_period(struct encoder_shape *out, const json_t *object, const char *path, struct error *err)
{
	const json_t *types = json_object_get(object, "layer_types");
	const json_t *every = json_object_get(object, "global_attn_every_n_layers");

	out->global_every = 3;
	if (types != NULL && !json_is_null(types))
		out->global_every = period_of(types, out->layers);
	else if (every != NULL)
		out->global_every = json_integer_value(every) > 0 ? (size_t)json_integer_value(every) : 0;
	if (out->global_every > 0)
		return 0;
	return error_set(err, STATUS_INPUT,
			 "%s: %s: expected full_attention in the first layer and every so many from there, "
			 "sliding_attention in the others",
			 path, types != NULL && !json_is_null(types) ? "layer_types" : "global_attn_every_n_layers");
}

/* {"full_attention": {"rope_theta": 160000.0, "rope_type": "default"}, …}, before that a
 * key for each. */
static int read_base(struct encoder_shape *out, size_t kind, const json_t *object, const char *path,
		     struct error *err)
{
	const json_t *all = json_object_get(object, "rope_parameters"), *own = json_object_get(all, kinds[kind]);
	const json_t *type = json_object_get(own, "rope_type"), *base = json_object_get(own, "rope_theta");

	if (type == NULL)
		type = json_object_get(own, "type"); /* its older name */
	if (all != NULL && !json_is_null(all) && !json_is_object(all))
		return error_set(err, STATUS_INPUT, "%s: rope_parameters: expected an object", path);
	if (type != NULL && (!json_is_string(type) || strcmp(json_string_value(type), "default") != 0))
		return error_set(err, STATUS_INPUT, "%s: rope_parameters: rope_type of %s is %s, expected default",
				 path, kinds[kind], json_is_string(type) ? json_string_value(type) : "no string");
	if (base == NULL)
		base = json_object_get(object, old_bases[kind]);
	out->rotary[kind] = base == NULL ? usual_bases[kind] : json_number_value(base);
	if (out->rotary[kind] > 0 && out->rotary[kind] < 1e300)
		return 0;
	return error_set(err, STATUS_INPUT, "%s: rope_theta of %s: expected a number above 0", path, kinds[kind]);
}

/* One rate stands for the three sites that have one each. */
static int check_dropout(const struct encoder_shape *s, const json_t *object, const char *path, struct error *err)
{
	const json_t *mlp = json_object_get(object, "mlp_dropout");
	const double rate = mlp == NULL ? 0 : json_number_value(mlp);

	if ((mlp == NULL || json_is_number(mlp)) && rate == s->hidden_dropout && rate == s->attention_dropout)
		return 0;
	return error_set(err, STATUS_INPUT,
			 "%s: embedding_dropout, attention_dropout and mlp_dropout: expected one number for all",
			 path);
}

static int read(struct encoder_shape *shape, const json_t *object, const char *path, struct error *err)
{
	shape->head_activation = ACTIVATION_GELU; /* `fixed` lets no other through */
	shape->window /= 2;
	if (shape->window == 0)
		return error_set(err, STATUS_INPUT, "%s: local_attention: expected 2 or more", path);
	if (shape->hidden / shape->heads % 2 != 0)
		return error_set(err, STATUS_INPUT, "%s: heads of %zu dimensions: expected an even number", path,
				 shape->hidden / shape->heads);
	if (read_period(shape, object, path, err) < 0 || check_dropout(shape, object, path, err) < 0)
		return -1;
	for (size_t kind = 0; kind < 2; kind++)
		if (read_base(shape, kind, object, path, err) < 0)
			return -1;
	return 0;
}

static int write(json_t *object, const struct encoder_shape *shape)
{
	json_t *types = json_array(), *bases = json_object();
	int rc = json_object_set_new(object, "local_attention", json_integer((json_int_t)(2 * shape->window)));

	rc |= json_object_set_new(object, "mlp_dropout", json_real(shape->hidden_dropout));
	for (size_t i = 0; i < shape->layers; i++)
		rc |= json_array_append_new(types, json_string(kinds[shape_is_local(shape, i)]));
	for (size_t kind = 0; kind < 2; kind++) {
		rc |= json_object_set_new(object, old_bases[kind], json_real(shape->rotary[kind]));
		rc |= json_object_set_new(
			bases, kinds[kind],
			json_pack("{s:f,s:s}", "rope_theta", shape->rotary[kind], "rope_type", "default"));
	}
	rc |= json_object_set_new(object, "global_attn_every_n_layers",
				  json_integer((json_int_t)shape->global_every));
	rc |= json_object_set_new(object, "layer_types", types);
	return rc | json_object_set_new(object, "rope_parameters", bases);
}

static const char *const marks[] = { "embeddings.tok_embeddings.weight", "layers.0.attn.Wqkv.weight", NULL };
static const char *const parts[] = { "embeddings", "layers", "final_norm", NULL };

static const struct tensor_spelling spellings[] = {
	{ "embeddings.word_embeddings.", "embeddings.tok_embeddings." },
	{ "embeddings.LayerNorm.", "embeddings.norm." },
	{ "encoder.layer.%zu.attention.self.qkv.", "layers.%zu.attn.Wqkv." },
	{ "encoder.layer.%zu.attention.output.dense.", "layers.%zu.attn.Wo." },
	{ "encoder.layer.%zu.attention.output.LayerNorm.", "layers.%zu.attn_norm." },
	{ "encoder.layer.%zu.intermediate.dense.", "layers.%zu.mlp.Wi." },
	{ "encoder.layer.%zu.output.dense.", "layers.%zu.mlp.Wo." },
	{ "encoder.layer.%zu.output.LayerNorm.", "layers.%zu.mlp_norm." },
	{ "encoder.final.LayerNorm.", "final_norm." },
	{ NULL, NULL },
};

const struct family modernbert_family = {
	.model_type = "modernbert",
	.class = "ModernBert",
	.start = { .norm_first = true,
		   .unbiased = true,
		   .gated = true,
		   .head_dense = true,
		   .drops_out = true,
		   .drops_gate = true,
		   .rotary = { 160000.0, 10000.0 },
		   .window = 64,
		   .global_every = 3,
		   .pad_id = 50283 },
	.sizes = bert_sizes,
	.more_sizes = local,
	.reals = reals,
	.fixed = fixed,
	.activation = "hidden_activation",
	.read = read,
	.write = write,
	.naming = { "model.", marks, parts },
	.joins_qkv = true,
	.spellings = spellings,
};
