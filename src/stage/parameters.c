/* Where a job's parameters, seeds and inputs come from. */
#include "stage/job.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "workflow/layers.h"
#include "workflow/parameters.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The option of a parameter: its key with dashes. */
static void option_name(char out[64], const char *key)
{
	snprintf(out, 64, "%s", key);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
}

static const char *plain_default(const struct program *program, const char *key)
{
	for (const char *const(*d)[2] = program->defaults; d != NULL && (*d)[0] != NULL; d++)
		if (strcmp((*d)[0], key) == 0)
			return (*d)[1];
	return NULL;
}

const char *job_text(const struct job *job, const char *section, const char *key)
{
	const char *value;
	char name[64];

	if (job->cell != NULL)
		return experiment_tuned(&job->experiment, section, key, job->cell->model, job->cell->task,
					job->cell->recipe);
	option_name(name, key);
	value = options_get(&job->options, name);
	if (value == NULL)
		value = plain_default(job->program, key);
	return value != NULL ? value : parameter_find(section, key)->value;
}

double job_number(const struct job *job, const char *section, const char *key)
{
	return strtod(job_text(job, section, key), NULL);
}

long job_integer(const struct job *job, const char *section, const char *key)
{
	return strtol(job_text(job, section, key), NULL, 10);
}

bool job_flag(const struct job *job, const char *section, const char *key)
{
	const char *value = job_text(job, section, key);

	return value != NULL && (value[0] == '\0' || strcmp(value, "yes") == 0);
}

int job_check_layers(const struct job *job, const char *section, const bool *there, long count, struct error *err)
{
	const char *layers = job_text(job, section, "layers");
	long lacking = layers_lacking(layers, there, count);

	if (lacking < 0)
		return 0;
	if (there != NULL)
		return error_set(err, STATUS_INPUT, "%s.layers = %s: layer %ld was not extracted", section, layers,
				 lacking);
	return error_set(err, STATUS_INPUT, "%s.layers = %s: no layer %ld, the model has 0 to %ld", section, layers,
			 lacking, count - 1);
}

uint64_t job_seed(const struct job *job, const char *purpose)
{
	const char *seed = options_get(&job->options, "seed");

	if (job->cell != NULL)
		return cell_seed(&job->experiment, job->cell, purpose);
	return seed == NULL ? 1 : strtoull(seed, NULL, 10);
}

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && strcmp(text + n - m, ending) == 0;
}

const char *job_input(const struct job *job, const char *ending)
{
	for (size_t i = 0; i < job->inputs.count; i++)
		if (ends_with(job->inputs.items[i].name, ending))
			return job->inputs.items[i].path;
	return NULL;
}

char *job_input_directory(const struct job *job, const char *start, const char *ending)
{
	for (size_t i = 0; i < job->inputs.count; i++) {
		const struct input *in = &job->inputs.items[i];

		if (strncmp(in->name, start, strlen(start)) == 0 && ends_with(in->name, ending))
			return text_copy_n(in->path, (size_t)(path_base(in->path) - in->path) - 1);
	}
	return NULL;
}

/* Options given on the command line must be well-formed values of their
 * parameters. A flag stands alone. */
int job_know_parameters(struct options *o, const struct program *program, struct option *made, char (*names)[64],
			struct error *err)
{
	size_t n = 0;

	for (const char *const *s = program->sections; s != NULL && *s != NULL; s++)
		for (size_t i = 0; i < parameter_count(); i++) {
			const struct parameter *p = parameter_at(i);
			char section[64];
			size_t length = strcspn(*s, ".");
			bool one = (*s)[length] == '.';

			snprintf(section, sizeof section, "%.*s", (int)length, *s);
			if (strcmp(p->section, section) != 0 || (one && strcmp(p->key, *s + length + 1) != 0) ||
			    strcmp(p->key, "seeds") == 0)
				continue;
			option_name(names[n], p->key);
			made[n] = (struct option){ names[n],
						   p->type == PARAMETER_FLAG     ? NULL
						   : p->type == PARAMETER_CHOICE ? p->choices
										 : "VALUE",
						   p->help };
			n++;
		}
	made[n] = (struct option){ NULL, NULL, NULL };
	return options_know(o, made, err);
}

int job_check_parameters(const struct options *o, const struct program *program, struct error *err)
{
	long seed;

	for (const char *const *s = program->sections; s != NULL && *s != NULL; s++)
		for (size_t i = 0; i < parameter_count(); i++) {
			const struct parameter *p = parameter_at(i);
			char name[64], why[160], *normal;
			const char *value;

			if (strncmp(p->section, *s, strlen(p->section)) != 0 || p->type == PARAMETER_FLAG)
				continue;
			option_name(name, p->key);
			value = options_get(o, name);
			if (value == NULL)
				continue;
			normal = parameter_normal(p, value, why);
			if (normal == NULL)
				return error_set(err, STATUS_INPUT, "--%s %s: %s", name, value, why);
			free(normal);
		}
	return options_integer(&seed, o, "seed", 0, LONG_MAX, err);
}
