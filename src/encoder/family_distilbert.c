/* DistilBERT (Sanh et al. 2019): no token types, no dropout of the attention's
 * output. */
#include "encoder/family.h"

static const struct size_key sizes[] = {
	{ "dim", offsetof(struct encoder_shape, hidden), LARGEST_SIZE },
	{ "n_layers", offsetof(struct encoder_shape, layers), MOST_LAYERS },
	{ "n_heads", offsetof(struct encoder_shape, heads), LARGEST_SIZE },
	{ "hidden_dim", offsetof(struct encoder_shape, intermediate), LARGEST_SIZE },
	{ "vocab_size", offsetof(struct encoder_shape, vocabulary), LARGEST_SIZE },
	{ "max_position_embeddings", offsetof(struct encoder_shape, positions), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

static const struct real_key reals[] = {
	{ "dropout", offsetof(struct encoder_shape, hidden_dropout), 0.1, 1 },
	{ "attention_dropout", offsetof(struct encoder_shape, attention_dropout), 0.1, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

/* Sinusoidal positions would be frozen in fine-tuning. */
static const struct fixed_key fixed[] = { { "sinusoidal_pos_embds", "false" }, { NULL, NULL } };

static const char *const marks[] = { "embeddings.word_embeddings.weight",
				     "transformer.layer.0.attention.q_lin.weight", NULL };
static const char *const parts[] = { "embeddings", "transformer", NULL };

static const struct tensor_spelling spellings[] = {
	{ "encoder.layer.%zu.attention.self.query.", "transformer.layer.%zu.attention.q_lin." },
	{ "encoder.layer.%zu.attention.self.key.", "transformer.layer.%zu.attention.k_lin." },
	{ "encoder.layer.%zu.attention.self.value.", "transformer.layer.%zu.attention.v_lin." },
	{ "encoder.layer.%zu.attention.output.dense.", "transformer.layer.%zu.attention.out_lin." },
	{ "encoder.layer.%zu.attention.output.LayerNorm.", "transformer.layer.%zu.sa_layer_norm." },
	{ "encoder.layer.%zu.intermediate.dense.", "transformer.layer.%zu.ffn.lin1." },
	{ "encoder.layer.%zu.output.dense.", "transformer.layer.%zu.ffn.lin2." },
	{ "encoder.layer.%zu.output.LayerNorm.", "transformer.layer.%zu.output_layer_norm." },
	{ NULL, NULL },
};

const struct family distilbert_family = {
	.model_type = "distilbert",
	.class = "DistilBert",
	/* No key says the norm's eps. */
	.start = { .drops_down = true, .head_dropout = -1, .layer_norm_eps = 1e-12 },
	.sizes = sizes,
	.reals = reals,
	.fixed = fixed,
	.activation = "activation",
	.naming = { "distilbert.", marks, parts },
	.spellings = spellings,
};
