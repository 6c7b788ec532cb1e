#include "encoder/model_layout.h"

#include "base/array.h"
#include "encoder/family.h"

#include <stdio.h>
#include <string.h>

enum { ALIGNMENT = 16 /* floats: a cache line */ };

const char model_memory[] = "weights of the encoder";
const char model_prefix[] = "bert.";
const char model_head_weight[] = "classifier.weight", model_head_bias[] = "classifier.bias";

/* The tensors are gone through twice: matrices take the first part of the
 * arena, vectors the second. */
struct placing {
	struct encoder_model *model;
	bool vectors;
	size_t layer; /* from 0, of an encoder layer */
	int stage;    /* model_tensor.layer */
	const char *prefix;
};

void model_spell(char out[96], const struct family *family, size_t layer, const char *name)
{
	for (const struct tensor_spelling *s = family->spellings; s != NULL && s->bert != NULL; s++) {
		char bert[96], ours[96];
		size_t length = (size_t)snprintf(bert, sizeof bert, s->bert, layer);

		if (strncmp(name, bert, length) != 0)
			continue;
		snprintf(ours, sizeof ours, s->family, layer);
		snprintf(out, 96, "%s%s%s", family->naming.prefix, ours, name + length);
		return;
	}
	snprintf(out, 96, "%s%s", family->naming.prefix, name);
}

static void add_tensor(const struct placing *at, size_t *offset, const char *name, size_t rows, size_t columns)
{
	const size_t prefix = strlen(model_prefix);
	struct encoder_model *m = at->model;
	struct model_tensor *p = &m->parameters[m->parameter_count++];

	*p = (struct model_tensor){ .shape = { rows, columns },
				    .rank = columns > 0 ? 2 : 1,
				    .offset = m->size,
				    .count = columns > 0 ? rows * columns : rows,
				    .layer = at->stage,
				    .decay = !at->vectors };
	snprintf(p->name, sizeof p->name, "%s%s", at->prefix, name);
	if (strncmp(p->name, model_prefix, prefix) == 0)
		model_spell(p->file, m->shape.family, at->layer, p->name + prefix);
	else
		snprintf(p->file, sizeof p->file, "%s", p->name);
	if (offset != NULL)
		*offset = p->offset;
	m->size += p->count;
}

/* Appends a tensor, a vector if `columns` is 0; `aligned` starts a new cache
 * line, else it follows the one before without a gap. */
