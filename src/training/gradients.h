/* The second and third round of a step: gradients of the weights from what the
 * groups left behind, and the update. */
#ifndef TRAINING_GRADIENTS_H
#define TRAINING_GRADIENTS_H

#include "training/trainer.h"

/* Fills t->gradients and gives the norm of all of them. */
int gradients_of_weights(struct trainer *t, double *norm, const struct context *ctx, struct error *err);

/* Clips by the norm and takes one AdamW step. */
int gradients_update(struct trainer *t, const struct training_step *step, double norm, const struct context *ctx,
		     struct error *err);

#endif
