#include "encoder/pooling.h"

#include <string.h>

size_t pooling_width(enum task_kind kind, size_t hidden)
{
	return kind == TASK_PAIR ? 2 * hidden : hidden;
}

static struct piece_span pooled(struct piece_span span, enum pooling pooling)
{
	return pooling == POOLING_FIRST ? (struct piece_span){ span.first, span.first } : span;
}

static void pool_span(float *out, struct piece_span span, struct matrix rows)
{
	const float scale = 1.0f / (float)(span.last - span.first + 1);

	memcpy(out, matrix_row(rows, span.first), rows.columns * sizeof *out);
	for (size_t r = span.first + 1; r <= span.last; r++)
		for (size_t j = 0; j < rows.columns; j++)
			out[j] += matrix_row(rows, r)[j];
	if (span.last > span.first)
		for (size_t j = 0; j < rows.columns; j++)
			out[j] *= scale;
}

void pooling_forward(float *out, enum task_kind kind, enum pooling pooling, const struct encoded_example *e,
		     struct matrix rows)
{
	pool_span(out, pooled(e->a, pooling), rows);
	if (kind == TASK_PAIR)
		pool_span(out + rows.columns, pooled(e->b, pooling), rows);
}

static void pool_span_backward(struct matrix grad, struct piece_span span, const float *d)
{
	const float scale = 1.0f / (float)(span.last - span.first + 1);

	for (size_t r = span.first; r <= span.last; r++)
		for (size_t j = 0; j < grad.columns; j++)
			matrix_row(grad, r)[j] += d[j] * scale;
}

void pooling_backward(struct matrix grad, enum task_kind kind, enum pooling pooling, const struct encoded_example *e,
		      const float *d)
{
	pool_span_backward(grad, pooled(e->a, pooling), d);
	if (kind == TASK_PAIR)
		pool_span_backward(grad, pooled(e->b, pooling), d + grad.columns);
}
