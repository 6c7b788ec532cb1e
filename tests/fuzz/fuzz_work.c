/* What an interrupted clustering goes on from, without its seal: an accepted one
 * leads nowhere outside of its points, labels and clusters. */
#include "geometry/work.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 6, LABELS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint32_t label[POINTS] = { 0, 0, 0, 1, 1, 1 };
	static char digest[] = "0123456789012345678901234567890123456789012345678901234567890123";
	struct points points = { .count = POINTS, .labels = LABELS, .label = label };
	struct work w = { 0 };

	memcpy(w.digest, digest, sizeof w.digest);
	if (work_parse(&w, (const char *)data, size, &points) < 0)
		return 0;
	for (size_t i = 0; i < w.memory.merge_count; i++)
		if (w.memory.merges[i].b >= POINTS)
			abort();
	for (size_t i = 0; w.clustered && i < POINTS; i++)
		if (w.partition.cluster[i] >= w.partition.clusters)
			abort();
	for (size_t l = 0; w.measured && l < LABELS; l++)
		if (w.measures.nearest[l] >= LABELS)
			abort();
	work_release(&w);
	return 0;
}
