/* RoBERTa (Liu et al. 2019): BERT with positions behind those of the padding. */
#include "encoder/family.h"

static void complete(struct encoder_shape *shape)
{
	shape->first_position = (size_t)shape->pad_id + 1;
}

const struct family roberta_family = {
	.model_type = "roberta",
	.class = "Roberta",
	.start = { .drops_out = true, .drops_down = true, .head_dropout = -1, .pad_id = 1 },
	.sizes = bert_sizes,
	.reals = bert_reals,
	.fixed = bert_fixed,
	.activation = "hidden_act",
	.complete = complete,
	.naming = { "roberta.", bert_marks, bert_parts },
};
