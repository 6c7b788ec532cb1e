/* What an interrupted run goes on from: a file for each layer beside the
 * outputs, removed once all is written. It names the digest of everything that
 * the result depends on; one that does not fit is ignored. */
#ifndef GEOMETRY_WORK_H
#define GEOMETRY_WORK_H

#include "base/output.h"
#include "geometry/measures.h"
#include "geometry/partition.h"

struct work {
	char digest[65]; /* of the program, points, labels and parameters */
	struct partition_memory memory;
	bool clustered; /* `partition` is filled */
	struct partition partition;
	bool measured; /* `measures` is filled */
	struct measures measures;
};

/* Reads the file if it is there and fits; `work->digest` is set. */
void work_load(struct work *work, const char *folder, const char *name, const struct points *points);

/* The same from bytes that lie in memory; -1 if they do not fit. */
int work_parse(struct work *work, const char *data, size_t size, const struct points *points);
int work_save(const struct work *work, const char *folder, const char *name, const struct points *points,
	      struct error *err);
void work_release(struct work *work);

#endif
