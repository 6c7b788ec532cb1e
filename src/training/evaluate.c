#include "training/evaluate.h"

#include "encoder/inference.h"

struct evaluating {
	struct head *head;
	const struct encoder_model *model;
	struct evaluation *sum;
};

static int evaluate_slice(void *arg, const struct pack *pack, struct error *err)
{
	struct evaluating *e = arg;

	return e->head->begin(e->head, e->model, pack, err);
}

static void evaluate_layer(void *arg, const struct group_view *view, size_t layer, struct matrix output,
			   struct encoder_scratch *scratch)
{
	struct evaluating *e = arg;

	if (layer == view->model->shape.layers)
		e->head->group(e->head, &(struct top){ .view = *view, .output = output, .scratch = scratch });
}

static void evaluate_end(void *arg)
{
	struct evaluating *e = arg;

	e->sum->loss += head_loss(e->head) * (double)e->head->counted;
	e->sum->counted += e->head->counted;
	e->sum->count += e->head->count;
	e->sum->right += head_right(e->head);
}

int evaluate_head(struct evaluation *out, struct head *head, const struct encoder_model *model,
		  const struct packed_sentence *sentences, size_t count, const struct context *ctx, struct error *err)
{
	struct evaluating e = { head, model, out };

	*out = (struct evaluation){ 0 };
	return inference_run(&(struct inference){ .model = model,
						  .sentences = sentences,
						  .count = count,
						  .phase = "evaluate",
						  .slice = evaluate_slice,
						  .layer = evaluate_layer,
						  .end = evaluate_end,
						  .arg = &e },
			     ctx, err);
}
