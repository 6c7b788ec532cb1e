#include "encoder/encoder.h"

#include "encoder/attention.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <string.h>

static size_t row_of(const struct group_view *v)
{
	return v->group->row - v->row_base;
}

/* The group's rows of an array of the batch. */
static struct matrix rows_of(const struct group_view *v, float *data, size_t columns)
{
	return matrix_of(data + row_of(v) * columns, v->group->rows, columns);
}

static const float *weight(const struct group_view *v, size_t offset)
{
	return v->model->weights + offset;
}

/* Draws the masks of the group's rows, of n elements each, at a site. */
static struct dropout draw_rows(const struct group_view *v, uint8_t *mask, size_t n, uint32_t site)
{
	if (v->dropout == NULL || v->dropout->hidden <= 0.0)
		return (struct dropout){ NULL, 1.0f };
	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *s = &v->pack->sentences[v->group->first + i];

		dropout_mask(mask + (s->row - v->row_base) * n, s->length * n, v->dropout->hidden, v->dropout->seed,
			     v->dropout->update, site, s->number);
	}
	return (struct dropout){ mask + row_of(v) * n, (float)(1.0 / (1.0 - v->dropout->hidden)) };
}

/* The masks drawn before. */
static struct dropout drawn_rows(const struct group_view *v, const uint8_t *mask, size_t n)
{
	if (v->dropout == NULL || v->dropout->hidden <= 0.0)
		return (struct dropout){ NULL, 1.0f };
	return (struct dropout){ mask + row_of(v) * n, (float)(1.0 / (1.0 - v->dropout->hidden)) };
}

static struct norm norm_at(const struct group_view *v, size_t gamma, size_t beta)
{
	return (struct norm){ weight(v, gamma), weight(v, beta), (float)v->model->shape.layer_norm_eps };
}

enum vector_activation encoder_activation(const struct encoder_model *m)
{
	switch (m->shape.activation) {
	case ACTIVATION_GELU_NEW:
		return VECTOR_GELU_TANH;
	case ACTIVATION_RELU:
		return VECTOR_RELU;
	default:
		return VECTOR_GELU;
	}
}

void encoder_embed(const struct group_view *v, const struct embedding_state *s)
{
	const struct encoder_model *m = v->model;
	const size_t e = m->shape.embedding, h = m->shape.hidden;
	const float *type = weight(v, m->types);
	const struct matrix hat = rows_of(v, s->hat, e), normed = rows_of(v, s->normed, e);
	const struct matrix output = rows_of(v, s->output, h), none = { 0 };

	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		size_t next = m->shape.first_position;

		for (size_t t = 0; t < sentence->length; t++) {
			const float *word = weight(v, m->words) + (size_t)sentence->ids[t] * e;
			const float *position =
				weight(v, m->positions) + encoder_position(&m->shape, sentence->ids[t], &next) * e;
			float *x = s->hat + (sentence->row - v->row_base + t) * e;

			if (m->shape.types > 0)
				for (size_t j = 0; j < e; j++)
					x[j] = word[j] + type[j] + position[j];
			else
				for (size_t j = 0; j < e; j++)
					x[j] = word[j] + position[j];
		}
	}
	rows_norm(normed, hat, s->inverse + row_of(v), NULL, (struct dropout){ NULL, 1.0f }, none,
		  norm_at(v, m->norm, m->norm_bias));
	rows_dropout(normed, normed, draw_rows(v, s->mask, e, SITE_EMBEDDINGS));
	if (!shape_is_projected(&m->shape))
		return;
	product_packed(output, normed, v->packing->project[0], false);
	rows_bias(output, weight(v, m->project_bias));
}

/* The dropout of a layer's output, where the shape has it there. */
static struct dropout draw_output(const struct group_view *v, uint8_t *mask, bool drops, uint32_t site, size_t layer)
{
	return drops ? draw_rows(v, mask, v->model->shape.hidden, dropout_site(site, layer))
		     : (struct dropout){ NULL, 1.0f };
}

static struct dropout drawn_output(const struct group_view *v, const uint8_t *mask, bool drops)
{
	return drops ? drawn_rows(v, mask, v->model->shape.hidden) : (struct dropout){ NULL, 1.0f };
}

