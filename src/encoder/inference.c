#include "encoder/inference.h"

#include "base/array.h"
#include "encoder/activations.h"

#include <stdlib.h>

enum {
	SLICE = 512, /* sentences packed at a time */
	GROUP_ROWS = 256,
};

struct runner {
	const struct inference *job;
	struct pack pack;
	struct packing packing;
	unsigned threads;
	struct activations *activations; /* (threads) */
	struct encoder_scratch *scratch; /* (threads) */
	struct relative relative;
};

static void group_task(void *arg, size_t task, unsigned thread)
{
	struct runner *r = arg;
	const struct inference *f = r->job;
	const struct group *g = &r->pack.groups[task];
	const struct group_view view = { f->model, &r->pack, g, &r->packing, g->row, g->scores, NULL, &r->relative };
	const struct activations *a = &r->activations[thread];
	const size_t h = f->model->shape.hidden;

	encoder_embed(&view, &a->embedding);
	f->layer(f->arg, &view, 0, matrix_of(a->embedding.output, g->rows, h), &r->scratch[thread]);
	for (size_t l = 0; l < f->model->shape.layers; l++) {
		const struct layer_state *s = activations_layer(a, l);

		encoder_layer(&view, l, s, &r->scratch[thread]);
		f->layer(f->arg, &view, l + 1, matrix_of(s->output, g->rows, h), &r->scratch[thread]);
	}
}

static int run_slice(struct runner *r, const struct packed_sentence *sentences, size_t count,
		     const struct context *ctx, struct error *err)
{
	const struct inference *f = r->job;
	const struct encoder_shape *c = &f->model->shape;
	size_t scores = 0;

	if (pack_fill(&r->pack, sentences, count, GROUP_ROWS, err) < 0)
		return -1;
	for (size_t g = 0; g < r->pack.group_count; g++)
		scores = r->pack.groups[g].score_count > scores ? r->pack.groups[g].score_count : scores;
	for (unsigned i = 0; i < r->threads; i++)
		if (activations_reserve(&r->activations[i], c, r->pack.tallest, scores, false, false, err) < 0 ||
		    encoder_scratch_reserve(&r->scratch[i], c, r->pack.tallest, r->pack.longest, err) < 0)
			return -1;
	if (f->slice != NULL && f->slice(f->arg, &r->pack, err) < 0)
		return -1;
	pool_run(ctx->pool, r->pack.group_count, group_task, r);
	if (f->end != NULL)
		f->end(f->arg);
	return 0;
}

static size_t longest_of(const struct packed_sentence *sentences, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < count; i++)
		longest = sentences[i].length > longest ? sentences[i].length : longest;
	return longest;
}

int inference_run(const struct inference *f, const struct context *ctx, struct error *err)
{
	struct runner r = { .job = f, .threads = pool_threads(ctx->pool) };
	int rc = -1;

	r.activations = array_new(r.threads, 1, sizeof *r.activations);
	r.scratch = array_new(r.threads, 1, sizeof *r.scratch);
	if (r.activations == NULL || r.scratch == NULL) {
		error_memory(err, "workspace of the encoder");
		goto done;
	}
	if (packing_init(&r.packing, f->model, false, err) < 0)
		goto done;
	packing_fill(&r.packing, f->model, ctx->pool);
	if (relative_reserve(&r.relative, f->model, longest_of(f->sentences, f->count), 0, false, err) < 0)
		goto done;
	relative_forward(&r.relative, f->model, &r.packing, NULL, ctx->pool);
	for (size_t at = 0; at < f->count; at += SLICE) {
		if (context_stopped(ctx)) {
			context_stop_error(err);
			goto done;
		}
		if (run_slice(&r, f->sentences + at, f->count - at < SLICE ? f->count - at : SLICE, ctx, err) < 0)
			goto done;
		context_progress(ctx, f->phase, (double)(at + SLICE < f->count ? at + SLICE : f->count),
				 (double)f->count, "%s", "");
	}
	rc = 0;
done:
	for (unsigned i = 0; r.activations != NULL && i < r.threads; i++)
		activations_release(&r.activations[i]);
	for (unsigned i = 0; r.scratch != NULL && i < r.threads; i++)
		encoder_scratch_release(&r.scratch[i]);
	free(r.activations);
	free(r.scratch);
	packing_release(&r.packing);
	relative_release(&r.relative);
	pack_release(&r.pack);
	return rc;
}

struct packed_sentence *inference_sentences(const struct encoding *e)
{
	struct packed_sentence *s = array_new(e->sentences, 1, sizeof *s);

	for (size_t i = 0; s != NULL && i < e->sentences; i++)
		s[i] = (struct packed_sentence){ .ids = e->ids + e->start[i],
						 .length = e->start[i + 1] - e->start[i],
						 .source = i,
						 .number = (uint32_t)i };
	return s;
}
