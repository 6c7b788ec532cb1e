/* TREC questions, in the encoding that is found and in both that can be told. */
#include "fuzz_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct task tasks[] = {
		{ .name = "x", .kind = TASK_SENTENCE, .format = "trec" },
		{ .name = "x", .kind = TASK_SENTENCE, .format = "trec", .encoding = "utf-8", .lossy = true },
		{ .name = "x", .kind = TASK_SENTENCE, .format = "trec", .encoding = "iso-8859-1" },
	};

	for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
		fuzz_part(read_trec, &tasks[i], data, size);
	return 0;
}
