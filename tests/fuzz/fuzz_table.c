/* CSV tables: an accepted one is whole. */
#include "fuzz_text.h"

#include "base/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping text = { (const char *)data, size };
	struct table t;
	struct error err = { 0 };
	size_t length = 0;

	if (table_parse(&t, &text, "x", &err) < 0) {
		fuzz_refused(&err);
		return 0;
	}
	if (t.columns == 0 || t.filled != t.rows * t.columns)
		abort();
	for (size_t i = 0; i < t.filled; i++)
		length += strlen(t.cells[i]);
	if (length > size)
		abort();
	table_release(&t);
	return 0;
}
