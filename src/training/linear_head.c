#include "training/linear_head.h"

#include "base/array.h"
#include "encoder/layer.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <stdlib.h>
#include <string.h>

static struct linear_head *linear(struct head *head)
{
	return (struct linear_head *)head; /* its first member */
}

static int reserve(struct linear_head *h, const struct encoder_model *model, size_t count, struct error *err)
{
	if (count <= h->room)
		return 0;
	linear_head_release(h);
	if (head_reserve(&h->head, count, err) < 0)
		return -1;
	h->features = array_new(count, model->width, sizeof *h->features);
	h->scores = array_new(count, model->labels, sizeof *h->scores);
	h->d_features = array_new(count, model->width, sizeof *h->d_features);
	h->mask = array_new(count, model->width, sizeof *h->mask);
	h->place = array_new(count, 1, sizeof *h->place);
	if (model->shape.head_dense && dense_reserve(&h->dense, count, model->width, model->width, err) < 0)
		return -1;
	if (h->features == NULL || h->scores == NULL || h->d_features == NULL || h->mask == NULL || h->place == NULL)
		return error_memory(err, "head of the encoder");
	h->room = count;
	return 0;
}

static int begin(struct head *head, const struct encoder_model *model, const struct pack *pack, struct error *err)
{
	struct linear_head *h = linear(head);
	size_t count = 0;

	for (size_t i = 0; i < pack->count; i++)
		count += h->encoding->first[pack->sentences[i].source + 1] -
			 h->encoding->first[pack->sentences[i].source];
	if (reserve(h, model, count, err) < 0)
		return -1;
	if (array_reserve(&h->start, &h->start_capacity, pack->count + 1, sizeof *h->start) < 0)
		return error_memory(err, "head of the encoder");
	head->count = head->counted = 0;
	for (size_t i = 0; i < pack->count; i++) {
		size_t source = pack->sentences[i].source;

		h->start[i] = head->count;
		for (size_t e = h->encoding->first[source]; e < h->encoding->first[source + 1]; e++) {
			h->place[head->count] = e;
			head->targets[head->count++] = h->labels[e];
			head->counted += h->labels[e] >= 0;
		}
	}
	h->start[pack->count] = head->count;
	return 0;
}

/* The rows of sentence i of the pack within the group's. */
static struct matrix sentence_rows(const struct top *top, struct matrix rows, size_t i)
{
	const struct packed_sentence *s = &top->view.pack->sentences[i];

	return (struct matrix){ matrix_row(rows, s->row - top->view.group->row), s->length, rows.columns,
				rows.stride };
}

static struct dropout drop_features(struct linear_head *h, const struct top *top, struct matrix features)
{
	const struct group_view *v = &top->view;
	const size_t width = v->model->width, from = h->start[v->group->first];
	struct dropout d = { NULL, 1.0f };

	if (v->dropout == NULL || v->dropout->head <= 0.0)
		return d;
	for (size_t i = v->group->first; i < v->group->first + v->group->count; i++)
		dropout_mask(h->mask + h->start[i] * width, (h->start[i + 1] - h->start[i]) * width, v->dropout->head,
			     v->dropout->seed, v->dropout->update,
			     dropout_site(SITE_ATTENTION, v->model->shape.layers), v->pack->sentences[i].number);
	d = (struct dropout){ h->mask + from * width, (float)(1.0 / (1.0 - v->dropout->head)) };
	rows_dropout(features, features, d);
	return d;
}

static void backward(struct linear_head *h, const struct top *top, struct matrix scores, struct dropout dropout)
{
	const struct encoder_model *m = top->view.model;
	const struct group *group = top->view.group;
	const size_t from = h->start[group->first];
	const struct matrix d = matrix_of(h->d_features + from * m->width, scores.rows, m->width);

	rows_sum(layer_gradient(&top->view, top->vectors, m->head.bias), scores);
	product_nn(d, scores, matrix_of(m->weights + m->head.weight, m->labels, m->width), false);
	rows_dropout(d, d, dropout);
	if (m->shape.head_dense)
		dense_backward(&h->dense, top, from, d, d);
	memset(top->grad.data, 0, top->grad.rows * top->grad.columns * sizeof *top->grad.data);
	for (size_t i = group->first; i < group->first + group->count; i++)
		for (size_t e = h->start[i]; e < h->start[i + 1]; e++)
			pooling_backward(sentence_rows(top, top->grad, i), h->encoding->kind, h->pooling,
					 &h->encoding->examples[h->place[e]], h->d_features + e * m->width);
}

static void group(struct head *head, const struct top *top)
{
	struct linear_head *h = linear(head);
	const struct encoder_model *m = top->view.model;
	const struct group *g = top->view.group;
	const size_t from = h->start[g->first], count = h->start[g->first + g->count] - from;
	const struct matrix features = matrix_of(h->features + from * m->width, count, m->width);
	const struct matrix scores = matrix_of(h->scores + from * m->labels, count, m->labels);
	float *pooled = (m->shape.head_dense ? h->dense.input : h->features) + from * m->width;
	struct dropout dropout;

	for (size_t i = g->first; i < g->first + g->count; i++)
		for (size_t e = h->start[i]; e < h->start[i + 1]; e++)
			pooling_forward(pooled + (e - from) * m->width, h->encoding->kind, h->pooling,
					&h->encoding->examples[h->place[e]], sentence_rows(top, top->output, i));
	if (m->shape.head_dense) {
		dense_forward(&h->dense, top, from, count);
		if (count > 0)
			memcpy(features.data, h->dense.normed + from * m->width,
			       count * m->width * sizeof *features.data);
	}
	dropout = drop_features(h, top, features);
	product_nt(scores, features, matrix_of(m->weights + m->head.weight, m->labels, m->width), false);
	rows_bias(scores, m->weights + m->head.bias);
	head_score(head, from, scores);
	if (top->backward)
		backward(h, top, scores, dropout);
}

static size_t products(const struct head *head, const struct encoder_model *model,
		       struct weight_product out[HEAD_PRODUCTS])
{
	const struct linear_head *h = (const struct linear_head *)head;

	out[0] = (struct weight_product){ .offset = model->head.weight,
					  .dy = h->scores,
					  .x = h->features,
					  .rows = head->count,
					  .out = model->labels,
					  .in = model->width };
	if (!model->shape.head_dense)
		return 1;
	out[1] = dense_product(&h->dense, model, head->count);
	return 2;
}

void linear_head_init(struct linear_head *out, const struct encoding *encoding, const int32_t *labels,
		      enum pooling pooling)
{
	*out = (struct linear_head){ .head = { .begin = begin, .group = group, .products = products },
				     .encoding = encoding,
				     .labels = labels,
				     .pooling = pooling };
}

void linear_head_release(struct linear_head *h)
{
	free(h->start);
	free(h->features);
	free(h->scores);
	free(h->d_features);
	free(h->mask);
	free(h->place);
	dense_release(&h->dense);
	head_release(&h->head);
	linear_head_init(h, h->encoding, h->labels, h->pooling);
}
