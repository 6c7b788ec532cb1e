/* CoNLL-U, as words and as pairs. */
#include "fuzz_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct task tasks[] = {
		{ .name = "x", .kind = TASK_WORD, .format = "conllu", .label = "upos", .empty_nodes = true },
		{ .name = "x", .kind = TASK_PAIR, .format = "conllu", .label = "deprel", .empty_nodes = true },
		{ .name = "x",
		  .kind = TASK_PAIR,
		  .format = "conllu",
		  .label = "deprel",
		  .subtypes = true,
		  .lossy = true },
	};

	for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
		fuzz_part(read_conllu, &tasks[i], data, size);
	return 0;
}
