/* The evidence drawn again: what it would have been with other test examples, other
 * labels, other runs of the probe and other seeds of the same kind. The bootstrap (Efron
 * 1979) over what the numbers rest on: accuracies of the top layer are drawn by examples
 * and runs of the probe, those of other layers by examples; distances, similarities and
 * displacements by labels; what is a mean over fine-tuning seeds also by the seeds that are
 * there.
 *
 * In one draw a task's test examples, labels and runs of the probe are the same for every
 * model and state, as they were when they were measured, so that differences stay paired.
 * Examples are drawn by whole sentences, since those of one are alike. A similarity that
 * fewer than four labels have stays as it was measured; one whose draw has fewer than
 * three pairs is undefined in it. Not drawn: clusters and separability (but for the seeds
 * that the number of clusters is a mean over), and the directions of displacement, whose
 * participation ratio repeated labels would make smaller. */
#ifndef FINDINGS_RESAMPLE_H
#define FINDINGS_RESAMPLE_H

#include "findings/materials.h"

#include "base/random.h"

struct resample;

/* Keeps pointers to the evidence and to the materials. */
int resample_open(struct resample **out, const struct evidence *e, const struct materials *m, struct error *err);
void resample_close(struct resample *r);

/* The next draw: an evidence that is valid until the one after. `plain` draws everything
 * once, which gives the numbers as they were measured. */
const struct evidence *resample_draw(struct resample *r, struct stream *stream);
const struct evidence *resample_plain(struct resample *r);

/* The fewest fine-tuning seeds that are there of a pair, of those that have any. */
size_t resample_seeds(const struct resample *r);

#endif
