#include "encoder/model.h"

#include "base/array.h"
#include "base/random.h"
#include "encoder/directory.h"
#include "encoder/family.h"
#include "num/product.h"
#include "weights/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16 /* floats: a cache line */ };

static const char encoder_prefix[] = "bert.";
static const char head_weight[] = "classifier.weight", head_bias[] = "classifier.bias";

/* The tensors are gone through twice: matrices take the first part of the
 * arena, vectors the second. */
struct placing {
	struct encoder_model *model;
	bool vectors;
	size_t layer; /* from 0, of an encoder layer */
	int stage;    /* model_tensor.layer */
	const char *prefix;
};

/* What the family's files call a tensor of the encoder that BERT calls `name`. */
static void spell(char out[96], const struct family *family, size_t layer, const char *name)
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
	const size_t prefix = sizeof encoder_prefix - 1;
	struct encoder_model *m = at->model;
	struct model_tensor *p = &m->parameters[m->parameter_count++];

	*p = (struct model_tensor){ .shape = { rows, columns },
				    .rank = columns > 0 ? 2 : 1,
				    .offset = m->size,
				    .count = columns > 0 ? rows * columns : rows,
				    .layer = at->stage,
				    .decay = !at->vectors };
	snprintf(p->name, sizeof p->name, "%s%s", at->prefix, name);
	if (strncmp(p->name, encoder_prefix, prefix) == 0)
		spell(p->file, m->shape.family, at->layer, p->name + prefix);
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

static const char encoder_memory[] = "weights of the encoder";

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

/* Everything but the weights. */
static int lay_out_with(struct encoder_model *m, const struct encoder_shape *shape, enum head_kind head,
			size_t labels, size_t width, unsigned matrices, size_t rank, struct error *err)
{
	const size_t per_layer = 16, adapted = 6, others = 18, own = shape_own_layers(shape);

	*m = (struct encoder_model){
		.shape = *shape, .head_kind = head, .labels = labels, .width = width, .adapters.rank = rank
	};
	m->parameters = array_new(own * (per_layer + 2 * adapted) + others, 1, sizeof *m->parameters);
	m->layers = array_new(shape->layers, 1, sizeof *m->layers);
	m->adapters.items = matrices == 0 ? NULL : array_new(own, adapted, sizeof *m->adapters.items);
	if (m->parameters == NULL || m->layers == NULL || (matrices != 0 && m->adapters.items == NULL))
		return error_memory(err, encoder_memory);
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

static int lay_out(struct encoder_model *m, const struct encoder_shape *shape, enum head_kind head, size_t labels,
		   size_t width, struct error *err)
{
	return lay_out_with(m, shape, head, labels, width, 0, 0, err);
}

static int make_weights(struct encoder_model *m, struct error *err)
{
	m->weights = array_new(m->size, 1, sizeof *m->weights);
	return m->weights == NULL ? error_memory(err, encoder_memory) : 0;
}

int model_init(struct encoder_model *out, const struct encoder_shape *shape, enum head_kind head, size_t labels,
	       size_t width, struct error *err)
{
	if (lay_out(out, shape, head, labels, width, err) == 0 && make_weights(out, err) == 0)
		return 0;
	model_release(out);
	return -1;
}

void model_release(struct encoder_model *m)
{
	free(m->parameters);
	free(m->layers);
	free(m->weights);
	free(m->adapters.items);
	free(m->adapters.bases);
	free(m->adapters.spare);
	*m = (struct encoder_model){ 0 };
}

static void randomize(struct encoder_model *m, const struct model_tensor *p, uint64_t seed)
{
	float *w = m->weights + p->offset;
	const float fixed = ends(p->name, "orm.weight") ? 1.0f : 0.0f; /* of a norm: "LayerNorm.weight" */
	struct stream s;

	if (p->rank == 1) {
		for (size_t i = 0; i < p->count; i++)
			w[i] = fixed;
		return;
	}
	stream_init(&s, seed ^ seed_derive(0, p->name, "weights"));
	for (size_t i = 0; i < p->count; i++)
		w[i] = (float)(stream_normal(&s) * m->shape.initializer_range);
}

void model_randomize(struct encoder_model *m, uint64_t seed)
{
	for (size_t i = 0; i < m->parameter_count; i++)
		randomize(m, &m->parameters[i], seed);
	if (m->shape.pad_id >= 0 && (size_t)m->shape.pad_id < m->shape.vocabulary)
		memset(m->weights + m->words + (size_t)m->shape.pad_id * m->shape.embedding, 0,
		       m->shape.embedding * sizeof *m->weights);
}

void model_reinit(struct encoder_model *m, size_t layers, uint64_t seed)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (p->layer > (int)(m->shape.layers - layers) && p->layer <= (int)m->shape.layers)
			randomize(m, p, seed);
	}
}

