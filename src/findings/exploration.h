/* exploration.json: what the page's linked views are drawn from. Compact, with four
 * significant digits: every digit is in the tables beside it.
 *
 * {"tasks": {"pos": {"kind": "word", "labels": […], "sentences": {"12": "words between spaces"}}},
 *  "runs": [{"model", "task", "seed", "steps": [0, 11, …],
 *            "layers": [{"layer", "accuracy": [b, a], "clusters": [b, a], "minimum": [b, a],
 *                        "similarity", "cka", "shift"}],
 *            "before": [[…] a layer], "after": [[…]], "followed": [[[…] a step] a layer],
 *            "confusion": {"before": [[label, predicted, count]], "after": […]},
 *            "mistakes": [[sentence, first, last, first2, last2, label, before, after]],
 *            "wrong": examples wrong before or after, of which `mistakes` has the first}]}
 *
 * A label is its place in "labels"; distances are those of all pairs i < j of labels, row
 * by row, null where there is none. b, a: before and after fine-tuning. Confusion and
 * mistakes are the classifier probe's at the top layer: counts over its runs, and what
 * most of them say. "followed" are the original's clusters at every update; of large
 * experiments it has the top layer alone, and null below. */
#ifndef FINDINGS_EXPLORATION_H
#define FINDINGS_EXPLORATION_H

#include "findings/gather.h"

int exploration_write(struct gather *g, struct error *err);

#endif
