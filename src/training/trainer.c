#include "training/trainer.h"

#include "base/array.h"
#include "encoder/encoder.h"
#include "training/gradients.h"
#include "num/vecmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP_ROWS = 200 };

int trainer_init(struct trainer *out, struct encoder_model *model, struct head *head, unsigned threads,
		 struct error *err)
{
	const struct encoder_shape *c = &model->shape;

	*out = (struct trainer){ .model = model, .head = head, .threads = threads };
	out->gradients = array_new(model->size, 1, sizeof *out->gradients);
	out->moments1 = array_new(model->size, 1, sizeof *out->moments1);
	out->moments2 = array_new(model->size, 1, sizeof *out->moments2);
	out->active = array_new(shape_embedding_rows(c), 1, sizeof *out->active);
	out->scratch = array_new(threads, 1, sizeof *out->scratch);
	out->touched = array_new(c->vocabulary, 1, sizeof *out->touched);
	out->chain_head = array_new(c->vocabulary, 1, sizeof *out->chain_head);
	out->steps = array_new(model->parameter_count, 1, sizeof *out->steps);
	if (out->gradients == NULL || out->moments1 == NULL || out->moments2 == NULL || out->active == NULL ||
	    out->scratch == NULL || out->touched == NULL || out->chain_head == NULL || out->steps == NULL) {
		trainer_release(out);
		return error_memory(err, "gradients and moments");
	}
	if (packing_init(&out->packing, model, true, err) < 0) {
		trainer_release(out);
		return -1;
	}
	for (size_t i = 0; i < c->vocabulary; i++)
		out->chain_head[i] = -1;
	return 0;
}

void trainer_release(struct trainer *t)
{
	for (unsigned i = 0; t->scratch != NULL && i < t->threads; i++)
		encoder_scratch_release(&t->scratch[i]);
	free(t->gradients);
	free(t->moments1);
	free(t->moments2);
	free(t->active);
	pack_release(&t->pack);
	packing_release(&t->packing);
	relative_release(&t->relative);
	activations_release(&t->activations);
	free(t->scratch);
	free(t->vectors);
	free(t->touched);
	free(t->chain_head);
	free(t->chain_next);
	free(t->products);
	free(t->tasks);
	free(t->squares);
	free(t->steps);
	*t = (struct trainer){ 0 };
}

/* What the tasks of the first round share. */
struct round {
	struct trainer *trainer;
	const struct dropout_key *dropout;
};

/* The lowest layer that is trained; 0: the embeddings are. */
static int lowest_of(const struct trainer *t)
{
	return t->tuning == NULL ? 0 : t->tuning->lowest;
}

/* Forward, head and backward of one group. */
static void group_task(void *arg, size_t task, unsigned thread)
{
	const struct round *round = arg;
	struct trainer *t = round->trainer;
	const struct encoder_model *m = t->model;
	struct encoder_scratch *w = &t->scratch[thread];
	float *vectors = t->vectors + task * (m->size - m->vectors);
	struct top top = { .view = { m, &t->pack, &t->pack.groups[task], &t->packing, 0, 0, round->dropout,
				     &t->relative },
			   .vectors = vectors,
			   .backward = true,
			   .scratch = w };
	const struct group *group = top.view.group;
	const size_t h = m->shape.hidden;
	const int lowest = lowest_of(t);

	memset(vectors, 0, (m->size - m->vectors) * sizeof *vectors);
	encoder_embed(&top.view, &t->activations.embedding);
	for (size_t l = 0; l < m->shape.layers; l++)
		encoder_layer(&top.view, l, activations_layer(&t->activations, l), w);
	top.output = matrix_of(activations_layer(&t->activations, m->shape.layers - 1)->output + group->row * h,
			       group->rows, h);
	top.grad = matrix_of(w->grad, group->rows, h);
	t->head->group(t->head, &top);
	for (int l = (int)m->shape.layers; l >= lowest && l > 0; l--)
		encoder_layer_backward(&top.view, (size_t)l - 1, activations_layer(&t->activations, (size_t)l - 1), w,
				       vectors);
	if (lowest == 0)
		encoder_embed_backward(&top.view, &t->activations.embedding, w, vectors);
}

