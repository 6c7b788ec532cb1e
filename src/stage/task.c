#include "stage/task.h"

#include "base/file.h"
#include "base/json.h"
#include "workflow/parameters.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool flag(const struct task_keys *keys, const char *key, bool otherwise)
{
	const char *value = keys->get(keys->from, key);
	char why[160], *normal;
	bool yes;

	if (value == NULL || value[0] == '\0') /* not there, or an option that stands alone */
		return value != NULL || otherwise;
	normal = parameter_normal(parameter_find("task", key), value, why);
	yes = normal != NULL && strcmp(normal, "yes") == 0;
	free(normal);
	return yes;
}

static long size(const struct task_keys *keys, const char *key, long otherwise)
{
	const char *value = keys->get(keys->from, key);
	long number = otherwise;

	return value == NULL || integer_parse(&number, value) < 0 ? otherwise : number;
}

static int find_files(struct described_task *t, const struct task_keys *keys, const char *name, struct error *err)
{
	const char *train = keys->get(keys->from, "train"), *test = keys->get(keys->from, "test");

	if (train == NULL || test == NULL)
		return 0;
	t->task.train = t->train = path_join(keys->data, train);
	t->task.test = t->test = path_join(keys->data, test);
	return t->train == NULL || t->test == NULL ? error_memory(err, name) : 0;
}

int task_describe(struct described_task *out, const struct task_keys *keys, const char *name, struct error *err)
{
	const char *kind = keys->get(keys->from, "kind"), *format = keys->get(keys->from, "format"), *why;

	*out = (struct described_task){ .task = {
						.name = name,
						.format = format ? format : "tsv",
						.train_sentences = keys->get(keys->from, "train.sentences"),
						.test_sentences = keys->get(keys->from, "test.sentences"),
						.label = keys->get(keys->from, "label"),
						.empty_nodes = flag(keys, "empty_nodes", true),
						.subtypes = flag(keys, "subtypes", true),
						.lossy = flag(keys, "lossy", false),
						.encoding = keys->get(keys->from, "encoding"),
						.train_size = size(keys, "train.size", 600),
						.test_size = size(keys, "test.size", 200),
					} };
	if (kind == NULL || task_kind_parse(&out->task.kind, kind) < 0)
		return error_set(err, STATUS_INPUT, "--kind: expected word, pair or sentence");
	if (find_files(out, keys, name, err) < 0)
		return -1;
	why = task_check(&out->task);
	if (why == NULL)
		return 0;
	described_task_release(out);
	return error_set(err, STATUS_INPUT, "%s: %s", name, why);
}

struct section {
	const struct experiment *experiment;
	const char *name;
};

static const char *get_key(const void *from, const char *key)
{
	const struct section *s = from;

	return experiment_get(s->experiment, "task", key, NULL, s->name);
}

int task_describe_experiment(struct described_task *out, const struct experiment *e, const char *name,
			     struct error *err)
{
	return task_describe(out, &(struct task_keys){ get_key, &(struct section){ e, name }, e->data }, name, err);
}

void described_task_release(struct described_task *t)
{
	free(t->train);
	free(t->test);
	*t = (struct described_task){ 0 };
}
