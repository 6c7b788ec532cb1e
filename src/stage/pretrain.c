/* tunescope pretrain: a small encoder trained as a masked language model. */
#include "stage/main.h"
#include "stage/model.h"

#include "training/pretrain.h"
#include "num/kernels.h"
#include "workflow/parameters.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option options[] = {
	{ "text", "FILE", "a sentence a line, words separated by spaces" },
	{ "heldout", "FILE", "the same, for evaluation" },
	{ "vocabulary", "DIR", "directory of vocab.txt and tokenizer_config.json" },
	{ "layers", "N", "encoder layers" },
	{ "hidden", "N", "hidden size" },
	{ "heads", "N", "attention heads" },
	{ "intermediate", "N", "feed-forward size; 0: 4 × hidden" },
	{ "positions", "N", "longest input, in word pieces" },
	{ "family", "NAME", "model_type of the encoder (bert)" },
	{ "embedding", "N", "width of its embeddings; 0: the hidden size" },
	{ NULL, NULL, NULL },
};

static int run(struct job *job, struct error *err)
{
	char *directory = job->cell ? job_input_directory(job, "prepare/", "vocab.txt") : NULL, made_by[160];
	struct pretrain_job p = {
		.text = job->cell ? job_input(job, "/text.txt") : options_need(&job->options, "text", err),
		.heldout = job->cell ? job_input(job, "/heldout.txt") : options_need(&job->options, "heldout", err),
		.vocabulary = job->cell ? directory : options_need(&job->options, "vocabulary", err),
		.params.training = model_training(job, "pretrain"),
		.seed_weights = job_seed(job, "weights"),
		.seed_order = job_seed(job, "order"),
		.seed_mask = job_seed(job, "mask"),
		.seed_dropout = job_seed(job, "dropout"),
		.made_by = made_by,
	};
	const char *keys[] = { "layers", "hidden", "heads", "intermediate", "positions", "embedding" };
	long *sizes[] = { &p.params.layers,       &p.params.hidden,    &p.params.heads,
			  &p.params.intermediate, &p.params.positions, &p.params.embedding };
	int rc = -1;

	snprintf(made_by, sizeof made_by, "%s %s", program_of(stage_of(STAGE_PRETRAIN)), kernels_name());
	if (p.text == NULL || p.heldout == NULL || p.vocabulary == NULL)
		goto done;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct parameter *known = parameter_find("model", keys[i]);

		if (job->cell != NULL)
			*sizes[i] = job_text(job, "model", keys[i]) ? job_integer(job, "model", keys[i]) : 0;
		else if (options_integer(sizes[i], &job->options, keys[i], (long)known->low, (long)known->high, err) <
			 0)
			goto done;
	}
	p.params.family = job->cell ? job_text(job, "model", "family") : options_get(&job->options, "family");
	if (p.params.family == NULL)
		p.params.family = "bert";
	if (p.params.intermediate == 0)
		p.params.intermediate = 4 * p.params.hidden;
	p.params.training.dropout = job_number(job, "pretrain", "dropout");
	p.params.training.shuffled = true;
	rc = pretrain_run(&p, &job->out, &job->context, err);
done:
	free(directory);
	return rc;
}

int main(int argc, char **argv)
{
	static const char *const sections[] = { "pretrain", NULL };
	static const struct program program = {
		.stage = STAGE_PRETRAIN,
		.usage = "--text FILE --heldout FILE --vocabulary DIR --layers N --hidden N --heads N --positions N "
			 "--out DIR",
		.options = options,
		.sections = sections,
		.run = run,
		.multiplies = true,
	};

	return stage_main(argc, argv, &program);
}
