/* ELECTRA (Clark et al. 2020): embeddings of another width, projected. */
#include "encoder/family.h"

static const char *const parts[] = { "embeddings", "encoder", NULL };

const struct family electra_family = {
	.model_type = "electra",
	.class = "Electra",
	.start = { .drops_out = true, .drops_down = true, .head_dropout = -1 },
	.sizes = bert_sizes,
	.more_sizes = projected_sizes,
	.reals = bert_reals,
	.fixed = bert_fixed,
	.activation = "hidden_act",
	.naming = { "electra.", bert_marks, parts },
};
