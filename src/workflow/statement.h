/* Manifests as JSON: in-toto Statements (v1) with a SLSA provenance (v1) predicate.
 * What is read of one, whoever wrote it. */
#ifndef WORKFLOW_STATEMENT_H
#define WORKFLOW_STATEMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A file that a manifest tells; either may be NULL in one that is ill-formed. */
struct told_file {
	const char *name, *sha256;
};

/* What the cell wrote, and what it read, as lists; NULL where there is none. */
const json_t *statement_outputs(const json_t *manifest);
const json_t *statement_inputs(const json_t *manifest);

/* What it was asked, an object of texts; NULL where there is none. */
const json_t *statement_parameters(const json_t *manifest);

/* Steps through a list; `*at` starts at 0. False at the end. */
bool statement_next(const json_t *list, size_t *at, struct told_file *out);

/* The digest that a list tells of a name; NULL if it is not there. */
const char *statement_digest(const json_t *list, const char *name);

#endif
