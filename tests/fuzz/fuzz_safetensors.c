/* A safetensors file: parsed, and every tensor read that is small enough. */
#include "fuzz_weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_weights(WEIGHTS_SAFETENSORS, data, size);
	return 0;
}
