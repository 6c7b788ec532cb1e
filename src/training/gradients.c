#include "training/gradients.h"

#include "base/array.h"
#include "encoder/encoder.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILE_ROWS = 384, /* of a weight's gradient: what a task makes */
	TILE_COLUMNS = 256,
	PIECES_PER_TASK = 128,
	VECTOR_RANGE = 1 << 14, /* floats */
	UPDATE_RANGE = 1 << 16,
	ROWS_RANGE = 1 << 16, /* floats of embedding rows in a task of the update */
};

/* A part of a round. */
struct gradient_task {
	void (*run)(struct trainer *t, const struct gradient_task *task);
	size_t product, products; /* of a tile of their sum: the first in t->products, and how many */
	size_t from, count;       /* a range of something; a tile's rows */
	size_t column, columns;   /* a tile's */
	size_t offset;            /* of a matrix of embeddings in the arena */
	size_t active;            /* of its rows in t->active */
	const struct adamw *adamw;
	bool uncounted; /* not of the norm: what is trained is made of it */
	double *squares;
};

static int add_task(struct trainer *t, struct gradient_task task, struct error *err)
{
	if (array_reserve(&t->tasks, &t->task_capacity, t->task_count + 1, sizeof *t->tasks) < 0 ||
	    array_reserve(&t->squares, &t->squares_capacity, t->task_count + 1, sizeof *t->squares) < 0)
		return error_memory(err, "list of tasks");
	t->tasks[t->task_count++] = task;
	return 0;
}

static void run_task(void *arg, size_t task, unsigned thread)
{
	struct trainer *t = arg;

	(void)thread;
	t->tasks[task].run(t, &t->tasks[task]);
}

static void run_tasks(struct trainer *t, const struct context *ctx)
{
	for (size_t i = 0; i < t->task_count; i++) {
		t->squares[i] = 0.0;
		t->tasks[i].squares = &t->squares[i];
	}
	pool_run(ctx->pool, t->task_count, run_task, t);
}

/* A tile of gradient (out, in) = dyᵀ x, the sum over the layers where they share
 * the weight. Whole rows at once would read x from memory as often as there are
 * tasks, and tall tiles dy. */
static void weight_task(struct trainer *t, const struct gradient_task *task)
{
	const struct weight_product *p = &t->products[task->product];
	const struct matrix tile = { t->gradients + p->offset + task->from * p->in + task->column, task->count,
				     task->columns, p->in };

	for (size_t i = 0; i < task->products; i++) {
		const struct matrix dy = { p[i].dy + task->from, p[i].rows, task->count, p[i].out };
		const struct matrix x = { p[i].x + task->column, p[i].rows, task->columns, p[i].in };

		product_tn(tile, dy, x, i > 0);
	}
	for (size_t row = 0; !task->uncounted && row < tile.rows; row++)
		*task->squares += vector_squares(matrix_row(tile, row), tile.columns);
}

/* The groups' sums of a range of biases and layer norms, in the groups' order. */
static void vector_task(struct trainer *t, const struct gradient_task *task)
{
	const size_t base = t->model->vectors, stride = t->model->size - base;
	float *gradient = t->gradients + base + task->from;

	memcpy(gradient, t->vectors + task->from, task->count * sizeof *gradient);
	for (size_t g = 1; g < t->pack.group_count; g++)
		rows_add(matrix_of(gradient, 1, task->count),
			 matrix_of(t->vectors + g * stride + task->from, 1, task->count));
	*task->squares = vector_squares(gradient, task->count);
}

/* The first of a piece's rows in the batch. The embedding of padding is not trained
 * (padding_idx of torch.nn.Embedding), but in pre-training, where padding without a
 * position of its own may be the random piece in place of another. */
static int32_t trained_row(const struct trainer *t, int32_t id)
{
	const bool pretraining = t->model->head_kind == HEAD_MLM && t->model->shape.first_position == 0;

	return id == t->model->shape.pad_id && !pretraining ? -1 : t->chain_head[id];
}

/* Rows of the word embeddings: those of pieces from … from+count−1 of the list,
 * each the sum over its places in the batch. A decoder tied to them has left
 * its part there already. */
