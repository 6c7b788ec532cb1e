/* The journal of a probe: its valid part ends where a record is torn, and every
 * record lies within it. */
#include "probe/journal.h"

#include <stdlib.h>

static const char digest[] = "0123456789012345678901234567890123456789012345678901234567890123";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t valid = journal_valid((const char *)data, size, digest);

	if (valid > size || journal_valid((const char *)data, valid, digest) != valid)
		abort();
	for (uint64_t task = 0; task < 4; task++) {
		size_t length = 0;
		const char *found = journal_record((const char *)data, valid, task, &length);

		if (found != NULL && (found < (const char *)data || found + length > (const char *)data + valid))
			abort();
	}
	return 0;
}
