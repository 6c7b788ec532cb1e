/* The authors' distances, with a label set beside them and without. */
#include "fuzz_text.h"

#include "geometry/authors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *known_names[] = { "-LRB-", "-RRB-", "a", "a---b", "b" };
	static const struct labelset known = { known_names, 5 };
	struct mapping text = { (const char *)data, size };

	for (int beside = 0; beside < 2; beside++) {
		struct labelset names = { 0 };
		struct table t;
		struct error err = { 0 };

		if (authors_parse(&t, &names, &text, "x", beside ? &known : NULL, &err) < 0) {
			fuzz_refused(&err);
			continue;
		}
		for (size_t r = 0; r < t.rows; r++)
			if (labelset_find(&names, table_text_at(&t, r, "label_a")) < 0 ||
			    labelset_find(&names, table_text_at(&t, r, "label_b")) < 0 ||
			    !(table_number_at(&t, r, "distance") > 0))
				abort();
		table_release(&t);
		labelset_release(&names);
	}
	return 0;
}
