/* The authors' cluster numbers and labels, a line each. */
#include "fuzz_text.h"

#include "corpus/labels.h"
#include "geometry/assignment.h"

enum { ROWS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping text = { (const char *)data, size };
	struct labels labels;
	struct error err = { 0 };
	long numbers[ROWS] = { 0 };

	if (assignment_parse(numbers, &text, "x", ROWS, &err) < 0)
		fuzz_refused(&err);
	for (int i = 0; i < ROWS; i++)
		if (err.status == STATUS_OK && numbers[i] < -1)
			abort();
	err = (struct error){ 0 };
	if (labels_parse(&labels, &text, "x", &err) < 0) {
		fuzz_refused(&err);
		return 0;
	}
	for (size_t i = 0; i < labels.count; i++)
		fuzz_column(labels.names[i]);
	labels_release(&labels);
	return 0;
}