/* A, by its own stream; B is zero as all that is new. */
static void begin_adapter(struct encoder_model *m, const struct adapter *a, uint64_t seed)
{
	const float bound = 1.0f / sqrtf((float)a->columns);
	struct stream s;

	for (size_t i = 0; i < m->parameter_count; i++)
		if (m->parameters[i].offset == a->a)
			stream_init(&s, seed ^ seed_derive(0, m->parameters[i].name, "weights"));
	for (size_t i = 0; i < m->adapters.rank * a->columns; i++)
		m->weights[a->a + i] = (float)(2.0 * stream_uniform(&s) - 1.0) * bound;
}

/* The weights and bases of a model that has adapters, from one that has none. */
static int fill_adapted(struct encoder_model *m, const struct encoder_model *plain, uint64_t seed, struct error *err)
{
	struct adapters *all = &m->adapters;
	size_t floats = 0, rows = 0;

	for (size_t i = 0; i < all->count; i++) {
		all->items[i].base = floats;
		floats += all->items[i].rows * all->items[i].columns;
		rows = all->items[i].rows > rows ? all->items[i].rows : rows;
	}
	all->bases = array_new(floats, 1, sizeof *all->bases);
	all->spare = array_new(rows, all->rank, sizeof *all->spare);
	if (all->bases == NULL || all->spare == NULL || make_weights(m, err) < 0)
		return error_memory(err, encoder_memory);
	for (size_t i = 0, k = 0; i < m->parameter_count; i++)
		if (!m->parameters[i].adapter) {
			memcpy(m->weights + m->parameters[i].offset, plain->weights + plain->parameters[k].offset,
			       m->parameters[i].count * sizeof *m->weights);
			k++;
		}
	for (size_t i = 0; i < all->count; i++) {
		const struct adapter *a = &all->items[i];

		memcpy(all->bases + a->base, m->weights + a->weight, a->rows * a->columns * sizeof *all->bases);
		begin_adapter(m, a, seed);
	}
	return 0;
}

int model_adapt(struct encoder_model *m, unsigned matrices, size_t rank, double scale, uint64_t seed,
		struct error *err)
{
	struct encoder_model adapted = { 0 };

	if (lay_out_with(&adapted, &m->shape, m->head_kind, m->labels, m->width, matrices, rank, err) < 0 ||
	    fill_adapted(&adapted, m, seed, err) < 0) {
		model_release(&adapted);
		return -1;
	}
	adapted.adapters.scale = scale;
	adapted.has_old_head = m->has_old_head;
	model_release(m);
	*m = adapted;
	return 0;
}

void model_merge(struct encoder_model *m)
{
	const struct adapters *all = &m->adapters;

	for (size_t i = 0; i < all->count; i++) {
		const struct adapter *a = &all->items[i];
		const struct matrix w = matrix_of(m->weights + a->weight, a->rows, a->columns);

		for (size_t k = 0; k < a->rows * all->rank; k++)
			all->spare[k] = (float)all->scale * m->weights[a->b + k];
		memcpy(w.data, all->bases + a->base, a->rows * a->columns * sizeof *w.data);
		product_nn(w, matrix_of(all->spare, a->rows, all->rank),
			   matrix_of(m->weights + a->a, all->rank, a->columns), true);
	}
}

