/* What the classifier probe of the top layer answers, for exploration.json: its confusions,
 * and the examples that it takes for something else. */
#ifndef FINDINGS_ANSWERS_H
#define FINDINGS_ANSWERS_H

#include "base/json.h"
#include "corpus/examples.h"
#include "corpus/labels.h"
#include "findings/gather.h"

/* A task: its labels, and its test examples. */
struct topic {
	struct labelset labels;
	struct examples examples; /* without items where they are not there */
	json_t *sentences;        /* those that are shown */
};

/* Sets out[side] to the counts [label, predicted, count] of a probe's cell, over its runs;
 * empty where the cell is −1 or has none. */
int answers_add_confusion(json_t *out, struct gather *g, long cell, const char *side, const struct topic *topic,
			  struct error *err);

/* Sets run["mistakes"] to the first examples that the probes before or after fine-tuning
 * get wrong, and run["wrong"] to how many there are; their sentences go to the topic. */
int answers_add_mistakes(json_t *run, struct gather *g, long probe_before, long probe_after, struct topic *topic,
			 struct error *err);

#endif