static void word_task(struct trainer *t, const struct gradient_task *task)
{
	const size_t h = t->model->shape.embedding;
	const bool tied = t->model->head_kind == HEAD_MLM;

	for (size_t i = task->from; i < task->from + task->count; i++) {
		float *gradient = t->gradients + t->model->words + (size_t)t->touched[i] * h;
		double before = tied ? vector_squares(gradient, h) : 0.0;

		for (int32_t row = trained_row(t, t->touched[i]); row >= 0; row = t->chain_next[row])
			rows_sum(gradient, matrix_of(t->activations.embedding.hat + (size_t)row * h, 1, h));
		*task->squares += vector_squares(gradient, h) - before;
	}
}

/* The embeddings of positions, and of type 0, the sum of all rows. */
static void position_task(struct trainer *t, const struct gradient_task *task)
{
	const struct encoder_shape *s = &t->model->shape;
	const size_t e = s->embedding, used = s->first_position + t->pack.longest;
	float *positions = t->gradients + t->model->positions, *type = t->gradients + t->model->types;

	(void)task;
	if (!shape_has_positions(s))
		return;
	memset(positions, 0, s->positions * e * sizeof *positions);
	if (s->types > 0)
		memset(type, 0, e * sizeof *type);
	for (size_t i = 0; i < t->pack.count; i++) {
		const struct packed_sentence *p = &t->pack.sentences[i];
		size_t next = s->first_position;

		for (size_t k = 0; k < p->length; k++) {
			const size_t row = encoder_position(s, p->ids[k], &next);
			const struct matrix d = matrix_of(t->activations.embedding.hat + (p->row + k) * e, 1, e);

			if (row >= s->first_position)
				rows_add(matrix_of(positions + row * e, 1, e), d);
			else if (s->types > 0) /* the position of padding is not trained */
				rows_add(matrix_of(type, 1, e), d);
		}
	}
	*task->squares = vector_squares(positions, used * e);
	if (s->types == 0)
		return;
	rows_sum(type, matrix_of(positions, used, e));
	*task->squares += vector_squares(type, e);
}

