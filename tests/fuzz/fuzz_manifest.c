/* Manifests, as others may have written them: whatever they name, nothing outside a
 * cell's folder is an artefact. */
#include "fuzz_text.h"

#include "workflow/layers.h"
#include "workflow/manifest.h"
#include "workflow/statement.h"

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
	json_t *manifest = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct told_file f;

	if (manifest == NULL)
		return 0;
	statement_digest(statement_inputs(manifest), "prepare/t/train.tsv");
	builder_is_own(manifest);
	layers_last(manifest, "train");
	for (size_t at = 0; statement_next(statement_outputs(manifest), &at, &f);)
		if (f.name != NULL)
			check_path(&s, f.name);
	json_decref(manifest);
	return 0;
}
