/* MPNet (Song et al. 2020): positions behind those of the padding, no token types,
 * and a bias of attention by the distance, which all layers share. */
#include "encoder/family.h"

static const struct size_key sizes[] = {
	{ "hidden_size", offsetof(struct encoder_shape, hidden), LARGEST_SIZE },
	{ "num_hidden_layers", offsetof(struct encoder_shape, layers), MOST_LAYERS },
	{ "num_attention_heads", offsetof(struct encoder_shape, heads), LARGEST_SIZE },
	{ "intermediate_size", offsetof(struct encoder_shape, intermediate), LARGEST_SIZE },
	{ "vocab_size", offsetof(struct encoder_shape, vocabulary), LARGEST_SIZE },
	{ "max_position_embeddings", offsetof(struct encoder_shape, positions), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

static const struct real_key reals[] = {
	{ "layer_norm_eps", offsetof(struct encoder_shape, layer_norm_eps), 1e-12, 1 },
	{ "hidden_dropout_prob", offsetof(struct encoder_shape, hidden_dropout), 0.1, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct encoder_shape, attention_dropout), 0.1, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

static const struct fixed_key fixed[] = { { "relative_attention_num_buckets", "32" }, { NULL, NULL } };

static const char *const marks[] = { "embeddings.word_embeddings.weight", "encoder.layer.0.attention.attn.q.weight",
				     NULL };

static const struct tensor_spelling spellings[] = {
	{ "encoder.layer.%zu.attention.self.query.", "encoder.layer.%zu.attention.attn.q." },
	{ "encoder.layer.%zu.attention.self.key.", "encoder.layer.%zu.attention.attn.k." },
	{ "encoder.layer.%zu.attention.self.value.", "encoder.layer.%zu.attention.attn.v." },
	{ "encoder.layer.%zu.attention.output.dense.", "encoder.layer.%zu.attention.attn.o." },
	{ "encoder.layer.%zu.attention.output.LayerNorm.", "encoder.layer.%zu.attention.LayerNorm." },
	{ NULL, NULL },
};

/* The first position and the buckets are constants of the architecture. */
const struct family mpnet_family = {
	.model_type = "mpnet",
	.class = "MPNet",
	.start = { .drops_out = true,
		   .drops_down = true,
		   .head_dropout = -1,
		   .first_position = 2,
		   .buckets = 32,
		   .farthest = 128,
		   .pad_id = 1 },
	.sizes = sizes,
	.reals = reals,
	.fixed = fixed,
	.activation = "hidden_act",
	.naming = { "mpnet.", marks, bert_parts },
	.spellings = spellings,
};