static int reserve(struct trainer *t, bool dropout, struct error *err)
{
	const struct encoder_shape *c = &t->model->shape;
	const size_t wanted = t->pack.group_count * (t->model->size - t->model->vectors);

	if (activations_reserve(&t->activations, c, t->pack.rows, t->pack.scores, true, dropout, err) < 0)
		return -1;
	if (relative_reserve(&t->relative, t->model, t->pack.longest, t->pack.group_count, dropout, err) < 0)
		return -1;
	for (unsigned i = 0; i < t->threads; i++)
		if (encoder_scratch_reserve(&t->scratch[i], c, t->pack.tallest, t->pack.longest, err) < 0)
			return -1;
	if (wanted > t->vectors_room) {
		free(t->vectors);
		t->vectors_room = 0;
		t->vectors = array_new(wanted, 1, sizeof *t->vectors);
		if (t->vectors == NULL)
			return error_memory(err, "gradients of a batch");
		t->vectors_room = wanted;
	}
	if (array_reserve(&t->chain_next, &t->chain_room, t->pack.rows, sizeof *t->chain_next) < 0)
		return error_memory(err, "rows of a batch");
	return 0;
}

int trainer_gradients(struct trainer *t, const struct packed_sentence *sentences, size_t count,
		      const struct training_step *step, struct step_result *out, const struct context *ctx,
		      struct error *err)
{
	const struct dropout_key key = { step->hidden_dropout, step->attention_dropout, step->head_dropout,
					 step->dropout_seed, step->update };
	const bool dropout = key.hidden > 0.0 || key.attention > 0.0 || key.head > 0.0;
	struct round round = { t, dropout ? &key : NULL };

	if (pack_fill(&t->pack, sentences, count, GROUP_ROWS, err) < 0 || reserve(t, dropout, err) < 0 ||
	    t->head->begin(t->head, t->model, &t->pack, err) < 0)
		return -1;
	packing_fill(&t->packing, t->model, ctx->pool);
	relative_forward(&t->relative, t->model, &t->packing, round.dropout, ctx->pool);
	pool_run(ctx->pool, t->pack.group_count, group_task, &round);
	relative_backward(&t->relative, t->model, &t->packing, round.dropout, lowest_of(t), ctx->pool, t->vectors);
	out->rows = t->pack.rows;
	out->loss = head_loss(t->head);
	return gradients_of_weights(t, &out->norm, ctx, err);
}

int trainer_step(struct trainer *t, const struct packed_sentence *sentences, size_t count,
		 const struct training_step *step, struct step_result *out, const struct context *ctx,
		 struct error *err)
{
	if (trainer_gradients(t, sentences, count, step, out, ctx, err) < 0)
		return -1;
	if (!isfinite(out->loss) || !isfinite(out->norm))
		return 0;
	return gradients_update(t, step, out->norm, ctx, err);
}

static bool finite_all(const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* The first sentence with a bad row in a layer's output; false if there is none. */
static bool bad_sentence(const struct trainer *t, const float *output, size_t *sentence)
{
	const size_t h = t->model->shape.hidden;

	for (size_t i = 0; i < t->pack.count; i++)
		if (!finite_all(output + t->pack.sentences[i].row * h, t->pack.sentences[i].length * h)) {
			*sentence = i;
			return true;
		}
	return false;
}

struct diagnosis trainer_diagnose(const struct trainer *t)
{
	const int top = (int)t->model->shape.layers;
	struct diagnosis d = { .forward = true };

	if (bad_sentence(t, t->activations.embedding.output, &d.sentence))
		return d;
	for (d.layer = 1; d.layer <= top; d.layer++)
		if (bad_sentence(t, activations_layer(&t->activations, (size_t)d.layer - 1)->output, &d.sentence))
			return d;
	if (!isfinite(head_loss(t->head)))
		return d; /* layer L + 1: the head */
	d.forward = false;
	for (size_t i = 0; i < t->model->parameter_count; i++) {
		const struct model_tensor *p = &t->model->parameters[i];

		if ((d.tensor == NULL || p->layer > d.layer) && !finite_all(t->gradients + p->offset, p->count)) {
			d.tensor = p->name;
			d.layer = p->layer;
		}
	}
	return d;
}
