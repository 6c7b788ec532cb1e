/* The first screen: what was studied, what was found, how sure that is; and what it means. */
#include "report/content_part.h"

#include <math.h>
#include <string.h>

/* "pos (parts of speech), dep and trec50", of a list of names; `meaning` (may be NULL) says
 * what one stands for, or NULL. */
static void say_names(struct prose *p, const json_t *names, const struct content *c,
		      const char *(*meaning)(const struct content *c, const char *name))
{
	const size_t count = json_array_size(names);

	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_array_get(names, i));
		const char *means = meaning == NULL ? NULL : meaning(c, name);

		prose_format(p, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", name);
		if (means != NULL)
			prose_format(p, " (%s)", means);
	}
}

/* "2, 6 and 9", of the claims that are chosen; their number. */
static size_t say_claims(struct prose *p, const struct claims *c, bool (*chosen)(const struct claim *c))
{
	const struct claim *items[CLAIM_COUNT];
	size_t count = 0;

	for (int i = 0; i < CLAIM_COUNT; i++)
		if (chosen(&c->items[i]))
			items[count++] = &c->items[i];
	for (size_t i = 0; i < count; i++)
		prose_format(p, "%s%d", i == 0 ? "" : i + 1 == count ? " and " : ", ", items[i]->number);
	return count;
}

static bool holds(const struct claim *c)
{
	return c->verdict == VERDICT_HOLDS;
}

static bool fails(const struct claim *c)
{
	return c->verdict == VERDICT_FAILS;
}

static bool has_few_cases(const struct claim *c)
{
	return (holds(c) || fails(c)) && 2 * c->effect.decided < c->effect.of;
}

static void say_subject(struct prose *p, const struct content *c)
{
	const json_t *models = json_object_get(c->experiment, "models"),
		     *tasks = json_object_get(c->experiment, "tasks");

	prose_add(p, json_array_size(models) == 1 ? "The model " : "The models ");
	say_names(p, models, c, NULL);
	prose_add(p, json_array_size(models) == 1 ? " was fine-tuned on " : " were fine-tuned on ");
	say_names(p, tasks, c, content_task);
	if (json_is_true(json_object_get(c->experiment, "embedded")))
		prose_add(p, ", tasks of an artificial language made by a grammar: this shows that the program "
			     "works, not what BERT does");
	prose_add(p, ".");
}

/* The pairs whose accuracy rises, and by how much all change on average. */
static void say_gain(struct prose *p, const struct evidence *e)
{
	double sum = 0;
	size_t known = 0, rise = 0;

	for (size_t i = 0; i < e->pair_count; i++) {
		const double change = e->pairs[i].difference;

		sum += isnan(change) ? 0 : change;
		known += isnan(change) ? 0 : 1;
		rise += change > 0 ? 1 : 0;
	}
	if (known > 0)
		prose_format(p,
			     "The probe’s accuracy rises in %zu of %zu pairs of model and task, and changes by %s "
			     "points on average. ",
			     rise, known, show_signed(sum / (double)known, 2).text);
}

/* "Claims 2 and 6 fail" of the claims that are chosen, if there are any. */
static void say_sure(struct prose *p, const struct claims *c, size_t count, bool (*chosen)(const struct claim *c),
		     const char *one, const char *more)
{
	if (count == 0)
		return;
	prose_add(p, count == 1 ? " claim " : " claims ");
	say_claims(p, c, chosen);
	prose_add(p, count == 1 ? one : more);
}

/* Numbers in words: beside them, claims have numbers in figures. */
static void say_verdicts(struct prose *p, const struct claims *c)
{
	static const char *const numbers[CLAIM_COUNT + 1] = { "none", "one",   "two",   "three", "four", "five",
							      "six",  "seven", "eight", "nine",  "ten" };
	static const char *const said[VERDICTS][2] = { { "holds", "hold" },
						       { "leans to hold", "lean to hold" },
						       { "leans to fail", "lean to fail" },
						       { "fails", "fail" },
						       { "is undecided", "are undecided" } };
	size_t counts[VERDICTS], left = CLAIM_COUNT, poor;
	struct prose few = { 0 };

	claims_count(counts, c);
	prose_format(p, "Of the %s claims of Zhou and Srikumar (2022)", numbers[CLAIM_COUNT]);
	for (int v = 0; v < VERDICTS; v++) {
		if (counts[v] == 0)
			continue;
		prose_format(p, "%s%s %s",
			     left == CLAIM_COUNT ? ", "
			     : left == counts[v] ? " and "
						 : ", ",
			     numbers[counts[v]], said[v][counts[v] == 1 ? 0 : 1]);
		left -= counts[v];
	}
	prose_add(p, ". ");
	if (counts[VERDICT_HOLDS] + counts[VERDICT_FAILS] == 0) {
		prose_add(p, "None is sure.");
		return;
	}
	prose_add(p, "At least 95 % of the resamples agree that");
	say_sure(p, c, counts[VERDICT_HOLDS], holds, " holds", " hold");
	prose_add(p, counts[VERDICT_HOLDS] > 0 && counts[VERDICT_FAILS] > 0 ? " and that" : "");
	say_sure(p, c, counts[VERDICT_FAILS], fails, " fails", " fail");
	prose_add(p, ".");
	poor = say_claims(&few, c, has_few_cases);
	if (poor > 0)
		prose_format(p, " Of these, %s %s on fewer than half of %s cases.", few.text,
			     poor == 1 ? "rests" : "rest", poor == 1 ? "its" : "their");
	p->broken |= few.broken;
	prose_release(&few);
}

