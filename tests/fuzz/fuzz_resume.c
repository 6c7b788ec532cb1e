/* resume.bin: every text of an accepted one lies within it, and its counts are
 * of no more than it holds. */
#include "training/resume_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct resume_view v;
	struct resume_text text;
	size_t total = 0;

	if (!resume_view(&v, bytes, size))
		return 0;
	if (v.counts.size > size / sizeof(float) || v.active + v.counts.active > bytes + size)
		abort();
	while (resume_next(&v.texts, &text)) {
		if (text.data < bytes || text.length > size || text.data + text.length > bytes + size)
			abort();
		total++;
	}
	if (total != v.counts.loss_cells + v.counts.result_cells + 2 * v.counts.artefacts)
		abort();
	return 0;
}