static bool of_encoder(const struct model_tensor *p)
{
	return strncmp(p->name, encoder_prefix, sizeof encoder_prefix - 1) == 0;
}

/* Of a layer that is not there the list of tensors would be made first. */
static int check_depth(const struct encoder_shape *shape, const struct checkpoint *c, struct error *err)
{
	const size_t last = shape_own_layers(shape) - 1;
	char name[96], file[96];

	if (checkpoint_check_encoder(c, err) < 0)
		return -1;
	snprintf(name, sizeof name, "encoder.layer.%zu.output.dense.weight", last);
	spell(file, shape->family, last, name);
	return checkpoint_check(c, file, (size_t[]){ shape->hidden, shape->intermediate }, 2, err);
}

/* A masked language model goes on with the head that the file has; a classifier
 * is new, unless it is asked for. */
static bool is_read(const struct encoder_model *m, const struct model_tensor *p, const struct checkpoint *c)
{
	return of_encoder(p) || (m->head_kind == HEAD_MLM && checkpoint_has(c, p->file));
}

static bool is_known(const void *model, const char *name)
{
	const struct encoder_model *m = model;

	for (size_t i = 0; i < m->parameter_count; i++)
		if (strcmp(m->parameters[i].file, name) == 0)
			return true;
	return false;
}

/* Sizes that a config.json only claims are compared with the file's before any
 * memory is asked for. */
static int check_shapes(const struct encoder_model *m, const struct checkpoint *c, struct error *err)
{
	if (checkpoint_check_known(c, is_known, m, err) < 0)
		return -1;
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (is_read(m, p, c) && checkpoint_check(c, p->file, p->shape, p->rank, err) < 0)
			return -1;
	}
	return 0;
}

static int read_weights(struct encoder_model *m, const struct checkpoint *c, uint64_t head_seed, struct error *err)
{
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (!is_read(m, p, c))
			randomize(m, p, head_seed);
		else if (checkpoint_read(c, p->file, p->shape, p->rank, m->weights + p->offset, err) < 0)
			return -1;
	}
	return 0;
}

int model_load(struct encoder_model *out, const char *directory, enum head_kind head, size_t labels, size_t width,
	       uint64_t head_seed, struct error *err)
{
	struct encoder_shape shape;
	struct checkpoint *c = NULL;
	int rc = -1;

	*out = (struct encoder_model){ 0 };
	if (config_read(&shape, directory, err) < 0 || checkpoint_open(&c, directory, &shape.family->naming, err) < 0)
		return -1;
	if (check_depth(&shape, c, err) == 0 && lay_out(out, &shape, head, labels, width, err) == 0 &&
	    check_shapes(out, c, err) == 0 && make_weights(out, err) == 0)
		rc = read_weights(out, c, head_seed, err);
	out->has_old_head = head == HEAD_LINEAR && checkpoint_has(c, head_weight);
	checkpoint_close(c);
	if (rc < 0)
		model_release(out);
	return rc;
}

