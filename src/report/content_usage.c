/* Methods, with the parameters that the cells were run with. */
#include "report/content_part.h"

#include "base/array.h"
#include "report/tabulars_usage.h"

#include <string.h>

/* A setting that all cells of a stage share, between two texts. */
struct phrase {
	const char *key, *before, *after;
};

static void add_phrases(struct prose *p, const struct usage *u, const char *stage, const struct phrase *phrases,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = usage_common(u, stage, phrases[i].key);

		if (value != NULL)
			prose_item(p, ", ", "%s%s%s", phrases[i].before, value, phrases[i].after);
	}
}

/* A paragraph, whose text is released. */
static void finish(struct document *d, struct prose *p)
{
	d->broken = d->broken || p->broken;
	document_text(d, "%s", prose_text(p));
	prose_release(p);
}

static bool is(const char *value, const char *text)
{
	return value != NULL && strcmp(value, text) == 0;
}

void content_representation(struct document *d, const struct usage *u)
{
	const char *pooling = usage_common(u, "extract", "pooling"), *cut = usage_common(u, "extract", "truncate");

	document_text(d,
		      "A word is represented by %s, a pair of words by the concatenation of its two vectors, a "
		      "sentence by the vector of [CLS]. Layers are counted from 0, the embeddings, to the last layer "
		      "of the encoder.%s",
		      is(pooling, "mean")    ? "the mean of its word pieces’ vectors"
		      : is(pooling, "first") ? "the vector of its first word piece"
					     : "the mean or the first of its word pieces’ vectors, as the parameters "
					       "below say",
		      is(cut, "no") ? " No sentence was cut: each fits into the encoder." : "");
}

static void say_finetuning(struct document *d, const struct usage *u)
{
	static const struct phrase phrases[] = {
		{ "epochs", "", " epochs" },
		{ "batch", "batches of ", " sentences" },
		{ "order", "the sentences in ", " order" },
		{ "lr", "a peak learning rate of ", "" },
		{ "warmup", "to which the rate rises linearly in the first ",
		  " of the updates, falling linearly to 0 in the rest" },
		{ "weight_decay", "a weight decay of ", "" },
		{ "clip", "gradients scaled down to a norm of ", " (0: as they are)" },
	};
	const char *dropout = usage_common(u, "finetune", "dropout");
	struct prose p = { 0 }, shared = { 0 };

	add_phrases(&shared, u, "finetune", phrases, sizeof phrases / sizeof phrases[0]);
	if (is(dropout, "model"))
		prose_item(&shared, ", ", "and the dropout of each model’s own configuration");
	else if (dropout != NULL)
		prose_item(&shared, ", ", "and a dropout of %s", dropout);
	prose_add(&p,
		  "A linear classifier on the representation is trained together with the whole encoder, for each "
		  "task by itself, by Adam with decoupled weight decay and the loss of cross-entropy.");
	if (shared.length > 0)
		prose_format(&p, " All runs have %s. The table has what each of them used.", shared.text);
	d->broken = d->broken || shared.broken;
	prose_release(&shared);
	finish(d, &p);
}

/* The members of a grid that has a name. */
static const char *grid_text(const char *name)
{
	return is(name, "paper") ? CONTENT_GRID_PAPER : is(name, "small") ? CONTENT_GRID_SMALL : NULL;
}

static void say_probes(struct document *d, const struct usage *u)
{
	static const struct phrase phrases[] = {
		{ "runs", "the chosen setting is trained ", " times with different initialisations" },
		{ "max_iter", "at most ", " epochs each" },
	};
	const char *grid = usage_common(u, "probe", "grid"), *select = usage_common(u, "probe", "select");
	struct prose p = { 0 }, shared = { 0 };

	prose_add(&p,
		  "The probe is a multi-layer perceptron with two hidden layers of rectified linear units, trained "
		  "from scratch by Adam. The sizes of the layers and the penalty α of the weights are chosen");
	if (grid_text(grid) != NULL)
		prose_format(&p, " from %s", grid_text(grid));
	else if (grid != NULL)
		prose_format(&p, " from the grid %s (sizes, then values of α)", grid);
	if (select != NULL)
		prose_add(&p, is(select, "cv5") ? " by five-fold cross-validation on the training part"
						: " on a tenth of the training part that is held out");
	add_phrases(&shared, u, "probe", phrases, 2);
	prose_format(&p, "%s%s. The table has what was chosen.", shared.length > 0 ? "; " : "", prose_text(&shared));
	d->broken = d->broken || shared.broken;
	prose_release(&shared);
	finish(d, &p);
	document_text(
		d, "Macro-F1 is the mean over labels of the harmonic mean of precision and recall. A linear probe "
		   "has no hidden layer. Selectivity: the accuracy less that on a control task, whose labels are "
		   "drawn at "
		   "random for each word type (Hewitt and Liang 2019). Codelength: the bits that send the training "
		   "labels, each block coded by a probe trained on those before it (Voita and Titov 2020).");
}

static void say_geometry(struct document *d, const struct usage *u)
{
	const char *fewest = usage_common(u, "directprobe", "min_points"),
		   *follow = usage_common(u, "trajectory", "directprobe.follow");
	struct prose p = { 0 };

	prose_add(&p, "Distances of clusters are exact distances of their convex hulls.");
	if (fewest != NULL)
		prose_format(&p, " Clusters of fewer than %s points have none.", fewest);
	if (follow != NULL)
		prose_format(&p, " During fine-tuning the clusters of the %s are followed.",
			     is(follow, "start") ? "original" : "fine-tuned model");
	prose_add(&p, " Intervals of similarities are of 95 %, by bootstrap over labels; those of accuracies 95 % of "
		      "Student’s t over the runs.");
	finish(d, &p);
}

static void say_computation(struct document *d, const struct usage *u)
{
	struct prose p = { 0 }, kernels = { 0 };

	usage_list(&kernels, u, "kernels");
	prose_add(&p, "Matrix products have the same bytes on every x86-64 processor with AVX2");
	if (kernels.length > 0 && strstr(kernels.text, "plain") != NULL)
		prose_add(&p, "; some of the stages ran on one without, where results are equal and not identical");
	prose_format(
		&p,
		". This report was written by Tunescope %s. The manifests have the digest of the program that ran "
		"each cell; compiler, libraries, processor and times stand in run.json beside each in the cache.",
		d->version);
	d->broken = d->broken || kernels.broken;
	prose_release(&kernels);
	finish(d, &p);
}

static void add_grid(struct document *d, struct tabular *g, bool folded)
{
	if (tabular_rows(g) == 0)
		document_missing(d, "A table would stand here (“%s”); none of the cells it is made of is there.",
				 g->caption);
	document_grid(d, g, folded);
}

int content_usage(struct document *d, const struct content *c, const struct usage *u, struct error *err)
{
	struct tabular g;

	document_section(d, 3, "method-finetuning", "Fine-tuning");
	say_finetuning(d, u);
	if (tabular_finetuning(&g, u, c->in->collected, err) < 0)
		return -1;
	add_grid(d, &g, false);
	if (content_figures(d, c, "method-finetuning", err) < 0)
		return -1;
	document_section(d, 3, "method-probes", "Probes");
	say_probes(d, u);
	if (tabular_selection(&g, c->in->collected, err) < 0)
		return -1;
	add_grid(d, &g, true);
	document_section(d, 3, "method-geometry", "Clusters, distances and similarities");
	say_geometry(d, u);
	document_section(d, 3, "method-computation", "Computation");
	say_computation(d, u);
	return 0;
}
