/* Manifests, as others may have written them: whatever they name, nothing outside a
 * cell's folder is an artefact. */
#include "fuzz_text.h"

#include "workflow/layers.h"
#include "workflow/store.h"

static const char experiment[] = "[model m]\npath = m\n[task t]\nkind = word\nformat = embedded\n";

static struct experiment e;
static struct plan plan;

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error err;

	(void)argc;
	(void)argv;
	if (experiment_parse(&e, "x.ini", experiment, sizeof experiment - 1, "/c", NULL, NULL, &err) < 0 ||
	    plan_init(&plan, &e, &err) < 0)
		abort();
	return 0;
}

/* An artefact's path is the cell's folder and something below it. */
static void check_path(const struct store *s, const char *name)
{
	char *path = store_path(s, 0, name);

	if (path != NULL && (strncmp(path, "/c/x/prepare/t/", 15) != 0 || strstr(path, "/../") != NULL))
		abort();
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store s = { .plan = &plan };
	json_t *manifest = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL), *subject;
	char key[65];
	size_t i;

	if (manifest == NULL)
		return 0;
	manifest_key(key, manifest);
	builder_is_own(manifest);
	layers_last(manifest, "train");
	json_array_foreach(json_object_get(manifest, "subject"), i, subject)
	{
		const char *name = json_string_value(json_object_get(subject, "name"));

		if (name != NULL)
			check_path(&s, name);
	}
	json_decref(manifest);
	return 0;
}
