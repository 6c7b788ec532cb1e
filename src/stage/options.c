#include "stage/options.h"

#include "base/array.h"
#include "base/json.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int options_know(struct options *o, const struct option *list, struct error *err)
{
	for (; list->name != NULL; list++) {
		if (array_reserve(&o->known, &o->capacity, o->count + 1, sizeof *o->known) < 0 ||
		    array_reserve(&o->values, &o->values_capacity, o->count + 1, sizeof *o->values) < 0)
			return error_memory(err, "options");
		o->known[o->count] = list;
		o->values[o->count++] = NULL;
	}
	return 0;
}

static size_t option_find(const struct options *o, const char *name, size_t length)
{
	size_t i = 0;

	while (i < o->count && (strlen(o->known[i]->name) != length || strncmp(o->known[i]->name, name, length) != 0))
		i++;
	return i;
}

int options_parse(struct options *o, int argc, char **argv, struct error *err)
{
	bool words = false;

	for (int a = 1; a < argc; a++) {
		const char *name = argv[a] + 2;
		size_t length, i;

		if (!words && strcmp(argv[a], "--") == 0) {
			words = true;
			continue;
		}
		if (words || strncmp(argv[a], "--", 2) != 0) {
			if (array_reserve(&o->words, &o->word_capacity, o->word_count + 1, sizeof *o->words) < 0)
				return error_memory(err, "options");
			o->words[o->word_count++] = argv[a];
			continue;
		}
		length = strcspn(name, "=");
		i = option_find(o, name, length);
		if (i == o->count)
			return error_set(err, STATUS_INPUT, "unknown option --%.*s; --help lists them", (int)length,
					 name);
		if (o->values[i] != NULL)
			return error_set(err, STATUS_INPUT, "--%s stands twice", o->known[i]->name);
		if (o->known[i]->argument == NULL && name[length] == '=')
			return error_set(err, STATUS_INPUT, "--%s takes no value", o->known[i]->name);
		if (o->known[i]->argument == NULL)
			o->values[i] = "";
		else if (name[length] == '=')
			o->values[i] = name + length + 1;
		else if (a + 1 < argc)
			o->values[i] = argv[++a];
		else
			return error_set(err, STATUS_INPUT, "--%s: expected %s", o->known[i]->name,
					 o->known[i]->argument);
	}
	return 0;
}

const char *options_get(const struct options *o, const char *name)
{
	size_t i = option_find(o, name, strlen(name));

	return i < o->count ? o->values[i] : NULL;
}

bool options_has(const struct options *o, const char *name)
{
	return options_get(o, name) != NULL;
}

const char *options_need(const struct options *o, const char *name, struct error *err)
{
	const char *value = options_get(o, name);

	if (value == NULL)
		error_set(err, STATUS_INPUT, "--%s is missing; --help lists the options", name);
	return value;
}

int options_integer(long *out, const struct options *o, const char *name, long low, long high, struct error *err)
{
	const char *text = options_get(o, name);
	long value;

	if (text == NULL)
		return 0;
	if (integer_parse(&value, text) == 0 && value >= low && value <= high) {
		*out = value;
		return 0;
	}
	if (high == LONG_MAX)
		return error_set(err, STATUS_INPUT, "--%s %s: expected a whole number from %ld on", name, text, low);
	return error_set(err, STATUS_INPUT, "--%s %s: expected a whole number from %ld to %ld", name, text, low,
			 high);
}

void options_print(const struct options *o)
{
	for (size_t i = 0; i < o->count; i++) {
		char left[80];

		snprintf(left, sizeof left, "--%s%s%s", o->known[i]->name, o->known[i]->argument ? " " : "",
			 o->known[i]->argument ? o->known[i]->argument : "");
		printf("  %-28s %s\n", left, o->known[i]->help);
	}
}

void options_release(struct options *o)
{
	free(o->known);
	free(o->values);
	free(o->words);
	*o = (struct options){ 0 };
}