/* Rows of the file to rows of the model: label i is class classes[i]. */
static int read_head(struct encoder_model *m, const struct checkpoint *c, const size_t *classes, float *rows,
		     struct error *err)
{
	float *weight = m->weights + m->head.weight, *bias = m->weights + m->head.bias;

	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (strncmp(p->name, "head.", 5) == 0 &&
		    checkpoint_read(c, p->file, p->shape, p->rank, m->weights + p->offset, err) < 0)
			return -1;
	}
	if (checkpoint_read(c, head_weight, (size_t[]){ m->labels, m->width }, 2, rows, err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		memcpy(weight + i * m->width, rows + classes[i] * m->width, m->width * sizeof *rows);
	if (checkpoint_read(c, head_bias, (size_t[]){ m->labels }, 1, rows, err) < 0)
		return -1;
	for (size_t i = 0; i < m->labels; i++)
		bias[i] = rows[classes[i]];
	return 0;
}

int model_keep_head(struct encoder_model *m, const char *directory, const char *const *labels, struct error *err)
{
	size_t *classes = array_new(m->labels, 1, sizeof *classes);
	float *rows = array_new(m->labels, m->width, sizeof *rows);
	struct checkpoint *c = NULL;
	int rc = -1;

	if (classes == NULL || rows == NULL)
		error_memory(err, "head of the encoder");
	else if (checkpoint_open(&c, directory, &m->shape.family->naming, err) == 0 &&
		 checkpoint_check(c, head_weight, (size_t[]){ m->labels, m->width }, 2, err) == 0 &&
		 (rc = config_match_labels(classes, directory, labels, m->labels, err)) >= 0 &&
		 read_head(m, c, classes, rows, err) < 0)
		rc = -1;
	m->has_old_head = false;
	checkpoint_close(c);
	free(classes);
	free(rows);
	return rc;
}

int model_check_vocabulary(const struct encoder_model *m, const struct tokenizer *t, const char *directory,
			   struct error *err)
{
	const struct added_tokens *added = tokenizer_added(t);

	for (size_t i = 0; i < added->count; i++)
		if ((size_t)added->items[i].id >= m->shape.vocabulary &&
		    (size_t)added->items[i].id >= tokenizer_vocabulary_size(t))
			return error_set(err, STATUS_INPUT,
					 "%s: added token %s has id %d, but vocab_size is %zu: it has no embedding",
					 directory, added->items[i].content, added->items[i].id, m->shape.vocabulary);
	if (tokenizer_vocabulary_size(t) > m->shape.vocabulary)
		return error_set(err, STATUS_INPUT, "%s: %s has %zu pieces, but vocab_size is %zu", directory,
				 tokenizer_file(t), tokenizer_vocabulary_size(t), m->shape.vocabulary);
	return 0;
}

int model_check(const char *directory, const struct tokenizer *t, struct error *err)
{
	struct encoder_model m = { 0 };
	struct encoder_shape shape;
	struct checkpoint *c = NULL;
	int rc = -1;

	if (config_read(&shape, directory, err) < 0 || checkpoint_open(&c, directory, &shape.family->naming, err) < 0)
		return -1;
	if (check_depth(&shape, c, err) == 0 && lay_out(&m, &shape, HEAD_NONE, 0, 0, err) == 0 &&
	    check_shapes(&m, c, err) == 0)
		rc = model_check_vocabulary(&m, t, directory, err);
	checkpoint_close(c);
	model_release(&m);
	return rc;
}

int model_save(const struct encoder_model *m, const char *const *label_names, const char *tokenizer,
	       struct folder *folder, const char *prefix, struct error *err)
{
	struct named_tensor *tensors = array_new(m->parameter_count, 1, sizeof *tensors);
	char *name = text_format("%smodel.safetensors", prefix);
	size_t count = 0;
	int rc = -1;

	if (tensors == NULL || name == NULL) {
		error_memory(err, "list of tensors");
		goto done;
	}
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];

		if (p->adapter || (!of_encoder(p) && m->head_kind != HEAD_LINEAR))
			continue;
		tensors[count] =
			(struct named_tensor){ .name = p->file, .rank = p->rank, .data = m->weights + p->offset };
		memcpy(tensors[count++].shape, p->shape, sizeof p->shape);
	}
	if (config_write(&m->shape, label_names, label_names != NULL ? m->labels : 0, folder, prefix, err) < 0 ||
	    tokenizer_files_write(tokenizer, folder, prefix, err) < 0 ||
	    safetensors_write(tensors, count, folder, name, err) < 0)
		goto done;
	rc = 0;
done:
	free(tensors);
	free(name);
	return rc;
}