/* Rows from … to−1 of the gradient of one weight, the sum of `products` products, in tiles. */
static int add_tiles(struct trainer *t, size_t products, size_t from, size_t to, bool uncounted, struct error *err)
{
	const struct weight_product *p = &t->products[t->product_count - products];
	struct gradient_task task = { .run = weight_task,
				      .product = t->product_count - products,
				      .products = products,
				      .uncounted = uncounted };

	for (task.from = from; task.from < to; task.from += task.count) {
		task.count = to - task.from < TILE_ROWS ? to - task.from : TILE_ROWS;
		for (task.column = 0; task.column < p->in; task.column += task.columns) {
			task.columns = p->in - task.column < TILE_COLUMNS ? p->in - task.column : TILE_COLUMNS;
			if (add_task(t, task, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* The products of a layer's four weights; that of queries, keys and values is the last. */
enum { LAYER_PRODUCTS = 4 };
static void layer_products(const struct trainer *t, size_t layer, struct weight_product out[LAYER_PRODUCTS])
{
	const struct layer_places *l = &t->model->layers[layer];
	const struct layer_state *s = activations_layer(&t->activations, layer);
	const size_t rows = t->pack.rows, h = t->model->shape.hidden, wide = t->model->shape.intermediate;
	float *read = t->model->shape.norm_first && l->norm1 != NO_PLACE ? s->normed : s->input;

	out[0] = (struct weight_product){ l->down, s->d_down, s->act, rows, h, wide };
	out[1] = (struct weight_product){ l->up, s->pre, s->middle, rows, shape_up(&t->model->shape), h };
	out[2] = (struct weight_product){ l->out, s->d_out, s->context, rows, h, h };
	out[3] = (struct weight_product){ l->qkv, s->qkv, read, rows, 3 * h, h };
}

static bool is_adapted(const struct trainer *t, const struct model_tensor *p)
{
	for (size_t i = 0; i < t->model->adapters.count; i++)
		if (t->model->adapters.items[i].weight == p->offset)
			return true;
	return false;
}

/* The gradient of one weight, the sum of some products; of several tensors that are one
 * product, of those that are trained. */
static int add_products(struct trainer *t, const struct weight_product *p, size_t count, struct error *err)
{
	if (array_reserve(&t->products, &t->product_capacity, t->product_count + count, sizeof *t->products) < 0)
		return error_memory(err, "list of products");
	memcpy(t->products + t->product_count, p, count * sizeof *p);
	t->product_count += count;
	if (t->tuning == NULL)
		return add_tiles(t, count, 0, p->out, false, err);
	for (size_t i = 0; i < t->model->parameter_count; i++) {
		const struct model_tensor *own = &t->model->parameters[i];
		const bool trained = t->tuning->rates[i] > 0, inside = own->rank == 2 && own->offset >= p->offset &&
								       own->offset < p->offset + p->out * p->in;
		const size_t from = inside ? (own->offset - p->offset) / p->in : 0;

		if (inside && (trained || is_adapted(t, own)) &&
		    add_tiles(t, count, from, from + own->shape[0], !trained, err) < 0)
			return -1;
	}
	return 0;
}

/* What the table of distances adds to the last of them. */
static struct weight_product table_product(const struct trainer *t, size_t layer)
{
	const struct encoder_shape *s = &t->model->shape;

	return (struct weight_product){ t->model->layers[layer].qkv,
					relative_qkv(&t->relative, s, layer),
					relative_input(&t->relative, s, layer),
					t->relative.rows,
					3 * s->hidden,
					s->hidden };
}

/* Of the layers from `layer` on that share their weights. */
static int add_layers(struct trainer *t, size_t layer, size_t layers, struct error *err)
{
	struct weight_product *sums = array_new(2 * layers, 1, sizeof *sums), own[LAYER_PRODUCTS];
	int rc = sums == NULL ? error_memory(err, "list of products") : 0;

	for (size_t i = 0; rc == 0 && i < LAYER_PRODUCTS; i++) {
		size_t count = 0;

		for (size_t l = layer; l < layer + layers; l++) {
			layer_products(t, l, own);
			sums[count++] = own[i];
			if (t->model->shape.relative > 0 && i == LAYER_PRODUCTS - 1)
				sums[count++] = table_product(t, l);
		}
		rc = add_products(t, sums, count, err);
	}
	free(sums);
	return rc;
}

/* The gradient of the table of distances. */
static void table_task(struct trainer *t, const struct gradient_task *task)
{
	const struct relative *r = &t->relative;
	const size_t h = t->model->shape.hidden, rows = 2 * t->model->shape.relative;
	float *gradient = t->gradients + t->model->relative;

	memset(gradient, 0, rows * h * sizeof *gradient);
	memcpy(gradient + r->first * h, r->hat, r->rows * h * sizeof *gradient);
	*task->squares = vector_squares(gradient, rows * h);
}

/* Of the projection of the embeddings. */
static int add_project(struct trainer *t, struct error *err)
{
	const struct embedding_state *s = &t->activations.embedding;
	const struct encoder_shape *shape = &t->model->shape;
	const struct weight_product p = { t->model->project, s->d_project,  s->normed,
					  t->pack.rows,      shape->hidden, shape->embedding };

	return shape_is_projected(shape) ? add_products(t, &p, 1, err) : 0;
}

/* Forgets the rows of the batch before, and chains the rows of each piece. */
static void chain_rows(struct trainer *t)
{
	const struct encoder_shape *c = &t->model->shape;
	const size_t h = c->embedding;

	for (size_t i = 0; i < t->touched_count; i++) {
		memset(t->gradients + t->model->words + (size_t)t->touched[i] * h, 0, h * sizeof *t->gradients);
		t->chain_head[t->touched[i]] = -1;
	}
	t->touched_count = 0;
	for (size_t i = t->pack.count; i > 0; i--) {
		const struct packed_sentence *s = &t->pack.sentences[i - 1];

		for (size_t p = s->length; p > 0; p--) {
			int32_t id = s->ids[p - 1], row = (int32_t)(s->row + p - 1);

			if (t->chain_head[id] < 0)
				t->touched[t->touched_count++] = id;
			t->chain_next[row] = t->chain_head[id];
			t->chain_head[id] = row;
			t->active[id] = 1;
		}
	}
	if (shape_has_positions(c))
		memset(t->active + c->vocabulary, 1, c->first_position + t->pack.longest);
	if (c->types > 0)
		t->active[c->vocabulary + shape_position_rows(c)] = 1;
}

static int add_words(struct trainer *t, struct error *err)
{
	for (size_t from = 0; from < t->touched_count; from += PIECES_PER_TASK) {
		size_t rest = t->touched_count - from;

		if (add_task(t,
			     (struct gradient_task){ .run = word_task,
						     .from = from,
						     .count = rest < PIECES_PER_TASK ? rest : PIECES_PER_TASK },
			     err) < 0)
			return -1;
	}
	return 0;
}

/* The rate of the tensor that begins at a place of the arena. */
static float rate_at(const struct trainer *t, size_t offset)
{
	for (size_t i = 0; t->tuning != NULL && i < t->model->parameter_count; i++)
		if (t->model->parameters[i].offset == offset)
			return t->tuning->rates[i];
	return 1.0f;
}

static int add_vectors_from(struct trainer *t, size_t start, size_t count, struct error *err)
{
	for (size_t from = 0; from < count; from += VECTOR_RANGE)
		if (add_task(t,
			     (struct gradient_task){ .run = vector_task,
						     .from = start + from,
						     .count = count - from < VECTOR_RANGE ? count - from
											  : VECTOR_RANGE },
			     err) < 0)
			return -1;
	return 0;
}

/* The biases and norms that are trained. */
static int add_vectors(struct trainer *t, struct error *err)
{
	const struct encoder_model *m = t->model;

	if (t->tuning == NULL)
		return add_vectors_from(t, 0, m->size - m->vectors, err);
	for (size_t i = 0; i < m->parameter_count; i++)
		if (m->parameters[i].offset >= m->vectors && t->tuning->rates[i] > 0 &&
		    add_vectors_from(t, m->parameters[i].offset - m->vectors, m->parameters[i].count, err) < 0)
			return -1;
	return 0;
}

/* dA = s Bᵀ dW, dB = s dW Aᵀ. */
static void adapter_task(struct trainer *t, const struct gradient_task *task)
{
	const struct adapters *all = &t->model->adapters;
	const struct adapter *a = &all->items[task->from];
	const size_t rank = all->rank;
	const float scale = (float)all->scale;
	const struct matrix dw = matrix_of(t->gradients + a->weight, a->rows, a->columns);
	const struct matrix da = matrix_of(t->gradients + a->a, rank, a->columns);
	const struct matrix db = matrix_of(t->gradients + a->b, a->rows, rank);

	product_tn(da, matrix_of(t->model->weights + a->b, a->rows, rank), dw, false);
	product_nt(db, dw, matrix_of(t->model->weights + a->a, rank, a->columns), false);
	for (size_t i = 0; i < rank * a->columns; i++)
		da.data[i] *= scale;
	for (size_t i = 0; i < a->rows * rank; i++)
		db.data[i] *= scale;
	*task->squares = vector_squares(da.data, rank * a->columns) + vector_squares(db.data, a->rows * rank);
}

/* Those of layers that are trained. */
static int add_adapters(struct trainer *t, struct error *err)
{
	for (size_t i = 0; i < t->model->adapters.count; i++)
		if (rate_at(t, t->model->adapters.items[i].a) > 0 &&
		    add_task(t, (struct gradient_task){ .run = adapter_task, .from = i }, err) < 0)
			return -1;
	return 0;
}

static double sum_squares(const struct trainer *t)
{
	double total = 0.0;

	for (size_t i = 0; i < t->task_count; i++)
		total += t->squares[i];
	return total;
}

int gradients_of_weights(struct trainer *t, double *norm, const struct context *ctx, struct error *err)
{
	const struct encoder_model *m = t->model;
	const bool tied = m->head_kind == HEAD_MLM, embeds = rate_at(t, m->words) > 0;
	struct weight_product products[HEAD_PRODUCTS];
	size_t count = t->head->products(t->head, t->model, products);
	double total = 0.0;

	t->task_count = t->product_count = 0;
	chain_rows(t);
	for (size_t l = shape_own_layers(&m->shape); l > 0; l--)
		if (add_layers(t, l - 1, m->shape.shared ? m->shape.layers : 1, err) < 0)
			return -1;
	for (size_t i = 0; i < count; i++)
		if (add_products(t, &products[i], 1, err) < 0)
			return -1;
	if (add_project(t, err) < 0 ||
	    (m->shape.relative > 0 && rate_at(t, m->relative) > 0 &&
	     add_task(t, (struct gradient_task){ .run = table_task }, err) < 0) ||
	    add_vectors(t, err) < 0)
		return -1;
	if (embeds && (add_task(t, (struct gradient_task){ .run = position_task }, err) < 0 ||
		       (!tied && add_words(t, err) < 0)))
		return -1;
	run_tasks(t, ctx);
	total = sum_squares(t);
	if (tied || m->adapters.count > 0) {
		t->task_count = 0;
		if ((tied && add_words(t, err) < 0) || add_adapters(t, err) < 0)
			return -1;
		run_tasks(t, ctx);
		total += sum_squares(t);
	}
	*norm = sqrt(total > 0.0 ? total : total == total ? 0.0 : NAN);
	return 0;
}

static void update_range(struct trainer *t, const struct adamw *adamw, size_t from, size_t count)
{
	vector_adamw(t->model->weights + from, t->moments1 + from, t->moments2 + from, t->gradients + from, count,
		     adamw);
}

static void update_task(struct trainer *t, const struct gradient_task *task)
{
	update_range(t, task->adamw, task->from, task->count);
}

/* The rows from … from+count−1 of a matrix of embeddings that are active. */
static void update_rows_task(struct trainer *t, const struct gradient_task *task)
{
	const size_t h = t->model->shape.embedding, end = task->from + task->count;

	for (size_t row = task->from; row < end;) {
		size_t last = row;

		while (last < end && t->active[task->active + last])
			last++;
		if (last > row)
			update_range(t, task->adamw, task->offset + row * h, (last - row) * h);
		row = last > row ? last : row + 1;
	}
}

static int add_rows_update(struct trainer *t, const struct adamw *adamw, size_t offset, size_t active, size_t rows,
			   struct error *err)
{
	const size_t step = ROWS_RANGE / t->model->shape.embedding + 1;

	for (size_t from = 0; from < rows; from += step)
		if (add_task(t,
			     (struct gradient_task){ .run = update_rows_task,
						     .offset = offset,
						     .active = active,
						     .from = from,
						     .count = rows - from < step ? rows - from : step,
						     .adamw = adamw },
			     err) < 0)
			return -1;
	return 0;
}

static int add_update(struct trainer *t, const struct adamw *adamw, size_t start, size_t end, struct error *err)
{
	for (size_t from = start; from < end; from += UPDATE_RANGE)
		if (add_task(t,
			     (struct gradient_task){ .run = update_task,
						     .adamw = adamw,
						     .from = from,
						     .count = end - from < UPDATE_RANGE ? end - from : UPDATE_RANGE },
			     err) < 0)
			return -1;
	return 0;
}

/* The update of one tensor. */
static int add_tensor(struct trainer *t, const struct adamw *adamw, const struct model_tensor *p, struct error *err)
{
	const struct encoder_model *m = t->model;
	const struct encoder_shape *c = &m->shape;
	const size_t positions = c->vocabulary, types = c->vocabulary + shape_position_rows(c);

	if (p->offset == m->words)
		return add_rows_update(t, adamw, m->words, 0, c->vocabulary, err);
	if (shape_has_positions(c) && p->offset == m->positions)
		return add_rows_update(t, adamw, m->positions, positions, c->positions, err);
	if (c->types > 0 && p->offset == m->types)
		return add_rows_update(t, adamw, m->types, types, c->types, err);
	return add_update(t, adamw, p->offset, p->offset + p->count, err);
}

int gradients_update(struct trainer *t, const struct training_step *step, double norm, const struct context *ctx,
		     struct error *err)
{
	struct encoder_model *m = t->model;
	const double correction1 = 1.0 - pow(step->beta1, (double)step->t);
	const double correction2 = 1.0 - pow(step->beta2, (double)step->t);
	const double scale = step->clip > 0.0 ? step->clip / (norm + 1e-6) : 1.0;
	const double lr = step->lr * sqrt(correction2) / correction1, decay = step->lr * step->weight_decay;

	/* With weight decay every row moves; behind a tied decoder every word does. */
	if (step->weight_decay > 0.0)
		memset(t->active, 1, shape_embedding_rows(&m->shape));
	else if (m->head_kind == HEAD_MLM)
		memset(t->active, 1, m->shape.vocabulary);
	t->task_count = 0;
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];
		const double rate = (double)tuning_rate(t->tuning, i);

		t->steps[i] = (struct adamw){ .scale = scale < 1.0 ? (float)scale : 1.0f,
					      .beta1 = (float)step->beta1,
					      .beta2 = (float)step->beta2,
					      .rest1 = (float)(1.0 - step->beta1),
					      .rest2 = (float)(1.0 - step->beta2),
					      .eps = (float)step->eps,
					      .step = (float)(lr * rate),
					      .decay = p->decay ? (float)(decay * rate) : 0.0f };
		if (rate > 0 && add_tensor(t, &t->steps[i], p, err) < 0)
			return -1;
	}
	run_tasks(t, ctx);
	model_merge(m);
	return 0;
}
