#include "encoder/attention.h"

#include "num/product.h"
#include "num/vecmath.h"

#include <math.h>
#include <string.h>

/* One head of one sentence. */
struct attention_head {
	struct matrix q, k, v; /* (n, d), columns of qkv */
	struct matrix prob;    /* (n, n) */
	struct dropout dropout;
	float scale; /* 1/√d */
};

static struct attention_head head_of(const struct group_view *v, const struct packed_sentence *sentence, size_t index,
				     const struct layer_state *s)
{
	const size_t h = v->model->config.hidden, heads = v->model->config.heads, d = h / heads, n = sentence->length;
	const size_t at = heads * (sentence->scores - v->score_base) + index * n * n;
	float *qkv = s->qkv + (sentence->row - v->row_base) * 3 * h + index * d;
	struct attention_head head = { .q = { qkv, n, d, 3 * h },
				       .k = { qkv + h, n, d, 3 * h },
				       .v = { qkv + 2 * h, n, d, 3 * h },
				       .prob = matrix_of(s->prob + at, n, n),
				       .dropout = { NULL, 1.0f },
				       .scale = 1.0f / sqrtf((float)d) };

	if (v->dropout != NULL && v->dropout->attention > 0.0)
		head.dropout = (struct dropout){ s->prob_mask + at, (float)(1.0 / (1.0 - v->dropout->attention)) };
	return head;
}

/* The head's columns of the sentence's rows. */
static struct matrix columns_of(const struct group_view *v, struct matrix x, const struct packed_sentence *sentence,
				size_t index)
{
	const size_t d = v->model->config.hidden / v->model->config.heads;

	return (struct matrix){ matrix_row(x, sentence->row - v->group->row) + index * d, sentence->length, d,
				x.stride };
}

static void draw(const struct group_view *v, size_t layer, const struct packed_sentence *sentence,
		 const struct layer_state *s)
{
	const size_t heads = v->model->config.heads;

	if (v->dropout == NULL || v->dropout->attention <= 0.0)
		return;
	dropout_mask(s->prob_mask + heads * (sentence->scores - v->score_base),
		     heads * sentence->length * sentence->length, v->dropout->attention, v->dropout->seed,
		     v->dropout->update, dropout_site(SITE_ATTENTION, layer), sentence->number);
}

void attention_forward(const struct group_view *v, size_t layer, const struct layer_state *s,
		       struct encoder_scratch *w)
{
	const size_t h = v->model->config.hidden;
	const struct matrix context = matrix_of(s->context + (v->group->row - v->row_base) * h, v->group->rows, h);

	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		draw(v, layer, sentence, s);
		for (size_t index = 0; index < v->model->config.heads; index++) {
			struct attention_head head = head_of(v, sentence, index, s);
			struct matrix p = head.prob;

			product_nt(p, head.q, head.k, false, w->product);
			rows_softmax(p, head.scale);
			if (head.dropout.mask != NULL) {
				p = matrix_of(w->score, p.rows, p.columns);
				rows_dropout(p, head.prob, head.dropout);
			}
			product_nn(columns_of(v, context, sentence, index), p, head.v, false, w->product);
		}
	}
}

/* With P the weights and P' = dropout(P):
 *   dV = P'ᵀ dC,  dP' = dC Vᵀ,  dS = P ∘ (dP − Σ dP ∘ P)/√d,  dQ = dS K,  dK = dSᵀ Q. */
static void head_backward(const struct attention_head *head, struct matrix d_context, struct encoder_scratch *w)
{
	const size_t n = head->q.rows, d = head->q.columns;
	const struct matrix dropped = matrix_of(w->score, n, n), d_score = matrix_of(w->score + n * n, n, n);
	const struct matrix dq = matrix_of(w->head, n, d), dk = matrix_of(w->head + n * d, n, d);
	const struct matrix dv = matrix_of(w->head + 2 * n * d, n, d);
	const struct matrix from[3] = { dq, dk, dv }, to[3] = { head->q, head->k, head->v };

	if (head->dropout.mask != NULL)
		rows_dropout(dropped, head->prob, head->dropout);
	product_tn(dv, head->dropout.mask != NULL ? dropped : head->prob, d_context, false, w->product);
	product_nt(d_score, d_context, head->v, false, w->product);
	if (head->dropout.mask != NULL)
		rows_dropout(d_score, d_score, head->dropout);
	rows_softmax_backward(d_score, head->prob, head->scale);
	product_nn(dq, d_score, head->k, false, w->product);
	product_tn(dk, d_score, head->q, false, w->product);
	for (size_t i = 0; i < 3; i++)
		for (size_t r = 0; r < n; r++)
			memcpy(matrix_row(to[i], r), matrix_row(from[i], r), d * sizeof(float));
}

void attention_backward(const struct group_view *v, const struct layer_state *s, struct matrix d_context,
			struct encoder_scratch *w)
{
	for (size_t i = 0; i < v->group->count; i++) {
		const struct packed_sentence *sentence = &v->pack->sentences[v->group->first + i];

		for (size_t index = 0; index < v->model->config.heads; index++) {
			const struct attention_head head = head_of(v, sentence, index, s);

			head_backward(&head, columns_of(v, d_context, sentence, index), w);
		}
	}
}
