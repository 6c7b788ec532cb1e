#include "training/mlm_head.h"

#include "base/array.h"
#include "encoder/layer.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <stdlib.h>
#include <string.h>

static struct mlm_head *mlm(struct head *head)
{
	return (struct mlm_head *)head; /* its first member */
}

static int reserve(struct mlm_head *h, const struct encoder_model *model, size_t count, struct error *err)
{
	if (count <= h->room)
		return 0;
	mlm_head_release(h);
	if (head_reserve(&h->head, count, err) < 0)
		return -1;
	h->place = array_new(count, 1, sizeof *h->place);
	h->scores = array_new(count, model->shape.vocabulary, sizeof *h->scores);
	if (h->place == NULL || h->scores == NULL)
		return error_memory(err, "head of the encoder");
	if (dense_reserve(&h->dense, count, model->shape.hidden, model->shape.embedding, err) < 0)
		return -1;
	h->room = count;
	return 0;
}

static int begin(struct head *head, const struct encoder_model *model, const struct pack *pack, struct error *err)
{
	struct mlm_head *h = mlm(head);
	size_t count = 0;

	for (size_t i = 0; i < pack->count; i++)
		for (size_t p = 0; p < pack->sentences[i].length; p++)
			count += h->targets[h->start[pack->sentences[i].source] + p] >= 0;
	if (reserve(h, model, count, err) < 0)
		return -1;
	if (array_reserve(&h->first, &h->first_capacity, pack->count + 1, sizeof *h->first) < 0)
		return error_memory(err, "head of the encoder");
	head->count = 0;
	for (size_t i = 0; i < pack->count; i++) {
		const int32_t *targets = h->targets + h->start[pack->sentences[i].source];

		h->first[i] = head->count;
		for (size_t p = 0; p < pack->sentences[i].length; p++)
			if (targets[p] >= 0) {
				h->place[head->count] = (uint32_t)p;
				head->targets[head->count++] = targets[p];
			}
	}
	h->first[pack->count] = head->count;
	head->counted = head->count;
	return 0;
}

/* The masked rows of the group, copied from its output, or their gradients
 * added to it. */
static void move_rows(const struct mlm_head *h, const struct top *top, struct matrix rows, struct matrix masked,
		      bool back)
{
	const struct group *g = top->view.group;
	size_t next = 0;

	for (size_t i = g->first; i < g->first + g->count; i++)
		for (size_t e = h->first[i]; e < h->first[i + 1]; e++, next++) {
			float *row = matrix_row(rows, top->view.pack->sentences[i].row - g->row + h->place[e]);
			float *own = matrix_row(masked, next);

			memcpy(back ? row : own, back ? own : row, rows.columns * sizeof *row);
		}
}

static void backward(struct mlm_head *h, const struct top *top, size_t from, size_t count)
{
	const struct encoder_model *m = top->view.model;
	const size_t hidden = m->shape.hidden, wide = m->shape.embedding;
	const struct matrix scores = matrix_of(h->scores + from * m->shape.vocabulary, count, m->shape.vocabulary);
	const struct matrix d = matrix_of(top->scratch->narrow, count, wide);
	const struct matrix d_input = matrix_of(top->scratch->narrow, count, hidden);

	rows_sum(layer_gradient(&top->view, top->vectors, m->head.decoder_bias), scores);
	product_nn(d, scores, matrix_of(m->weights + m->words, m->shape.vocabulary, wide), false);
	dense_backward(&h->dense, top, from, d, d_input);
	memset(top->grad.data, 0, top->grad.rows * hidden * sizeof *top->grad.data);
	move_rows(h, top, top->grad, d_input, true);
}

static void group(struct head *head, const struct top *top)
{
	struct mlm_head *h = mlm(head);
	const struct encoder_model *m = top->view.model;
	const struct group *g = top->view.group;
	const size_t hidden = m->shape.hidden, wide = m->shape.embedding, vocabulary = m->shape.vocabulary;
	const size_t from = h->first[g->first], count = h->first[g->first + g->count] - from;
	const struct matrix scores = matrix_of(h->scores + from * vocabulary, count, vocabulary);

	move_rows(h, top, top->output, matrix_of(h->dense.input + from * hidden, count, hidden), false);
	dense_forward(&h->dense, top, from, count);
	product_nt(scores, matrix_of(h->dense.normed + from * wide, count, wide),
		   matrix_of(m->weights + m->words, vocabulary, wide), false);
	rows_bias(scores, m->weights + m->head.decoder_bias);
	head_score(head, from, scores);
	if (top->backward)
		backward(h, top, from, count);
}

static size_t products(const struct head *head, const struct encoder_model *model,
		       struct weight_product out[HEAD_PRODUCTS])
{
	const struct mlm_head *h = (const struct mlm_head *)head;

	out[0] = (struct weight_product){ .offset = model->words,
					  .dy = h->scores,
					  .x = h->dense.normed,
					  .rows = head->count,
					  .out = model->shape.vocabulary,
					  .in = model->shape.embedding };
	out[1] = dense_product(&h->dense, model, head->count);
	return 2;
}

void mlm_head_init(struct mlm_head *out, const int32_t *targets, const size_t *start)
{
	*out = (struct mlm_head){ .head = { .begin = begin, .group = group, .products = products },
				  .targets = targets,
				  .start = start };
}

void mlm_head_release(struct mlm_head *h)
{
	free(h->first);
	free(h->place);
	dense_release(&h->dense);
	free(h->scores);
	head_release(&h->head);
	mlm_head_init(h, h->targets, h->start);
}
