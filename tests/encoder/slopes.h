/* Gradients against the loss itself: with dropout there is no other reference. */
#ifndef TESTS_ENCODER_SLOPES_H
#define TESTS_ENCODER_SLOPES_H

#include "encoder/tiny.h"

#include "base/random.h"
#include "training/trainer.h"

/* The same masks are drawn again each time, so that the loss's slope along random
 * directions can be measured, tensor by tensor. */
static inline void check_slopes(struct trainer *t, const struct packed_sentence *sentences, size_t count,
				const struct context *ctx)
{
	const struct training_step step = {
		.hidden_dropout = 0.2, .attention_dropout = 0.3, .head_dropout = 0.2, .dropout_seed = 7, .update = 3
	};
	struct encoder_model *m = t->model;
	struct error err = { 0 };
	struct stream stream;

	stream_init(&stream, 5);
	for (size_t i = 0; i < m->parameter_count; i++) {
		const struct model_tensor *p = &m->parameters[i];
		float *weights = m->weights + p->offset, *kept = array_new(p->count, 1, sizeof *kept);
		float *direction = array_new(p->count, 1, sizeof *direction);
		struct step_result result, up, down;
		double slope = 0.0, norm = 0.0, h = 3e-3, measured;

		assert_ok(trainer_gradients(t, sentences, count, &step, &result, ctx, &err), err);
		/* Half along the gradient, so that the slope is not small, half random. */
		for (size_t j = 0; j < p->count; j++)
			norm += (double)t->gradients[p->offset + j] * (double)t->gradients[p->offset + j];
		for (size_t j = 0; j < p->count; j++) {
			double g = (double)t->gradients[p->offset + j];

			direction[j] =
				(float)(g / sqrt(norm + 1e-12) + stream_normal(&stream) / sqrt((double)p->count));
			slope += g * (double)direction[j];
		}
		memcpy(kept, weights, p->count * sizeof *kept);
		for (size_t j = 0; j < p->count; j++)
			weights[j] = (float)((double)kept[j] + h * (double)direction[j]);
		assert_ok(trainer_gradients(t, sentences, count, &step, &up, ctx, &err), err);
		for (size_t j = 0; j < p->count; j++)
			weights[j] = (float)((double)kept[j] - h * (double)direction[j]);
		assert_ok(trainer_gradients(t, sentences, count, &step, &down, ctx, &err), err);
		memcpy(weights, kept, p->count * sizeof *kept);
		measured = (up.loss - down.loss) / (2.0 * h);
		if (!(fabs(measured - slope) < 2e-3 * fabs(slope) + 2e-4))
			fail_msg("%s, %s: slope %g, measured %g", m->shape.family->model_type, p->file, slope,
				 measured);
		free(kept);
		free(direction);
	}
}

#endif
