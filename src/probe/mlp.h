/* The training of a sweep, in the number type of the translation unit that
 * includes this (probe/real.h): epochs, the end of each network, predictions. */
#ifndef PROBE_MLP_H
#define PROBE_MLP_H

#include "base/context.h"
#include "probe/pass.h"

#include <stdio.h>

enum { PATIENCE = 10 };
#define TOLERANCE 1e-4

static inline void mlp_epoch(struct mlp_trainer *t)
{
	const struct sweep_part *train = &t->sweep->train;

	if (t->sweep->own_order)
		draw_shuffle(t->stream, t->order, train->count);
	else
		stream_permute(&t->shuffle, t->order, train->count);
	for (size_t first = 0; first < train->count; first += BATCH) {
		size_t rows = train->count - first < BATCH ? train->count - first : BATCH;

		mlp_gather(t, train, t->order, first, rows);
		mlp_step(t, rows);
	}
	t->epochs++;
}

/* Notes the epoch's loss; returns whether the network is done. */
static inline bool network_note(struct network *n, const struct mlp_trainer *t, struct sweep_result *r)
{
	double loss = n->loss / (double)t->sweep->train.count;

	n->loss = 0;
	r->losses[t->epochs - 1] = loss;
	r->epochs = t->epochs;
	n->bad_epochs = loss > n->best - TOLERANCE ? n->bad_epochs + 1 : 0;
	n->best = loss < n->best ? loss : n->best;
	return n->bad_epochs > PATIENCE || t->epochs == t->sweep->max_iter;
}

static inline uint32_t row_class(const real *p, size_t outputs, size_t classes)
{
	uint32_t best = 0;

	if (outputs == 1)
		return p[0] > (real)0.5 && classes > 1;
	for (uint32_t j = 1; j < outputs; j++)
		if (p[j] > p[best])
			best = j;
	return best;
}

/* The network's predictions for the parts, and the codelength of the first. */
static inline void network_predict(struct mlp_trainer *t, const struct network *n)
{
	struct sweep_result *r = &t->results[n->index];

	for (size_t k = 0; k < SWEEP_PARTS; k++) {
		const struct sweep_part *part = &t->sweep->predict[k];

		for (size_t at = 0; at < part->count; at += BATCH) {
			size_t rows = part->count - at < BATCH ? part->count - at : BATCH;
			struct mlp_block p;

			mlp_gather(t, part, NULL, at, rows);
			p = network_forward(t, n, rows);
			for (size_t i = 0; i < rows; i++)
				r->predicted[k][at + i] =
					row_class(p.data + i * p.stride, t->outputs, t->sweep->classes);
			if (k == 0 && part->classes != NULL)
				r->bits += batch_loss(t, p) / log(2.0);
		}
	}
}

static inline int loss_refuse(const struct mlp_trainer *t, const struct network *n, struct error *err)
{
	const struct probe_setting *s = t->sweep->settings[n->index];
	char sizes[64] = "no hidden layer";

	if (s->hidden1 > 0)
		snprintf(sizes, sizeof sizes, "hidden sizes %zux%zu", s->hidden1, s->hidden2);
	return error_set(err, STATUS_INPUT,
			 "%s: %s, alpha %g: the loss of epoch %ld is not finite; are the values too large?",
			 t->sweep->name, sizes, s->alpha, t->epochs);
}

/* Takes out the networks that are done. */
static inline int mlp_thin(struct mlp_trainer *t, struct error *err)
{
	size_t kept = 0;

	for (size_t k = 0; k < t->count; k++) {
		struct network *n = &t->networks[k];

		if (!isfinite(n->loss))
			return loss_refuse(t, n, err);
		if (!network_note(n, t, &t->results[n->index])) {
			t->networks[kept++] = *n;
			continue;
		}
		network_predict(t, n);
		if (t->sweep->left != NULL)
			t->sweep->left(t->sweep->arg);
	}
	t->count = kept;
	return 0;
}

static inline int mlp_run(struct sweep_result *results, const struct sweep *s, struct error *err)
{
	struct mlp_trainer t;
	int rc = mlp_init(&t, results, s, err);

	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		results[i].losses = array_new((size_t)s->max_iter, 1, sizeof(double));
		if (results[i].losses == NULL)
			rc = error_memory(err, "loss curve");
	}
	while (rc == 0 && t.count > 0) {
		if (s->stop != NULL && *s->stop != 0) {
			rc = context_stop_error(err);
			break;
		}
		mlp_epoch(&t);
		rc = mlp_thin(&t, err);
	}
	mlp_release(&t);
	return rc;
}

#endif
