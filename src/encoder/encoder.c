#include "encoder/encoder.h"

#include "encoder/layer.h"
#include "num/product.h"
#include "num/vecmath.h"

#include <string.h>

/* word + position + type 0, of what there is. */
static void sum_embeddings(const struct group_view *v, const struct packed_sentence *sentence, float *out)
{
	const struct encoder_model *m = v->model;
	const size_t e = m->shape.embedding;
	const float *type = m->weights + m->types;
	size_t next = m->shape.first_position;

	for (size_t t = 0; t < sentence->length; t++) {
		const float *word = m->weights + m->words + (size_t)sentence->ids[t] * e, *position;
		float *x = out + t * e;

		if (!shape_has_positions(&m->shape)) {
			memcpy(x, word, e * sizeof *x);
			continue;
		}
		position = m->weights + m->positions + encoder_position(&m->shape, sentence->ids[t], &next) * e;
		if (m->shape.types > 0)
			for (size_t j = 0; j < e; j++)
				x[j] = word[j] + type[j] + position[j];
		else
			for (size_t j = 0; j < e; j++)
				x[j] = word[j] + position[j];
	}
}

void encoder_embed(const struct group_view *v, const struct embedding_state *s)
{
	const struct encoder_model *m = v->model;
	const size_t e = m->shape.embedding;
	const struct matrix hat = layer_rows(v, s->hat, e), normed = layer_rows(v, s->normed, e), none = { 0 };
	const struct matrix output = layer_rows(v, s->output, m->shape.hidden);

	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		sum_embeddings(v, sentence, s->hat + (sentence->row - v->row_base) * e);
	}
	rows_norm(normed, hat, s->inverse + layer_row(v), NULL, (struct dropout){ NULL, 1.0f }, none,
		  layer_norm_at(v, m->norm, m->norm_bias));
	rows_dropout(normed, normed, layer_draw(v, s->mask, e, true, SITE_EMBEDDINGS));
	if (!shape_is_projected(&m->shape))
		return;
	product_packed(output, normed, v->packing->project[0], false);
	if (m->project_bias != NO_PLACE)
		rows_bias(output, layer_vector(v, m->project_bias));
}

void encoder_layer(const struct group_view *v, size_t layer, const struct layer_state *s, struct encoder_scratch *w)
{
	(v->model->shape.norm_first ? layer_norm_first : layer_norm_last)(v, layer, s, w);
}

void encoder_layer_backward(const struct group_view *v, size_t layer, const struct layer_state *s,
			    struct encoder_scratch *w, float *vectors)
{
	(v->model->shape.norm_first ? layer_norm_first_backward : layer_norm_last_backward)(v, layer, s, w, vectors);
}

void encoder_embed_backward(const struct group_view *v, const struct embedding_state *s, struct encoder_scratch *w,
			    float *vectors)
{
	const struct encoder_model *m = v->model;
	const size_t e = m->shape.embedding, h = m->shape.hidden;
	const struct matrix above = matrix_of(w->grad, v->group->rows, h);
	struct matrix grad = above;

	if (shape_is_projected(&m->shape)) {
		if (m->project_bias != NO_PLACE)
			rows_sum(layer_gradient(v, vectors, m->project_bias), above);
		memcpy(s->d_project + layer_row(v) * h, above.data, above.rows * h * sizeof *above.data);
		grad = matrix_of(w->narrow, v->group->rows, e);
		product_packed(grad, above, v->packing->project[1], false);
	}
	rows_dropout(grad, grad, layer_drawn(v, s->mask, e, true));
	rows_norm_backward(layer_rows(v, s->hat, e), s->inverse + layer_row(v), grad, layer_vector(v, m->norm),
			   layer_gradient(v, vectors, m->norm), layer_gradient(v, vectors, m->norm_bias));
}
