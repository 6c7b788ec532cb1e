/* The table of parameters: every key an experiment file may hold, what it
 * means, its default, and the stages whose numbers depend on it. The options of
 * the stages on plain files are the same keys, with dashes for underscores. */
#ifndef WORKFLOW_PARAMETERS_H
#define WORKFLOW_PARAMETERS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum parameter_type {
	PARAMETER_TEXT,
	PARAMETER_INTEGER,
	PARAMETER_NUMBER,
	PARAMETER_FLAG,   /* yes or no */
	PARAMETER_CHOICE, /* one of `choices` */
	PARAMETER_LIST,   /* texts separated by commas */
	PARAMETER_LAYERS, /* all, last, or a list (workflow/layers.h) */
	PARAMETER_GRID,   /* of the probe (probe/grid.h) */
	PARAMETER_RANGE,  /* of sentences, "1-800" */
	PARAMETER_KINDS,  /* of probes, separated by commas (probe/kinds.h) */
};

/* A parameter that stands in no manifest while it has its default: cells of before it
 * was thought of are as they were. */
#define PARAMETER_UNSAID (1u << 31)

struct parameter {
	const char *section; /* "finetune"; "model" and "task" stand for every such section */
	const char *key;
	enum parameter_type type;
	const char *value;   /* default, in normal form; NULL: none */
	double low, high;    /* of an integer or a number, both included */
	const char *choices; /* "start|end"; of a number: a word that may stand in its place */
	unsigned stages;     /* bit i: enum stage_id i depends on it; or with PARAMETER_UNSAID */
	const char *help;    /* meaning and unit */
};

size_t parameter_count(void);
const struct parameter *parameter_at(size_t index);
const struct parameter *parameter_find(const char *section, const char *key); /* NULL: none */

/* The parameter that a key of [model NAME] or [task NAME] means: the section's
 * own, else the one it overrides ("epochs", or "pretrain.epochs"). */
const struct parameter *parameter_resolve(const char *section, const char *key);

/* Brings a value to the normal form of its type, in new memory; on a malformed
 * value returns NULL and says in `why` what was expected. */
char *parameter_normal(const struct parameter *p, const char *value, char why[160]);

/* The known key nearest to a mistyped one, or NULL if none is near. */
const char *parameter_suggest(const char *section, const char *key);

bool parameter_section_known(const char *section);

#endif
