/* RoBERTa (Liu et al. 2019): BERT with positions behind those of the padding; and
 * CamemBERT (Martin et al. 2020) and XLM-RoBERTa (Conneau et al. 2020), the same with
 * other vocabularies. */
#include "encoder/family.h"

static void complete(struct encoder_shape *shape)
{
	shape->first_position = (size_t)shape->pad_id + 1;
}

#define ROBERTA(type, name)                                                                                          \
	{                                                                                                            \
		.model_type = (type), .class = (name),                                                               \
		.start = { .drops_out = true, .drops_down = true, .head_dropout = -1, .pad_id = 1 },                 \
		.sizes = bert_sizes, .more_sizes = bert_types, .reals = bert_reals, .fixed = bert_fixed,             \
		.activation = "hidden_act", .complete = complete, .naming = { "roberta.", bert_marks, bert_parts },  \
	}

const struct family roberta_family = ROBERTA("roberta", "Roberta");
const struct family camembert_family = ROBERTA("camembert", "Camembert");
const struct family xlm_roberta_family = ROBERTA("xlm-roberta", "XLMRoberta");
