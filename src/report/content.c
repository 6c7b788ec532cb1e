#include "report/content.h"

#include "base/array.h"
#include "base/file.h"
#include "report/dissent.h"
#include "report/say.h"
#include "findings/convergence.h"
#include "findings/tabulars.h"
#include "findings/tabulars_recipes.h"

#include <stdlib.h>
#include <string.h>

/* Adds a grid that one of the functions of tabulars.h makes; one without rows is
 * named as missing. */
static int add_grid(struct document *d, const struct content *c,
		    int (*make)(struct tabular *, const struct evidence *, struct error *), bool folded,
		    struct error *err)
{
	struct tabular g;

	if (make(&g, c->evidence, err) < 0)
		return -1;
	if (tabular_rows(&g) == 0)
		document_missing(d, "A table would stand here (“%s”); none of the cells it is made of is there.",
				 g.caption == NULL ? g.id : g.caption);
	document_grid(d, &g, folded);
	return 0;
}

static int say_convergence(struct document *d, const char *collected, struct error *err)
{
	struct fit_counts fits;

	if (convergence_read(&fits, collected, err) < 0)
		return -1;
	if (fits.count > 0)
		document_text(
			d,
			"Of %ld fits of the classifier probe, over all layers and states, %ld ended at the limit of "
			"epochs before they converged.%s",
			fits.count, fits.cut,
			convergence_is_poor(&fits) ? " Accuracies that rest on them are what the probe had "
						     "reached, and not what it can reach."
						   : "");
	return 0;
}

static int write_accuracy(struct document *d, const struct content *c, struct error *err)
{
	struct tabular g;

	document_section(d, 2, "accuracy", "Does fine-tuning always improve performance?");
	document_text(
		d,
		"A classifier (the probe) is trained on the frozen vectors of the last layer, before and after "
		"fine-tuning. The similarity of training and test set compares the distances between labels in the "
		"two: 1 means that both have the same shape.");
	document_verdict(d, 1);
	document_verdict(d, 2);
	document_verdict(d, 3);
	say_accuracy(d, c->evidence);
	if (say_convergence(d, c->in->collected, err) < 0 || add_grid(d, c, tabular_divergence, false, err) < 0 ||
	    tabular_convergence(&g, c->in->collected, err) < 0)
		return -1;
	document_grid(d, &g, true);
	return content_figures(d, c, "accuracy", err);
}

/* With recipes alone. */
static int write_recipes(struct document *d, const struct content *c, struct error *err)
{
	struct tabular g;
	size_t recipes = 0;

	while (evidence_recipe_at(c->evidence, recipes) != NULL)
		recipes++;
	if (recipes == 0)
		return 0;
	document_section(d, 2, "recipes", "Which fine-tuning changes what?");
	document_text(
		d,
		"Each model was fine-tuned by %zu recipes. Runs of one seed begin with the same head and see the "
		"same batches, and every state is probed with the same seeds as the original, so that a "
		"difference is the recipe’s. In all that follows a recipe stands in parentheses behind the "
		"model.",
		recipes);
	if (add_grid(d, c, tabular_recipes, false, err) < 0 || content_figures(d, c, "recipes", err) < 0)
		return -1;
	d->recipe_columns = array_new(recipes + 1, 1, sizeof *d->recipe_columns);
	if (d->recipe_columns == NULL)
		return error_memory(err, "the report");
	if (tabular_claims_by_recipe(&g, d->recipe_columns, c->evidence, err) < 0)
		return -1;
	document_grid(d, &g, false);
	return 0;
}

static int write_clusters(struct document *d, const struct content *c, struct error *err)
{
	document_section(d, 2, "clusters", "Do labels become linearly separable?");
	document_text(
		d,
		"DirectProbe groups the training examples into as few clusters as it can, such that each holds one "
		"label and the convex hulls of different labels do not overlap. As many clusters as labels mean that "
		"a linear classifier suffices.");
	document_verdict(d, 4);
	say_clusters(d, c->evidence);
	if (add_grid(d, c, tabular_clusters, false, err) < 0 ||
	    (say_dissent(d, c->evidence) > 0 && add_grid(d, c, tabular_dissent, true, err) < 0))
		return -1;
	return content_figures(d, c, "clusters", err);
}

