/* BERT (Devlin et al. 2019). */
#include "encoder/family.h"

const struct size_key bert_sizes[] = {
	{ "hidden_size", offsetof(struct encoder_shape, hidden), LARGEST_SIZE },
	{ "num_hidden_layers", offsetof(struct encoder_shape, layers), MOST_LAYERS },
	{ "num_attention_heads", offsetof(struct encoder_shape, heads), LARGEST_SIZE },
	{ "intermediate_size", offsetof(struct encoder_shape, intermediate), LARGEST_SIZE },
	{ "vocab_size", offsetof(struct encoder_shape, vocabulary), LARGEST_SIZE },
	{ "max_position_embeddings", offsetof(struct encoder_shape, positions), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

const struct size_key bert_types[] = {
	{ "type_vocab_size", offsetof(struct encoder_shape, types), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

const struct size_key projected_sizes[] = {
	{ "embedding_size", offsetof(struct encoder_shape, embedding), LARGEST_SIZE },
	{ "type_vocab_size", offsetof(struct encoder_shape, types), LARGEST_SIZE },
	{ NULL, 0, 0 },
};

const struct real_key bert_reals[] = {
	{ "layer_norm_eps", offsetof(struct encoder_shape, layer_norm_eps), 1e-12, 1 },
	{ "hidden_dropout_prob", offsetof(struct encoder_shape, hidden_dropout), 0.1, 1 },
	{ "attention_probs_dropout_prob", offsetof(struct encoder_shape, attention_dropout), 0.1, 1 },
	{ "classifier_dropout", offsetof(struct encoder_shape, head_dropout), -1, 1 },
	{ "initializer_range", offsetof(struct encoder_shape, initializer_range), 0.02, 1e6 },
	{ NULL, 0, 0, 0 },
};

const struct fixed_key bert_fixed[] = { { "position_embedding_type", "absolute" }, { NULL, NULL } };

const char *const bert_marks[] = { "embeddings.word_embeddings.weight", "encoder.layer.0.attention.self.query.weight",
				   NULL };
const char *const bert_parts[] = { "embeddings", "encoder", "pooler", NULL };

const struct family bert_family = {
	.model_type = "bert",
	.class = "Bert",
	.start = { .drops_out = true, .drops_down = true, .head_dropout = -1 },
	.sizes = bert_sizes,
	.more_sizes = bert_types,
	.reals = bert_reals,
	.fixed = bert_fixed,
	.activation = "hidden_act",
	.naming = { "bert.", bert_marks, bert_parts },
};
