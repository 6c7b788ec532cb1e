/* ALBERT (Lan et al. 2020): one layer's weights in every layer, and embeddings of
 * another width, which are projected even where they are not. */
#include "encoder/family.h"

static const struct real_key reals[] = {
	{ "layer_norm_eps", offsetof(struct encoder_shape, layer_norm_eps), 1e-12, 1 },
	{ "hidden_dropout_prob", offsetof(struct encoder_shape, hidden_dropout), 0, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct encoder_shape, attention_dropout), 0, 1 },
	{ "classifier_dropout_prob", offsetof(struct encoder_shape, head_dropout), 0.1, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

static const struct fixed_key fixed[] = { { "position_embedding_type", "absolute" },
					  { "num_hidden_groups", "1" },
					  { "inner_group_num", "1" },
					  { NULL, NULL } };

#define LAYER "encoder.albert_layer_groups.0.albert_layers.0."

static const char *const marks[] = { "embeddings.word_embeddings.weight", LAYER "attention.query.weight", NULL };

static const struct tensor_spelling spellings[] = {
	{ "embeddings_project.", "encoder.embedding_hidden_mapping_in." },
	{ "encoder.layer.%zu.attention.self.query.", LAYER "attention.query." },
	{ "encoder.layer.%zu.attention.self.key.", LAYER "attention.key." },
	{ "encoder.layer.%zu.attention.self.value.", LAYER "attention.value." },
	{ "encoder.layer.%zu.attention.output.dense.", LAYER "attention.dense." },
	{ "encoder.layer.%zu.attention.output.LayerNorm.", LAYER "attention.LayerNorm." },
	{ "encoder.layer.%zu.intermediate.dense.", LAYER "ffn." },
	{ "encoder.layer.%zu.output.dense.", LAYER "ffn_output." },
	{ "encoder.layer.%zu.output.LayerNorm.", LAYER "full_layer_layer_norm." },
	{ NULL, NULL },
};

const struct family albert_family = {
	.model_type = "albert",
	.class = "Albert",
	.start = { .projected = true, .shared = true, .drops_out = true },
	.sizes = bert_sizes,
	.more_sizes = projected_sizes,
	.reals = reals,
	.fixed = fixed,
	.activation = "hidden_act",
	.naming = { "albert.", marks, bert_parts },
	.spellings = spellings,
};
