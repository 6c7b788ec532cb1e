/* Tables of examples, of every kind. */
#include "fuzz_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int kind = 0; kind < 3; kind++) {
		struct mapping text = { (const char *)data, size };
		struct examples e;
		struct error err = { 0 };

		if (examples_parse(&e, &text, "x", (enum task_kind)kind, &err) < 0)
			fuzz_refused(&err);
		else
			fuzz_examples(&e);
		examples_release(&e);
	}
	return 0;
}
