/* pytorch_model.bin: a zip where the input begins as one, else the legacy form;
 * and the input's pickle by itself. */
#include "fuzz_weights.h"

#include "weights/pickle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pickle *p;
	struct error err = { 0 };

	fuzz_weights(WEIGHTS_TORCH, data, size);
	if (pickle_run(&p, "x", (const char *)data, size, &err) == 0) {
		if (pickle_size(p) > size)
			abort();
		pickle_free(p);
	}
	return 0;
}