static int write_margins(struct document *d, const struct content *c, struct error *err)
{
	document_section(d, 2, "distances", "Does fine-tuning push labels apart?");
	document_text(
		d, "The distance of two labels is that of their clusters’ hulls: twice the margin of the best linear "
		   "separator. A label’s minimum distance is the one to its nearest other label.");
	document_verdict(d, 5);
	document_verdict(d, 10);
	say_margins(d, c->evidence);
	return add_grid(d, c, tabular_margins, false, err) < 0 ? -1 : content_figures(d, c, "distances", err);
}

static int write_transfer(struct document *d, const struct content *c, struct error *err)
{
	document_section(d, 2, "transfer", "What does one task’s fine-tuning do to another?");
	document_text(
		d,
		"An encoder fine-tuned on one task is probed on another. If distance is what matters, accuracy and "
		"distances should rise and fall together.");
	document_verdict(d, 6);
	if (json_is_null(json_object_get(c->experiment, "cross"))) {
		document_missing(
			d, "A table of cross-task results would stand here; the experiment names no target task.");
		return 0;
	}
	say_transfer(d, c->evidence);
	return add_grid(d, c, tabular_crosstask, false, err) < 0 ? -1 : content_figures(d, c, "transfer", err);
}

static int write_layers(struct document *d, const struct content *c, struct error *err)
{
	document_section(d, 2, "layers", "How do the layers change?");
	document_text(
		d,
		"Layer 0 is the embedding output. The similarity of a layer to its original self is the correlation "
		"of the distances between labels before and after fine-tuning; the displacement of a label is how "
		"far its centroid moved.");
	document_verdict(d, 7);
	document_verdict(d, 8);
	document_verdict(d, 9);
	say_layers(d, c->evidence);
	if (add_grid(d, c, tabular_layers, true, err) < 0 || add_grid(d, c, tabular_alignment, true, err) < 0 ||
	    add_grid(d, c, tabular_probes, true, err) < 0)
		return -1;
	return content_figures(d, c, "layers", err);
}

static int write_numbers(struct document *d, const struct content *c, struct error *err)
{
	struct tabular g;

	document_section(d, 2, "numbers", "All numbers");
	if (add_grid(d, c, tabular_table7, false, err) < 0 ||
	    tabular_beside_paper(&g, c->evidence, c->paper, err) < 0)
		return -1;
	if (tabular_rows(&g) > 0) {
		document_section(d, 3, "beside-paper", "The paper’s numbers beside ours");
		document_text(d, "The paper’s figures are those of its Table 7. Its similarity counts label pairs "
				 "that are absent as distance 0; ours leaves them out.");
	}
	document_grid(d, &g, false);
	return 0;
}

static int copy_names(struct document *d, const struct content *c, struct error *err)
{
	const char *name = json_string_value(json_object_get(c->experiment, "name"));
	const char *title = json_string_value(json_object_get(c->experiment, "title"));
	const char *published = json_string_value(json_object_get(c->experiment, "published"));

	d->name = text_copy(name == NULL ? "" : name);
	d->title = text_copy(title == NULL ? "" : title);
	d->published = text_copy(published == NULL ? "" : published);
	d->version = text_copy(c->in->version == NULL ? "" : c->in->version);
	if (d->name == NULL || d->title == NULL || d->published == NULL || d->version == NULL)
		return error_memory(err, "the report");
	return 0;
}

static int read_claims(struct document *d, const struct content *c, struct error *err)
{
	char *path = path_join(c->in->collected, "claims.json");
	int rc = path == NULL ? error_memory(err, "claims.json") : claims_read(&d->claims, path, err);

	free(path);
	return rc;
}

int content_write(struct document *out, const struct content *c, struct error *err)
{
	if (copy_names(out, c, err) < 0 || read_claims(out, c, err) < 0)
		return -1;
	if (content_summary(out, c, err) < 0)
		return -1;
	document_explorer(out);
	if (write_recipes(out, c, err) < 0 || write_accuracy(out, c, err) < 0 || write_clusters(out, c, err) < 0 ||
	    write_margins(out, c, err) < 0 || write_transfer(out, c, err) < 0 || write_layers(out, c, err) < 0 ||
	    write_numbers(out, c, err) < 0 || content_methods(out, c, err) < 0 || content_missing(out, c, err) < 0 ||
	    content_provenance(out, c, err) < 0)
		return -1;
	content_downloads(out);
	return document_check(out, err);
}