void encoder_layer(const struct group_view *v, size_t layer, const struct layer_state *s, struct encoder_scratch *w)
{
	const struct encoder_shape *shape = &v->model->shape;
	const size_t h = shape->hidden, wide = shape->intermediate;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, false);
	const struct matrix input = rows_of(v, s->input, h), qkv = rows_of(v, s->qkv, 3 * h);
	const struct matrix context = rows_of(v, s->context, h), hat1 = rows_of(v, s->hat1, h);
	const struct matrix middle = rows_of(v, s->middle, h), pre = rows_of(v, s->pre, wide);
	const struct matrix act = rows_of(v, s->act, wide), hat2 = rows_of(v, s->hat2, h);
	const struct matrix output = rows_of(v, s->output, h);

	product_packed(qkv, input, packed->qkv, false);
	rows_bias(qkv, weight(v, l->qkv_bias));
	attention_forward(v, layer, s, w);
	product_packed(hat1, context, packed->out, false);
	rows_norm(middle, hat1, s->inverse1 + row_of(v), weight(v, l->out_bias),
		  draw_output(v, s->out_mask, shape->drops_out, SITE_OUT, layer), input,
		  norm_at(v, l->norm1, l->norm1_bias));
	product_packed(pre, middle, packed->up, false);
	rows_activate(act, pre, weight(v, l->up_bias), encoder_activation(v->model));
	product_packed(hat2, act, packed->down, false);
	rows_norm(output, hat2, s->inverse2 + row_of(v), weight(v, l->down_bias),
		  draw_output(v, s->down_mask, shape->drops_down, SITE_DOWN, layer), middle,
		  norm_at(v, l->norm2, l->norm2_bias));
}

/* Through norm(residual + dropout(product + bias)): `hat` becomes the gradient
 * of the product's result, `grad` that of the residual. */
static void norm_backward(const struct group_view *v, struct matrix grad, struct matrix hat, const float *inverse,
			  size_t gamma, size_t beta, size_t bias, struct dropout d, float *vectors)
{
	const size_t base = v->model->vectors;

	rows_norm_backward(hat, inverse, grad, weight(v, gamma), vectors + (gamma - base), vectors + (beta - base));
	memcpy(grad.data, hat.data, hat.rows * hat.columns * sizeof *hat.data);
	if (d.mask != NULL)
		rows_dropout(hat, hat, d);
	rows_sum(vectors + (bias - base), hat);
}

void encoder_layer_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			    struct encoder_scratch *w, float *vectors)
{
	const size_t h = v->model->shape.hidden, wide = v->model->shape.intermediate, base = v->model->vectors;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, true);
	const struct matrix grad = matrix_of(w->grad, v->group->rows, h);
	const struct matrix d_act = matrix_of(w->wide, v->group->rows, wide);
	const struct matrix d_context = matrix_of(w->narrow, v->group->rows, h);
	const struct matrix qkv = rows_of(v, s->qkv, 3 * h), hat1 = rows_of(v, s->hat1, h);
	const struct matrix pre = rows_of(v, s->pre, wide), hat2 = rows_of(v, s->hat2, h);

	norm_backward(v, grad, hat2, s->inverse2 + row_of(v), l->norm2, l->norm2_bias, l->down_bias,
		      drawn_output(v, s->down_mask, v->model->shape.drops_down), vectors);
	product_packed(d_act, hat2, packed->down, false);
	rows_activate_backward(pre, d_act, vectors + (l->up_bias - base), encoder_activation(v->model));
	product_packed(grad, pre, packed->up, true);
	norm_backward(v, grad, hat1, s->inverse1 + row_of(v), l->norm1, l->norm1_bias, l->out_bias,
		      drawn_output(v, s->out_mask, v->model->shape.drops_out), vectors);
	product_packed(d_context, hat1, packed->out, false);
	attention_backward(v, s, d_context, w, vectors);
	rows_sum(vectors + (l->qkv_bias - base), qkv);
	product_packed(grad, qkv, packed->qkv, true);
}

void encoder_embed_backward(const struct group_view *v, const struct embedding_state *s, struct encoder_scratch *w,
			    float *vectors)
{
	const struct encoder_model *m = v->model;
	const size_t e = m->shape.embedding, h = m->shape.hidden, base = m->vectors;
	const struct matrix above = matrix_of(w->grad, v->group->rows, h);
	struct matrix grad = above;

	if (shape_is_projected(&m->shape)) {
		rows_sum(vectors + (m->project_bias - base), above);
		memcpy(s->d_project + row_of(v) * h, above.data, above.rows * h * sizeof *above.data);
		grad = matrix_of(w->narrow, v->group->rows, e);
		product_packed(grad, above, v->packing->project[1], false);
	}
	rows_dropout(grad, grad, drawn_rows(v, s->mask, e));
	rows_norm_backward(rows_of(v, s->hat, e), s->inverse + row_of(v), grad, weight(v, m->norm),
			   vectors + (m->norm - base), vectors + (m->norm_bias - base));
}
