#include "workflow/state.h"

#include "base/array.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char state_original[] = "original";

char *state_run(const char *task, const char *recipe, long seed)
{
	return recipe == NULL ? text_format("%s-s%ld", task, seed) : text_format("%s-%s-s%ld", task, recipe, seed);
}

char *state_name(const char *task, const char *recipe, long seed, long checkpoint)
{
	char *run = state_run(task, recipe, seed);
	char *name = run == NULL ? NULL : text_format("%s-%s", run, state_checkpoint_name(checkpoint).text);

	free(run);
	return name;
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
