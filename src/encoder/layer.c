#include "encoder/layer.h"

#include "encoder/attention.h"
#include "encoder/encoder.h"
#include "num/product.h"

enum vector_activation layer_activation(enum activation activation)
{
	switch (activation) {
	case ACTIVATION_GELU_NEW:
		return VECTOR_GELU_TANH;
	case ACTIVATION_RELU:
		return VECTOR_RELU;
	default:
		return VECTOR_GELU;
	}
}

size_t layer_row(const struct group_view *v)
{
	return v->group->row - v->row_base;
}

struct matrix layer_rows(const struct group_view *v, float *data, size_t columns)
{
	return matrix_of(data + layer_row(v) * columns, v->group->rows, columns);
}

const float *layer_vector(const struct group_view *v, size_t place)
{
	return place == NO_PLACE ? NULL : v->model->weights + place;
}

float *layer_gradient(const struct group_view *v, float *vectors, size_t place)
{
	return place == NO_PLACE ? NULL : vectors + (place - v->model->vectors);
}

struct norm layer_norm_at(const struct group_view *v, size_t gamma, size_t beta)
{
	return (struct norm){ layer_vector(v, gamma), layer_vector(v, beta), (float)v->model->shape.layer_norm_eps };
}

struct dropout layer_draw(const struct group_view *v, uint8_t *mask, size_t n, bool drops, uint32_t site)
{
	if (!drops || v->dropout == NULL || v->dropout->hidden <= 0.0)
		return (struct dropout){ NULL, 1.0f };
	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *s = &v->pack->sentences[v->group->first + i];

		dropout_mask(mask + (s->row - v->row_base) * n, s->length * n, v->dropout->hidden, v->dropout->seed,
			     v->dropout->update, site, s->number);
	}
	return layer_drawn(v, mask, n, drops);
}

struct dropout layer_drawn(const struct group_view *v, const uint8_t *mask, size_t n, bool drops)
{
	if (!drops || v->dropout == NULL || v->dropout->hidden <= 0.0)
		return (struct dropout){ NULL, 1.0f };
	return (struct dropout){ mask + layer_row(v) * n, (float)(1.0 / (1.0 - v->dropout->hidden)) };
}

/* Turns queries and keys, or their gradients back. */
static void turn(const struct group_view *v, size_t layer, const struct layer_state *s, bool back,
		 struct encoder_scratch *w)
{
	const struct encoder_shape *shape = &v->model->shape;

	for (size_t i = 0; shape->rotary[0] > 0 && i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];
		float *rows = s->qkv + (sentence->row - v->row_base) * 3 * shape->hidden;

		rotary_turn(&w->rotary, shape, layer, matrix_of(rows, sentence->length, 3 * shape->hidden), back);
	}
}

void layer_attend(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix x,
		  struct encoder_scratch *w)
{
	const struct matrix qkv = layer_rows(v, s->qkv, 3 * v->model->shape.hidden);
	const float *bias = layer_vector(v, v->model->layers[layer].qkv_bias);

	product_packed(qkv, x, packing_layer(v->packing, v->model, layer, false)->qkv, false);
	if (bias != NULL)
		rows_bias(qkv, bias);
	turn(v, layer, s, false, w);
	attention_forward(v, layer, s, w);
}

void layer_attend_backward(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix d_x,
			   bool accumulate, struct encoder_scratch *w, float *vectors)
{
	const size_t h = v->model->shape.hidden;
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, true);
	const struct matrix qkv = layer_rows(v, s->qkv, 3 * h);
	const struct matrix d_context = matrix_of(w->narrow, v->group->rows, h);
	float *bias = layer_gradient(v, vectors, v->model->layers[layer].qkv_bias);

	product_packed(d_context, layer_rows(v, s->d_out, h), packed->out, false);
	attention_backward(v, layer, s, d_context, w, vectors);
	turn(v, layer, s, true, w);
	if (bias != NULL)
		rows_sum(bias, qkv);
	product_packed(d_x, qkv, packed->qkv, accumulate);
}

void layer_feed(const struct group_view *v, size_t layer, const struct layer_state *s)
{
	const struct encoder_shape *shape = &v->model->shape;
	const float *bias = layer_vector(v, v->model->layers[layer].up_bias);
	const struct matrix pre = layer_rows(v, s->pre, shape_up(shape));
	const struct matrix act = layer_rows(v, s->act, shape->intermediate);
	struct dropout d;

	product_packed(pre, layer_rows(v, s->middle, shape->hidden),
		       packing_layer(v->packing, v->model, layer, false)->up, false);
	if (shape->gated)
		rows_gate(act, pre, bias, layer_activation(v->model->shape.activation));
	else
		rows_activate(act, pre, bias, layer_activation(v->model->shape.activation));
	d = layer_draw(v, s->gate_mask, act.columns, shape->drops_gate, dropout_site(SITE_DOWN, layer));
	if (d.mask != NULL)
		rows_dropout(act, act, d);
}

void layer_feed_backward(const struct group_view *v, size_t layer, const struct layer_state *s, struct matrix d_act,
			 float *vectors)
{
	const struct encoder_shape *shape = &v->model->shape;
	const struct dropout d = layer_drawn(v, s->gate_mask, d_act.columns, shape->drops_gate);
	const struct matrix pre = layer_rows(v, s->pre, shape_up(shape));
	float *bias = layer_gradient(v, vectors, v->model->layers[layer].up_bias);

	if (d.mask != NULL)
		rows_dropout(d_act, d_act, d);
	if (shape->gated)
		rows_gate_backward(pre, d_act, bias, layer_activation(v->model->shape.activation));
	else
		rows_activate_backward(pre, d_act, bias, layer_activation(v->model->shape.activation));
}
