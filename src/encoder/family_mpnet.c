/* MPNet (Song et al. 2020): positions behind those of the padding, no token types,
 * and a bias of attention by the distance, which all layers share. */
#include "encoder/family.h"

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
	.sizes = bert_sizes,
	.reals = bert_reals,
	.fixed = fixed,
	.activation = "hidden_act",
	.naming = { "mpnet.", marks, bert_parts },
	.spellings = spellings,
};
