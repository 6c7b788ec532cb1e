/* Experiment files: what is accepted has names and values in normal form, and every
 * text of it can be written so that it is read back whole. */
#include "fuzz_text.h"

#include "base/name.h"
#include "workflow/experiment.h"

static void check_text(const char *text)
{
	char *quoted = ini_quote(text, 0), *read;

	if (quoted == NULL)
		return;
	read = ini_unquote(quoted, strlen(quoted));
	if (read == NULL || strcmp(read, text) != 0)
		abort();
	free(quoted);
	free(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct experiment e;
	struct error err = { 0 };

	if (experiment_parse(&e, "x.ini", (const char *)data, size, NULL, NULL, NULL, &err) < 0) {
		fuzz_refused(&err);
		return 0;
	}
	if (e.model_count == 0 || e.task_count == 0 || e.seed_count == 0)
		abort();
	for (size_t i = 0; i < e.model_count; i++)
		if (name_check(e.model_names[i]) != NULL)
			abort();
	for (size_t i = 0; i < e.setting_count; i++)
		check_text(e.settings[i].value);
	experiment_release(&e);
	return 0;
}
