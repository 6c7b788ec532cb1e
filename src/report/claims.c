#include "report/claims.h"

#include "base/array.h"
#include "base/json.h"
#include "report/decide.h"

#include <stdlib.h>
#include <string.h>

static const struct definition {
	const char *name, *statement;
	enum verdict (*decide)(struct prose *why, const struct evidence *e);
} definitions[CLAIM_COUNT] = {
	{ "accuracy rises", "Fine-tuning raises probe accuracy in at least 90 % of the pairs of model and task.",
	  decide_accuracy },
	{ "train and test diverge",
	  "The spatial similarity of training and test set falls in every pair where it is defined before and after.",
	  decide_divergence },
	{ "falling accuracy goes with the smallest similarity",
	  "The pairs whose accuracy fell are the ones with the smallest train/test similarity after fine-tuning.",
	  decide_least_similar },
	{ "fewer clusters",
	  "Where the original representation is not linearly separable, fine-tuning leaves fewer clusters, in every "
	  "pair.",
	  decide_clusters },
	{ "labels move apart",
	  "Where the representation is separable before and after, the minimum distance grows for at least 90 % of "
	  "the labels.",
	  decide_growth },
	{ "cross-task distance and accuracy go together",
	  "Fine-tuning on another task changes the target’s minimum distances and its accuracy in the same "
	  "direction: up for the related task, down for the opposing one.",
	  decide_transfer },
	{ "higher layers change more",
	  "The similarity of a layer to its original self falls with the layer (Spearman’s ρ below 0), in every run.",
	  decide_layers },
	{ "the top layer stays similar",
	  "The top layer keeps a similarity above 0.5 to the original in every run where it is defined.",
	  decide_top_layer },
	{ "lower layers move less and in fewer directions",
	  "The label centroids’ relative displacement and its participation ratio both rise with the layer "
	  "(Spearman’s ρ above 0), in every run.",
	  decide_displacement },
};

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = { "holds", "fails", "undecided" };

	return names[v];
}

void claims_count(size_t counts[3], const struct claims *c)
{
	for (int v = 0; v < 3; v++)
		counts[v] = 0;
	for (int i = 0; i < CLAIM_COUNT; i++)
		counts[c->items[i].verdict]++;
}

int claims_decide(struct claims *out, const struct evidence *e, struct error *err)
{
	*out = (struct claims){ 0 };
	for (int i = 0; i < CLAIM_COUNT; i++) {
		struct claim *c = &out->items[i];
		struct prose why = { 0 };

		c->number = i + 1;
		c->verdict = definitions[i].decide(&why, e);
		c->name = text_copy(definitions[i].name);
		c->statement = text_copy(definitions[i].statement);
		if (prose_take(&c->why, &why, err) < 0 || c->name == NULL || c->statement == NULL) {
			claims_release(out);
			return error_memory(err, "claims");
		}
	}
	return 0;
}

void claims_release(struct claims *c)
{
	for (int i = 0; i < CLAIM_COUNT; i++) {
		free(c->items[i].name);
		free(c->items[i].statement);
		free(c->items[i].why);
	}
	*c = (struct claims){ 0 };
}

char *claims_line(const struct claim *c)
{
	return text_format("%d %s: %s: %s", c->number, verdict_name(c->verdict), c->name, c->why);
}

int claims_write(struct folder *folder, struct error *err)
{
	struct evidence e;
	struct claims c;
	json_t *array;
	int rc = -1;

	if (evidence_read(&e, folder->path, err) < 0)
		return -1;
	if (claims_decide(&c, &e, err) < 0)
		goto done;
	array = json_array();
	for (int i = 0; i < CLAIM_COUNT; i++)
		json_array_append_new(array,
				      json_pack("{s:i, s:s, s:s, s:s, s:s}", "claim", c.items[i].number, "name",
						c.items[i].name, "statement", c.items[i].statement, "verdict",
						verdict_name(c.items[i].verdict), "why", c.items[i].why));
	rc = json_array_size(array) < CLAIM_COUNT ? error_memory(err, "claims.json")
						  : json_write(folder, "claims.json", array, err);
	json_decref(array);
	claims_release(&c);
done:
	evidence_release(&e);
	return rc;
}

static int read_claim(struct claim *c, const json_t *item, const char *path, struct error *err)
{
	const char *name, *statement, *verdict, *why;

	if (json_unpack((json_t *)item, "{s:i, s:s, s:s, s:s, s:s}", "claim", &c->number, "name", &name, "statement",
			&statement, "verdict", &verdict, "why", &why) < 0)
		return error_set(err, STATUS_INPUT, "%s: expected claim, name, statement, verdict and why", path);
	for (c->verdict = VERDICT_HOLDS; strcmp(verdict, verdict_name(c->verdict)) != 0; c->verdict++)
		if (c->verdict == VERDICT_UNDECIDED)
			return error_set(err, STATUS_INPUT, "%s: verdict \"%s\", expected holds, fails or undecided",
					 path, verdict);
	c->name = text_copy(name);
	c->statement = text_copy(statement);
	c->why = text_copy(why);
	return c->name == NULL || c->statement == NULL || c->why == NULL ? error_memory(err, path) : 0;
}

int claims_read(struct claims *out, const char *path, struct error *err)
{
	json_t *array;
	int rc = 0;

	*out = (struct claims){ 0 };
	if (json_read(&array, path, err) < 0)
		return -1;
	if (json_array_size(array) != CLAIM_COUNT)
		rc = error_set(err, STATUS_INPUT, "%s: %zu claims, expected %d", path, json_array_size(array),
			       CLAIM_COUNT);
	for (size_t i = 0; rc == 0 && i < CLAIM_COUNT; i++)
		rc = read_claim(&out->items[i], json_array_get(array, i), path, err);
	if (rc < 0)
		claims_release(out);
	json_decref(array);
	return rc;
}
