#include "encoder/layer.h"

#include "num/product.h"

#include <string.h>

static const struct dropout no_dropout = { NULL, 1.0f };

static void copy(struct matrix to, struct matrix from)
{
	memcpy(to.data, from.data, from.rows * from.columns * sizeof *from.data);
}

/* out = norm(x); hat becomes x̂. */
static void norm_of(const struct group_view *v, struct matrix out, struct matrix x, struct matrix hat, float *inverse,
		    size_t gamma, size_t beta)
{
	copy(hat, x);
	rows_norm(out, hat, inverse + layer_row(v), NULL, no_dropout, (struct matrix){ 0 },
		  layer_norm_at(v, gamma, beta));
}

/* hat becomes the gradient of what was normed. */
static void norm_backward(const struct group_view *v, struct matrix hat, const float *inverse, struct matrix grad,
			  size_t gamma, size_t beta, float *vectors)
{
	rows_norm_backward(hat, inverse + layer_row(v), grad, layer_vector(v, gamma),
			   layer_gradient(v, vectors, gamma), layer_gradient(v, vectors, beta));
}

static void add_bias(const struct group_view *v, struct matrix x, size_t bias)
{
	if (bias != NO_PLACE)
		rows_bias(x, layer_vector(v, bias));
}

static void sum_bias(const struct group_view *v, struct matrix d, size_t bias, float *vectors)
{
	if (bias != NO_PLACE)
		rows_sum(layer_gradient(v, vectors, bias), d);
}

/* The output is the residual stream while the layer works on it. */
void layer_norm_first(const struct group_view *v, size_t layer, const struct layer_state *s,
		      struct encoder_scratch *w)
{
	const struct encoder_shape *shape = &v->model->shape;
	const size_t h = shape->hidden;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, false);
	const struct matrix input = layer_rows(v, s->input, h), normed = layer_rows(v, s->normed, h);
	const struct matrix output = layer_rows(v, s->output, h), hat2 = layer_rows(v, s->hat2, h);
	struct dropout d;

	if (l->norm1 != NO_PLACE)
		norm_of(v, normed, input, layer_rows(v, s->hat1, h), s->inverse1, l->norm1, l->norm1_bias);
	layer_attend(v, layer, s, l->norm1 != NO_PLACE ? normed : input, w);
	product_packed(output, layer_rows(v, s->context, h), packed->out, false);
	add_bias(v, output, l->out_bias);
	d = layer_draw(v, s->out_mask, h, shape->drops_out, dropout_site(SITE_OUT, layer));
	if (d.mask != NULL)
		rows_dropout(output, output, d);
	rows_add(output, input);
	norm_of(v, layer_rows(v, s->middle, h), output, hat2, s->inverse2, l->norm2, l->norm2_bias);
	layer_feed(v, layer, s);
	product_packed(output, layer_rows(v, s->act, shape->intermediate), packed->down, true);
	add_bias(v, output, l->down_bias);
	if (layer + 1 == shape->layers)
		norm_of(v, output, output, layer_rows(v, s->top_hat, h), s->top_inverse, v->model->final_norm,
			v->model->final_norm_bias);
}

void layer_norm_first_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			       struct encoder_scratch *w, float *vectors)
{
	const struct encoder_shape *shape = &v->model->shape;
	const size_t h = shape->hidden;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, true);
	const struct matrix grad = matrix_of(w->grad, v->group->rows, h),
			    d_normed = matrix_of(w->narrow, grad.rows, h);
	const struct matrix d_act = matrix_of(w->wide, grad.rows, shape->intermediate);
	const struct matrix hat1 = layer_rows(v, s->hat1, h), hat2 = layer_rows(v, s->hat2, h);
	const struct matrix d_down = layer_rows(v, s->d_down, h), d_out = layer_rows(v, s->d_out, h);
	struct dropout d;

	if (layer + 1 == shape->layers) {
		const struct matrix top = layer_rows(v, s->top_hat, h);

		norm_backward(v, top, s->top_inverse, grad, v->model->final_norm, v->model->final_norm_bias, vectors);
		copy(grad, top);
	}
	copy(d_down, grad);
	sum_bias(v, d_down, l->down_bias, vectors);
	product_packed(d_act, d_down, packed->down, false);
	layer_feed_backward(v, layer, s, d_act, vectors);
	product_packed(d_normed, layer_rows(v, s->pre, shape_up(shape)), packed->up, false);
	norm_backward(v, hat2, s->inverse2, d_normed, l->norm2, l->norm2_bias, vectors);
	rows_add(grad, hat2);
	d = layer_drawn(v, s->out_mask, h, shape->drops_out);
	rows_dropout(d_out, grad, d); /* which is hat2's memory */
	sum_bias(v, d_out, l->out_bias, vectors);
	if (l->norm1 == NO_PLACE) {
		layer_attend_backward(v, layer, s, grad, true, w, vectors);
		return;
	}
	layer_attend_backward(v, layer, s, d_normed, false, w, vectors);
	norm_backward(v, hat1, s->inverse1, d_normed, l->norm1, l->norm1_bias, vectors);
	rows_add(grad, hat1);
}
