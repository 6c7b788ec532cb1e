/* Embeddings, as text or as an array. */
#include "fuzz_text.h"

#include "geometry/points.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct context ctx;
	struct mapping bytes = { (const char *)data, size };
	struct matrix m;
	struct error err = { 0 };

	if (embeddings_parse(&m, &bytes, "x", &ctx, &err) < 0) {
		fuzz_refused(&err);
		return 0;
	}
	if (m.columns > 0 && m.rows > size)
		abort();
	free(m.data);
	return 0;
}
