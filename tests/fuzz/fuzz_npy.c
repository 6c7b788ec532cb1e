/* NumPy arrays: every value of an accepted one can be read, and is a float32. */
#include "fuzz_text.h"

#include "num/npy.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping bytes = { (const char *)data, size };
	struct npy n;
	struct error err = { 0 };
	size_t finite = 0;

	if (npy_parse(&n, &bytes, "x", &err) < 0) {
		fuzz_refused(&err);
		return 0;
	}
	for (size_t r = 0; n.view.columns > 0 && r < n.view.rows; r++)
		for (size_t c = 0; c < n.view.columns; c++)
			finite += isfinite(matrix_row(n.view, r)[c]) != 0;
	if (n.rounded > finite || finite > size)
		abort();
	npy_close(&n);
	return 0;
}
