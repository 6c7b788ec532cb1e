/* The evidence drawn again: what it would have been with other test examples, other
 * labels, other runs of the probe and other seeds of the same kind. The percentile
 * bootstrap (Efron 1979) over what the numbers rest on.
 *
 * In one draw a task's test examples and labels are the same for every model and state,
 * as they were when they were measured, so that differences stay paired. A similarity
 * whose draw has fewer than three pairs, or that has fewer than four labels, is undefined
 * in the draw. Counts of clusters change with the seeds alone. */
#ifndef REPORT_RESAMPLE_H
#define REPORT_RESAMPLE_H

#include "report/materials.h"

#include "base/random.h"

struct resample;

/* Keeps pointers to the evidence and to the materials. */
int resample_open(struct resample **out, const struct evidence *e, const struct materials *m, struct error *err);
void resample_close(struct resample *r);

/* The next draw: an evidence that is valid until the one after. `plain` draws everything
 * once, which gives the numbers as they were measured. */
const struct evidence *resample_draw(struct resample *r, struct stream *stream);
const struct evidence *resample_plain(struct resample *r);

/* Of fine-tuning. */
size_t resample_seeds(const struct resample *r);

#endif