static void place(const struct placing *at, size_t *offset, const char *name, size_t rows, size_t columns,
		  bool aligned)
{
	struct encoder_model *m = at->model;

	if (at->vectors != (columns == 0))
		return;
	if (aligned)
		m->size = (m->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	add_tensor(at, offset, name, rows, columns);
}

/* A bias, a vector that does not begin a cache line unless it is `aligned`, where
 * the model has biases. */
static void place_bias(const struct placing *at, size_t *offset, const char *name, size_t rows, bool aligned)
{
	if (!at->model->shape.unbiased)
		place(at, offset, name, rows, 0, aligned);
	else if (offset != NULL)
		*offset = NO_PLACE;
}

static void place_embeddings(struct encoder_model *m, bool vectors)
{
	const struct placing at = { m, vectors, 0, 0, "bert.embeddings." }, outside = { m, vectors, 0, 0, "bert." };
	const struct encoder_shape *s = &m->shape;

	place(&at, &m->words, "word_embeddings.weight", s->vocabulary, s->embedding, true);
	if (shape_has_positions(s))
		place(&at, &m->positions, "position_embeddings.weight", s->positions, s->embedding, true);
	if (s->types > 0)
		place(&at, &m->types, "token_type_embeddings.weight", s->types, s->embedding, true);
	if (!vectors)
		m->rest = (m->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	place(&at, &m->norm, "LayerNorm.weight", s->embedding, 0, true);
	place_bias(&at, &m->norm_bias, "LayerNorm.bias", s->embedding, true);
	if (shape_is_projected(s)) {
		place(&outside, &m->project, "embeddings_project.weight", s->hidden, s->embedding, true);
		place_bias(&outside, &m->project_bias, "embeddings_project.bias", s->hidden, true);
	}
	/* A table of a few numbers, whose gradient is summed as that of a bias. */
	if (s->buckets > 0 && vectors)
		add_tensor(&outside, &m->distances, "encoder.relative_attention_bias.weight", s->buckets, s->heads);
}

static void place_attention(const struct placing *at, struct layer_places *l, size_t h)
{
	if (at->model->shape.family->joins_qkv)
		place(at, &l->qkv, "attention.self.qkv.weight", 3 * h, h, true);
	else {
		place(at, &l->qkv, "attention.self.query.weight", h, h, true);
		place(at, NULL, "attention.self.key.weight", h, h, false);
		place(at, NULL, "attention.self.value.weight", h, h, false);
	}
	place_bias(at, &l->qkv_bias, "attention.self.query.bias", h, true);
	place_bias(at, NULL, "attention.self.key.bias", h, false);
	place_bias(at, NULL, "attention.self.value.bias", h, false);
	place(at, &l->out, "attention.output.dense.weight", h, h, true);
	place_bias(at, &l->out_bias, "attention.output.dense.bias", h, true);
	l->norm1 = l->norm1_bias = NO_PLACE;
	if (at->model->shape.norm_first && at->layer == 0)
		return; /* the embeddings' is before it */
	place(at, &l->norm1, "attention.output.LayerNorm.weight", h, 0, true);
	place_bias(at, &l->norm1_bias, "attention.output.LayerNorm.bias", h, true);
}

/* The table of distances, which is a matrix as any. */
static void place_relative(struct encoder_model *m, bool vectors)
{
	const struct placing at = { m, vectors, 0, 0, "bert.encoder." };
	const size_t h = m->shape.hidden;

	if (m->shape.relative == 0)
		return;
	place(&at, &m->relative, "relative_embeddings.weight", 2 * m->shape.relative, h, true);
	place(&at, &m->relative_norm, "relative.LayerNorm.weight", h, 0, true);
	place_bias(&at, &m->relative_norm_bias, "relative.LayerNorm.bias", h, true);
}

static void place_layer(struct encoder_model *m, size_t i, bool vectors)
{
	const size_t h = m->shape.hidden, wide = m->shape.intermediate, up = shape_up(&m->shape);
	struct layer_places *l = &m->layers[i];
	char prefix[64];
	const struct placing at = { m, vectors, i, (int)i + 1, prefix };

	snprintf(prefix, sizeof prefix, "bert.encoder.layer.%zu.", i);
	place_attention(&at, l, h);
	place(&at, &l->up, "intermediate.dense.weight", up, h, true);
	place_bias(&at, &l->up_bias, "intermediate.dense.bias", up, true);
	place(&at, &l->down, "output.dense.weight", h, wide, true);
	place_bias(&at, &l->down_bias, "output.dense.bias", h, true);
	place(&at, &l->norm2, "output.LayerNorm.weight", h, 0, true);
	place_bias(&at, &l->norm2_bias, "output.LayerNorm.bias", h, true);
}

static void place_final_norm(struct encoder_model *m, bool vectors)
{
	const struct placing at = { m, vectors, 0, (int)m->shape.layers, "bert.encoder.final." };

	if (!m->shape.norm_first)
		return;
	place(&at, &m->final_norm, "LayerNorm.weight", m->shape.hidden, 0, true);
	place_bias(&at, &m->final_norm_bias, "LayerNorm.bias", m->shape.hidden, true);
}

static void place_head(struct encoder_model *m, bool vectors)
{
	const size_t h = m->shape.hidden, e = m->shape.embedding;
	struct placing at = { m, vectors, 0, (int)m->shape.layers + 1, "head." };

	if (m->head_kind == HEAD_LINEAR) {
		if (m->shape.head_dense) {
			place(&at, &m->head.dense, "dense.weight", m->width, m->width, true);
			place_bias(&at, &m->head.dense_bias, "dense.bias", m->width, true);
			place(&at, &m->head.norm, "norm.weight", m->width, 0, true);
			place_bias(&at, &m->head.norm_bias, "norm.bias", m->width, true);
		}
		at.prefix = "classifier.";
		place(&at, &m->head.weight, "weight", m->labels, m->width, true);
		place(&at, &m->head.bias, "bias", m->labels, 0, true);
	} else if (m->head_kind == HEAD_MLM) {
		at.prefix = "cls.predictions.";
		place(&at, &m->head.dense, "transform.dense.weight", e, h, true);
		place_bias(&at, &m->head.dense_bias, "transform.dense.bias", e, true);
		place(&at, &m->head.norm, "transform.LayerNorm.weight", e, 0, true);
		place_bias(&at, &m->head.norm_bias, "transform.LayerNorm.bias", e, true);
		place(&at, &m->head.decoder_bias, "bias", m->shape.vocabulary, 0, true);
	}
}

static bool ends(const char *text, const char *with)
{
	const size_t length = strlen(text), end = strlen(with);

	return length >= end && strcmp(text + length - end, with) == 0;
}

unsigned model_matrix(const struct model_tensor *p)
{
	static const struct {
		const char *name;
		unsigned matrix;
	} names[] = { { "attention.self.query.weight", MATRIX_QUERY },
		      { "attention.self.key.weight", MATRIX_KEY },
		      { "attention.self.value.weight", MATRIX_VALUE },
		      { "attention.self.qkv.weight", MATRIX_QUERY | MATRIX_KEY | MATRIX_VALUE },
		      { "attention.output.dense.weight", MATRIX_OUTPUT },
		      { "intermediate.dense.weight", MATRIX_UP },
		      { "output.dense.weight", MATRIX_DOWN } };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (ends(p->name, names[i].name))
			return names[i].matrix;
	return 0;
}

/* "….query.weight" → "….query.lora_A.weight", in both names. */
static size_t place_adapter(struct encoder_model *m, const struct model_tensor *of, const char *part, size_t rows,
			    size_t columns)
{
	const size_t tail = sizeof "weight" - 1;
	struct model_tensor *p;

	m->size = (m->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	p = &m->parameters[m->parameter_count++];
	*p = (struct model_tensor){ .shape = { rows, columns },
				    .rank = 2,
				    .offset = m->size,
				    .count = rows * columns,
				    .layer = of->layer,
				    .decay = true,
				    .adapter = true };
	snprintf(p->name, sizeof p->name, "%.*s%s.weight", (int)(strlen(of->name) - tail), of->name, part);
	snprintf(p->file, sizeof p->file, "%.*s%s.weight", (int)(strlen(of->file) - tail), of->file, part);
	m->size += p->count;
	return p->offset;
}

/* Behind all other matrices; those of layers have been placed. */
static void place_adapters(struct encoder_model *m, unsigned matrices)
{
	const size_t placed = m->parameter_count;

	for (size_t i = 0; matrices != 0 && i < placed; i++) {
		const struct model_tensor *p = &m->parameters[i];
		struct adapter *a = &m->adapters.items[m->adapters.count];

		if ((model_matrix(p) & matrices) == 0)
			continue;
		*a = (struct adapter){ .weight = p->offset, .rows = p->shape[0], .columns = p->shape[1] };
		a->a = place_adapter(m, p, "lora_A", m->adapters.rank, a->columns);
		a->b = place_adapter(m, p, "lora_B", a->rows, m->adapters.rank);
		m->adapters.count++;
	}
}

int model_lay_out(struct encoder_model *m, const struct encoder_shape *shape, enum head_kind head, size_t labels,
		  size_t width, unsigned matrices, size_t rank, struct error *err)
{
	const size_t per_layer = 16, adapted = 6, others = 18, own = shape_own_layers(shape);

	*m = (struct encoder_model){
		.shape = *shape, .head_kind = head, .labels = labels, .width = width, .adapters.rank = rank
	};
	m->parameters = array_new(own * (per_layer + 2 * adapted) + others, 1, sizeof *m->parameters);
	m->layers = array_new(shape->layers, 1, sizeof *m->layers);
	m->adapters.items = matrices == 0 ? NULL : array_new(own, adapted, sizeof *m->adapters.items);
	if (m->parameters == NULL || m->layers == NULL || (matrices != 0 && m->adapters.items == NULL))
		return error_memory(err, model_memory);
	for (int vectors = 0; vectors < 2; vectors++) {
		m->size = (m->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		if (vectors)
			m->vectors = m->size;
		place_embeddings(m, vectors);
		place_relative(m, vectors);
		for (size_t i = 0; i < own; i++)
			place_layer(m, i, vectors);
		place_final_norm(m, vectors);
		place_head(m, vectors);
		if (!vectors)
			place_adapters(m, matrices);
	}
	for (size_t i = own; i < shape->layers; i++)
		m->layers[i] = m->layers[0];
	m->size = (m->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return 0;
}
