#include "training/dense.h"

#include "base/array.h"
#include "encoder/layer.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <stdlib.h>

int dense_reserve(struct dense *d, size_t rows, size_t in, size_t out, struct error *err)
{
	dense_release(d);
	*d = (struct dense){ .in = in,
			     .out = out,
			     .input = array_new(rows, in, sizeof *d->input),
			     .pre = array_new(rows, out, sizeof *d->pre),
			     .hat = array_new(rows, out, sizeof *d->hat),
			     .normed = array_new(rows, out, sizeof *d->normed),
			     .inverse = array_new(rows, 1, sizeof *d->inverse) };
	if (d->input == NULL || d->pre == NULL || d->hat == NULL || d->normed == NULL || d->inverse == NULL)
		return error_memory(err, "head of the encoder");
	return 0;
}

void dense_release(struct dense *d)
{
	free(d->input);
	free(d->pre);
	free(d->hat);
	free(d->normed);
	free(d->inverse);
	*d = (struct dense){ 0 };
}

static struct matrix weight_of(const struct dense *d, const struct encoder_model *m)
{
	return matrix_of(m->weights + m->head.dense, d->out, d->in);
}

void dense_forward(const struct dense *d, const struct top *top, size_t from, size_t count)
{
	const struct encoder_model *m = top->view.model;
	const struct matrix pre = matrix_of(d->pre + from * d->out, count, d->out);
	const struct matrix hat = matrix_of(d->hat + from * d->out, count, d->out);

	product_nt(pre, matrix_of(d->input + from * d->in, count, d->in), weight_of(d, m), false);
	rows_activate(hat, pre, layer_vector(&top->view, m->head.dense_bias),
		      layer_activation(m->shape.head_activation));
	rows_norm(matrix_of(d->normed + from * d->out, count, d->out), hat, d->inverse + from, NULL,
		  (struct dropout){ NULL, 1.0f }, (struct matrix){ 0 },
		  layer_norm_at(&top->view, m->head.norm, m->head.norm_bias));
}

void dense_backward(const struct dense *d, const struct top *top, size_t from, struct matrix grad,
		    struct matrix d_input)
{
	const struct encoder_model *m = top->view.model;
	const struct matrix pre = matrix_of(d->pre + from * d->out, grad.rows, d->out);
	const struct matrix hat = matrix_of(d->hat + from * d->out, grad.rows, d->out);

	rows_norm_backward(hat, d->inverse + from, grad, layer_vector(&top->view, m->head.norm),
			   layer_gradient(&top->view, top->vectors, m->head.norm),
			   layer_gradient(&top->view, top->vectors, m->head.norm_bias));
	rows_activate_backward(pre, hat, layer_gradient(&top->view, top->vectors, m->head.dense_bias),
			       layer_activation(m->shape.head_activation));
	product_nn(d_input, pre, weight_of(d, m), false);
}

struct weight_product dense_product(const struct dense *d, const struct encoder_model *model, size_t rows)
{
	return (struct weight_product){
		.offset = model->head.dense, .dy = d->pre, .x = d->input, .rows = rows, .out = d->out, .in = d->in
	};
}
