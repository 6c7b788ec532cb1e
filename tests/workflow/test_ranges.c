/* A value that the table of parameters lets through is refused by nobody behind it,
 * and what training and probes cannot work with does not pass the table. */
#include "support.h"

#include "training/training_params.h"
#include "probe/probe.h"
#include "workflow/parameters.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool passes(const char *section, const char *key, const char *value)
{
	char why[160], *normal = parameter_normal(parameter_find(section, key), value, why);
	bool passed = normal != NULL;

	free(normal);
	return passed;
}

static const struct training_params usual = { .epochs = 3, .batch = 32, .lr = 1e-4, .warmup = 0.1, .clip = 1.0 };

static const struct {
	const char *key;
	size_t at;
	bool whole;
	const char *wrong[3]; /* to both; NULL-ended */
} training[] = {
	{ "epochs", offsetof(struct training_params, epochs), true, { "0", "-1" } },
	{ "batch", offsetof(struct training_params, batch), true, { "0", "-1" } },
	{ "lr", offsetof(struct training_params, lr), false, { "0", "-0.1" } },
	{ "warmup", offsetof(struct training_params, warmup), false, { "1.01", "-0.1" } },
	{ "weight_decay", offsetof(struct training_params, weight_decay), false, { "-0.1" } },
	{ "clip", offsetof(struct training_params, clip), false, { "-1" } },
	{ "dropout", offsetof(struct training_params, dropout), false, { "1" } },
};

static const char *check_training(size_t i, double value)
{
	struct training_params p = usual;
	const long integer = (long)value;

	memcpy((char *)&p + training[i].at, training[i].whole ? (const void *)&integer : (const void *)&value,
	       training[i].whole ? sizeof integer : sizeof value);
	return training_params_check(&p);
}

static void training_takes_what_the_table_does(void **state)
{
	static const char *const sections[] = { "pretrain", "finetune" };

	(void)state;
	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < sizeof training / sizeof training[0]; i++) {
			const struct parameter *p = parameter_find(sections[s], training[i].key);

			assert_non_null(p);
			assert_true(p->low < p->high);
			assert_null(check_training(i, p->low));
			assert_null(check_training(i, p->high));
			for (size_t w = 0; training[i].wrong[w] != NULL; w++) {
				assert_false(passes(p->section, p->key, training[i].wrong[w]));
				assert_non_null(check_training(i, atof(training[i].wrong[w])));
			}
		}
	assert_true(passes("finetune", "warmup", "1"));
	assert_true(passes("finetune", "dropout", "model"));
	assert_false(passes("pretrain", "dropout", "model"));
	assert_false(passes("finetune", "dropout", "nan"));
	assert_false(passes("finetune", "dropout", "0.5x"));
	assert_false(passes("finetune", "dropout", "-0.1"));
	assert_false(passes("finetune", "lr", "0x1p-3"));
}

static void probes_take_what_the_table_does(void **state)
{
	const struct parameter *runs = parameter_find("probe", "runs"),
			       *iterations = parameter_find("probe", "max_iter");
	const struct parameter *wide = parameter_find("probe", "wide");
	struct probe_params p = { .grid = "small", .kinds = PROBE_MLP, .seed = PROBE_SEED_MAX };

	(void)state;
	p.runs = (long)runs->low, p.max_iter = (long)iterations->low, p.wide = (long)wide->low;
	assert_null(probe_params_check(&p));
	p.runs = (long)runs->high, p.max_iter = (long)iterations->high, p.wide = (long)wide->high;
	assert_null(probe_params_check(&p));
	p.runs++;
	assert_string_equal(probe_params_check(&p), "runs: expected 1 to 1000");
	p.runs--, p.max_iter++;
	assert_string_equal(probe_params_check(&p), "max-iter: expected 1 to 1000000");
	p.max_iter--, p.wide++;
	assert_string_equal(probe_params_check(&p), "wide: expected 0 to 100000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(training_takes_what_the_table_does),
		cmocka_unit_test(probes_take_what_the_table_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
