#include "workflow/state.h"

#include "base/array.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

const char state_original[] = "original";

char *state_run(const char *task, long seed)
{
	return text_format("%s-s%ld", task, seed);
}

char *state_name(const char *task, long seed, long checkpoint)
{
	return text_format("%s-s%ld-%s", task, seed, state_checkpoint_name(checkpoint).text);
}

struct checkpoint_name state_checkpoint_name(long checkpoint)
{
	struct checkpoint_name name;

	snprintf(name.text, sizeof name.text, "c%02ld", checkpoint);
	return name;
}

long state_checkpoint(const char *state)
{
	const char *c = strrchr(state, 'c');
	long number;

	if (strcmp(state, state_original) == 0)
		return 0;
	if (c == NULL || (c != state && c[-1] != '-') || integer_parse(&number, c + 1) < 0)
		return -1;
	return number;
}