static void add_prose(struct document *d, struct prose *p)
{
	if (p->broken)
		d->broken = true;
	else
		document_text(d, "%s", p->text);
	prose_release(p);
}

/* In how many pairs accuracy and distance rise, and both do. */
static void say_together(struct document *d, const struct evidence *e)
{
	size_t known = 0, accuracy = 0, distance = 0, both = 0;

	for (size_t i = 0; i < e->pair_count; i++) {
		const struct pair *p = &e->pairs[i];

		if (isnan(p->difference) || isnan(p->change))
			continue;
		known++;
		accuracy += p->difference > 0;
		distance += p->change > 0;
		both += p->difference > 0 && p->change > 0;
	}
	if (known > 0)
		document_text(
			d,
			"Of %zu pairs of model and task the probe’s accuracy rises in %zu, the labels’ mean minimum "
			"distance in %zu, and both in %zu. That both follow from fine-tuning does not show that "
			"one follows from the other.",
			known, accuracy, distance, both);
}

/* What this means, and what it cannot mean. */
static void write_meaning(struct document *d, const struct content *c)
{
	document_section(d, 3, "meaning", "What this means, and what it cannot mean");
	say_together(d, c->evidence);
	document_text(
		d, "The claims’ words are those of Zhou and Srikumar (A Closer Look at How Fine-tuning Changes BERT, "
		   "ACL "
		   "2022); their thresholds are not. A claim about every case falls with a single one. A pair is a "
		   "model "
		   "and a task, a run the fine-tuning of a model on a task, and a representation the vectors that an "
		   "encoder gives to a task’s examples at one of its layers.");
	document_text(
		d,
		"A verdict’s support is the share of %d resamples in which the claim holds. Each draws again, with "
		"replacement, what the claim rests on: test sentences for accuracies, and the probe’s runs for those "
		"of the last layer; labels for distances and similarities; the fine-tuning seeds for what is a mean "
		"over them. A claim holds or fails where at least 95 %% of the resamples agree, and one about every "
		"case fails only where some case contradicts it in as many; else it leans to. Of many cases the one "
		"that contradicts most is looked for, and its 95 %% are not those of all cases together. Training "
		"examples, clusters, the directions of displacement, models and tasks stay as they are: support says "
		"how far a verdict depends on which "
		"examples "
		"and labels happened to be there, and is not the probability that the claim is true%s.",
		RESAMPLES,
		json_array_size(json_object_get(c->experiment, "seeds")) > 1
			? ". Of few seeds the resamples reach no further than the seeds themselves"
			: ". With one seed it says nothing of other fine-tuning runs");
}

int content_summary(struct document *d, const struct content *c, struct error *err)
{
	const size_t missing = json_array_size(c->missing);
	struct prose subject = { 0 }, found = { 0 };

	document_section(d, 2, "summary", "Summary");
	say_subject(&subject, c);
	add_prose(d, &subject);
	say_gain(&found, c->evidence);
	say_verdicts(&found, &d->claims);
	add_prose(d, &found);
	if (missing > 0)
		document_missing(d,
				 "This experiment is incomplete: %zu of its cells could not be read. They are named "
				 "under “What is missing”; a claim that they could decide otherwise is undecided, "
				 "and a mean over seeds is one over those that are there.",
				 missing);
	if (content_figures(d, c, "summary", err) < 0)
		return -1;
	write_meaning(d, c);
	document_claims(d);
	document_section(d, 3, "subjects", "Models and tasks");
	return content_subjects(d, c, err);
}
