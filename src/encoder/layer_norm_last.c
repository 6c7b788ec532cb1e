#include "encoder/layer.h"

#include "num/product.h"

#include <string.h>

void layer_norm_last(const struct group_view *v, size_t layer, const struct layer_state *s, struct encoder_scratch *w)
{
	const struct encoder_shape *shape = &v->model->shape;
	const size_t h = shape->hidden;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, false);
	const struct matrix input = layer_rows(v, s->input, h), middle = layer_rows(v, s->middle, h);
	const struct matrix hat1 = layer_rows(v, s->hat1, h), hat2 = layer_rows(v, s->hat2, h);

	layer_attend(v, layer, s, input, w);
	product_packed(hat1, layer_rows(v, s->context, h), packed->out, false);
	rows_norm(middle, hat1, s->inverse1 + layer_row(v), layer_vector(v, l->out_bias),
		  layer_draw(v, s->out_mask, h, shape->drops_out, dropout_site(SITE_OUT, layer)), input,
		  layer_norm_at(v, l->norm1, l->norm1_bias));
	layer_feed(v, layer, s);
	product_packed(hat2, layer_rows(v, s->act, shape->intermediate), packed->down, false);
	rows_norm(layer_rows(v, s->output, h), hat2, s->inverse2 + layer_row(v), layer_vector(v, l->down_bias),
		  layer_draw(v, s->down_mask, h, shape->drops_down, dropout_site(SITE_DOWN, layer)), middle,
		  layer_norm_at(v, l->norm2, l->norm2_bias));
}

/* Through norm(residual + dropout(product + bias)): `hat` becomes the gradient
 * of the product's result, `grad` that of the residual. */
static void norm_backward(const struct group_view *v, struct matrix grad, struct matrix hat, const float *inverse,
			  size_t gamma, size_t beta, size_t bias, struct dropout d, float *vectors)
{
	rows_norm_backward(hat, inverse, grad, layer_vector(v, gamma), layer_gradient(v, vectors, gamma),
			   layer_gradient(v, vectors, beta));
	memcpy(grad.data, hat.data, hat.rows * hat.columns * sizeof *hat.data);
	if (d.mask != NULL)
		rows_dropout(hat, hat, d);
	if (bias != NO_PLACE)
		rows_sum(layer_gradient(v, vectors, bias), hat);
}

void layer_norm_last_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			      struct encoder_scratch *w, float *vectors)
{
	const struct encoder_shape *shape = &v->model->shape;
	const size_t h = shape->hidden;
	const struct layer_places *l = &v->model->layers[layer];
	const struct packed_layer *packed = packing_layer(v->packing, v->model, layer, true);
	const struct matrix grad = matrix_of(w->grad, v->group->rows, h);
	const struct matrix d_act = matrix_of(w->wide, v->group->rows, shape->intermediate);
	const struct matrix hat1 = layer_rows(v, s->hat1, h), hat2 = layer_rows(v, s->hat2, h);

	norm_backward(v, grad, hat2, s->inverse2 + layer_row(v), l->norm2, l->norm2_bias, l->down_bias,
		      layer_drawn(v, s->down_mask, h, shape->drops_down), vectors);
	product_packed(d_act, hat2, packed->down, false);
	layer_feed_backward(v, layer, s, d_act, vectors);
	product_packed(grad, layer_rows(v, s->pre, shape_up(shape)), packed->up, true);
	norm_backward(v, grad, hat1, s->inverse1 + layer_row(v), l->norm1, l->norm1_bias, l->out_bias,
		      layer_drawn(v, s->out_mask, h, shape->drops_out), vectors);
	layer_attend_backward(v, layer, s, grad, true, w, vectors);
}
