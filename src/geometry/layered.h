/* A context for the work on one part of something larger: its progress lines and
 * warnings say of which part they are. */
#ifndef GEOMETRY_LAYERED_H
#define GEOMETRY_LAYERED_H

#include "base/context.h"

struct layered {
	struct context ctx; /* for the work on the part */
	const struct context *outer;
	char part[128]; /* "layer 3" */
};

/* `out` must stay in its place while its context is in use. */
void layered_init(struct layered *out, const struct context *outer, const char *part_format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
