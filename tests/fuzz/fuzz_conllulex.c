/* CoNLL-U-Lex, both columns of supersenses. */
#include "fuzz_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct task tasks[] = {
		{ .name = "x", .kind = TASK_WORD, .format = "conllulex", .label = "ss" },
		{ .name = "x", .kind = TASK_WORD, .format = "conllulex", .label = "ss2", .lossy = true },
	};

	for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
		fuzz_part(read_conllulex, &tasks[i], data, size);
	return 0;
}
