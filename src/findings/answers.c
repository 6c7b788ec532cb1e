#include "findings/answers.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The most examples of a run that are listed. */
enum { MISTAKES = 250 };

static long top_layer(const struct table *t)
{
	long top = -1;

	for (size_t row = 0; row < t->rows; row++)
		if (strcmp(table_text_at(t, row, "kind"), "mlp") == 0)
			top = (long)fmax((double)top, table_number_at(t, row, "layer"));
	return top;
}

int answers_add_confusion(json_t *out, struct gather *g, long cell, const char *side, const struct topic *topic,
			  struct error *err)
{
	json_t *counts = json_array();
	struct table t;
	long top;
	int rc = cell < 0 ? 0 : gather_table(&t, g, (size_t)cell, "confusion.csv", err);

	json_object_set_new(out, side, counts);
	if (rc <= 0)
		return rc;
	top = top_layer(&t);
	for (size_t row = 0; row < t.rows; row++) {
		const int label = labelset_find(&topic->labels, table_text_at(&t, row, "label"));
		const int predicted = labelset_find(&topic->labels, table_text_at(&t, row, "predicted"));

		if (strcmp(table_text_at(&t, row, "kind"), "mlp") == 0 &&
		    (long)table_number_at(&t, row, "layer") == top && label >= 0 && predicted >= 0)
			json_array_append_new(counts, json_pack("[i, i, i]", label, predicted,
								(int)table_number_at(&t, row, "count")));
	}
	table_release(&t);
	return 0;
}

/* What most runs of the top layer's classifier say of each example, (examples), −1 where
 * nothing is known; in new memory. Of labels that as many runs say, the first. */
static int read_answers(int **out, struct gather *g, long cell, const struct topic *topic, struct error *err)
{
	const size_t n = topic->examples.count, labels = topic->labels.count;
	uint32_t *votes = array_new(n + 1, labels + 1, sizeof *votes);
	int *answers = array_new(n + 1, 1, sizeof *answers);
	struct table t;
	long top;
	int rc = votes == NULL || answers == NULL ? error_memory(err, "exploration.json") : 0;

	if (rc == 0)
		rc = cell < 0 ? 0 : gather_table(&t, g, (size_t)cell, "predictions.csv", err);
	if (rc > 0) {
		top = top_layer(&t);
		for (size_t row = 0; row < t.rows; row++) {
			const double example = table_number_at(&t, row, "example");
			const int label = labelset_find(&topic->labels, table_text_at(&t, row, "predicted"));

			if (label >= 0 && example >= 0 && example < (double)n &&
			    (long)table_number_at(&t, row, "layer") == top &&
			    strcmp(table_text_at(&t, row, "kind"), "mlp") == 0)
				votes[(size_t)example * labels + (size_t)label]++;
		}
		table_release(&t);
	}
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		uint32_t most = 0;

		answers[i] = -1;
		for (size_t l = 0; l < labels; l++)
			if (votes[i * labels + l] > most) {
				most = votes[i * labels + l];
				answers[i] = (int)l;
			}
	}
	free(votes);
	*out = answers;
	return rc < 0 ? -1 : 0;
}

static json_t *words_of(const struct sentence *s)
{
	char *text = text_copy("");

	for (size_t i = 0; text != NULL && i < s->count; i++) {
		char *longer = text_format("%s%s%s", text, i == 0 ? "" : " ", s->words[i]);

		free(text);
		text = longer;
	}
	json_t *out = text == NULL ? json_null() : json_string(text);

	free(text);
	return out;
}

static void add_mistake(json_t *list, struct topic *topic, const struct example *e, int label, int before, int after)
{
	char key[32];

	snprintf(key, sizeof key, "%zu", e->sentence);
	if (json_object_get(topic->sentences, key) == NULL)
		json_object_set_new(topic->sentences, key, words_of(&topic->examples.sentences[e->sentence]));
	json_array_append_new(list, json_pack("[I, i, i, i, i, i, i, i]", (json_int_t)e->sentence, (int)e->a.first,
					      (int)e->a.last, (int)e->b.first, (int)e->b.last, label, before, after));
}

int answers_add_mistakes(json_t *run, struct gather *g, long probe_before, long probe_after, struct topic *topic,
			 struct error *err)
{
	json_t *list = json_array();
	int *before = NULL, *after = NULL, rc = 0;
	size_t wrong = 0;

	if (read_answers(&before, g, probe_before, topic, err) < 0 ||
	    read_answers(&after, g, probe_after, topic, err) < 0)
		rc = -1;
	for (size_t i = 0; rc == 0 && i < topic->examples.count; i++) {
		const struct example *e = &topic->examples.items[i];
		const int label = labelset_find(&topic->labels, e->label);
		const bool is_wrong = (before[i] >= 0 && before[i] != label) || (after[i] >= 0 && after[i] != label);

		if (label < 0 || !is_wrong)
			continue;
		if (wrong++ < MISTAKES)
			add_mistake(list, topic, e, label, before[i], after[i]);
	}
	free(before);
	free(after);
	json_object_set_new(run, "mistakes", list);
	json_object_set_new(run, "wrong", json_integer((json_int_t)wrong));
	return rc;
}
