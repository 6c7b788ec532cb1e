#include "workflow/plan.h"

#include "base/array.h"
#include "base/file.h"
#include "base/name.h"
#include "workflow/elsewhere.h"
#include "workflow/state.h"
#include "workflow/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A plan that grows. `capacity` and a failure for want of memory are kept here,
 * so that the enumeration below reads as the table of cells does. */
struct builder {
	struct plan *plan;
	size_t capacity;
	bool failed;
};

static const size_t NO_CELL = (size_t)-1;

/* Adds a cell like `like` with a name, which it takes over (NULL: no memory for
 * it); returns its index. */
static size_t add(struct builder *b, enum stage_id stage, struct cell like, char *name)
{
	struct plan *p = b->plan;

	if (like.state != NULL)
		like.state = text_copy(like.state);
	like.stage = stage_of(stage);
	like.name = name;
	if (name == NULL || array_reserve(&p->cells, &b->capacity, p->count + 1, sizeof *p->cells) < 0) {
		free(name);
		free(like.state);
		b->failed = true;
		return NO_CELL;
	}
	p->cells[p->count] = like;
	return p->count++;
}

static void need(struct builder *b, size_t cell, size_t producer)
{
	struct cell *c;
	size_t capacity;

	if (cell == NO_CELL || producer == NO_CELL)
		return;
	c = &b->plan->cells[cell];
	capacity = c->need_count;
	if (array_reserve(&c->needs, &capacity, c->need_count + 1, sizeof *c->needs) < 0) {
		b->failed = true;
		return;
	}
	c->needs[c->need_count++] = producer;
}

/* The same by the producer's name, which it takes over. */
static void need_named(struct builder *b, size_t cell, char *name)
{
	const struct cell *producer = name == NULL ? NULL : plan_find(b->plan, name);

	if (producer == NULL)
		b->failed = true;
	else
		need(b, cell, (size_t)(producer - b->plan->cells));
	free(name);
}

/* "finetune/bert-tiny/pos-s1", in new memory: of the run that the cell belongs to. */
static char *run_path(const char *stage, const struct cell *c)
{
	char *run = state_run(c->source, c->recipe, c->seed);
	char *path = run == NULL ? NULL : name_path(stage, c->model, run, NULL);

	free(run);
	return path;
}

static bool is_pretrained_here(const struct experiment *e, const char *model)
{
	return experiment_pretrains(e, model);
}

static bool is_tuned_here(const struct experiment *e, const char *model, const char *recipe)
{
	return !vectors_are(e, model) && !elsewhere_is(e, recipe);
}

static void add_prepare(struct builder *b, const struct experiment *e)
{
	bool text = false;

	for (size_t t = 0; t < e->task_count; t++)
		add(b, STAGE_PREPARE, (struct cell){ .task = e->task_names[t] },
		    name_path("prepare", e->task_names[t], NULL));
	for (size_t m = 0; m < e->model_count; m++)
		text = text || is_pretrained_here(e, e->model_names[m]);
	if (text)
		add(b, STAGE_PREPARE, (struct cell){ 0 }, text_copy("prepare/text"));
	for (size_t m = 0; m < e->model_count; m++) {
		const char *model = e->model_names[m];

		if (!is_pretrained_here(e, model))
			continue;
		need_named(
			b,
			add(b, STAGE_PRETRAIN, (struct cell){ .model = model }, name_path("pretrain", model, NULL)),
			text_copy("prepare/text"));
	}
}

static void add_finetune(struct builder *b, const struct experiment *e, const struct subject *subject)
{
	const char *model = subject->model;

	for (size_t t = 0; t < e->task_count && is_tuned_here(e, model, subject->recipe); t++)
		for (size_t s = 0; s < e->seed_count; s++) {
			const char *task = e->task_names[t];
			struct cell like = { .model = model,
					     .task = task,
					     .recipe = subject->recipe,
					     .source = task,
					     .seed = e->seeds[s] };
			size_t c = add(b, STAGE_FINETUNE, like, run_path("finetune", &like));

			need_named(b, c, name_path("prepare", task, NULL));
			if (is_pretrained_here(e, model))
				need_named(b, c, name_path("pretrain", model, NULL));
		}
}

/* The cells of one state's embeddings of one task: extract, probe, directprobe. */
static void add_state(struct builder *b, const struct experiment *e, struct cell like)
{
	long last = experiment_checkpoints(e, like.model, like.source, like.recipe);
	bool intermediate = like.checkpoint > 0 && like.checkpoint < last;
	bool own = like.source == NULL || strcmp(like.source, like.task) == 0;
	const char *model = like.model, *state = like.state, *task = like.task;
	size_t extract = add(b, STAGE_EXTRACT, like, name_path("extract", model, state, task, NULL)), reader;

	need_named(b, extract, name_path("prepare", task, NULL));
	if (like.checkpoint > 0) {
		if (is_tuned_here(e, model, like.recipe))
			need_named(b, extract, run_path("finetune", &like));
	} else if (is_pretrained_here(e, model))
		need_named(b, extract, name_path("pretrain", model, NULL));
	reader = add(b, STAGE_PROBE, like, name_path("probe", model, state, task, NULL));
	need(b, reader, extract);
	need_named(b, reader, name_path("prepare", task, NULL));
	if (intermediate)
		return;
	like.split = SPLIT_TRAIN;
	need(b, add(b, STAGE_DIRECTPROBE, like, name_path("directprobe", model, state, task, "train", NULL)),
	     extract);
	if (!own)
		return;
	like.split = SPLIT_TEST;
	need(b, add(b, STAGE_DIRECTPROBE, like, name_path("directprobe", model, state, task, "test", NULL)), extract);
	like.split = SPLIT_NONE;
	reader = add(b, STAGE_DIVERGENCE, like, name_path("divergence", model, state, task, NULL));
	need_named(b, reader, name_path("directprobe", model, state, task, "train", NULL));
	need_named(b, reader, name_path("directprobe", model, state, task, "test", NULL));
}

/* The same of a checkpoint of a run. */
static void add_checkpoint(struct builder *b, const struct experiment *e, struct cell like, long checkpoint)
{
	like.checkpoint = checkpoint;
	like.state = state_name(like.source, like.recipe, like.seed, checkpoint);
	if (like.state == NULL)
		b->failed = true;
	else
		add_state(b, e, like);
	free(like.state);
}

/* The cells of one fine-tuning run on its own task, behind the original's. */
static void add_run(struct builder *b, const struct experiment *e, const struct subject *subject, const char *task,
		    long seed)
{
	const char *model = subject->model;
	long last = experiment_checkpoints(e, model, task, subject->recipe);
	const char *follow = experiment_get(e, "directprobe", "follow", model, task);
	struct cell like = { .model = model,
			     .task = task,
			     .recipe = subject->recipe,
			     .source = task,
			     .seed = seed,
			     .checkpoint = last };
	char *tuned = state_name(task, subject->recipe, seed, last);
	const char *followed = strcmp(follow, "end") == 0 ? tuned : state_original;
	size_t reader;

	for (long c = 1; c <= last; c++) {
		if (c < last && !experiment_flag(e, "probe", "checkpoints", model, task))
			continue;
		add_checkpoint(b, e, like, c);
	}
	reader = add(b, STAGE_TRAJECTORY, like, run_path("trajectory", &like));
	need_named(b, reader, name_path("prepare", task, NULL));
	if (is_tuned_here(e, model, like.recipe))
		need_named(b, reader, run_path("finetune", &like));
	need_named(b, reader, name_path("extract", model, state_original, task, NULL));
	need_named(b, reader,
		   followed == NULL ? NULL : name_path("directprobe", model, followed, task, "train", NULL));
	reader = add(b, STAGE_SIMILARITY, like, run_path("similarity", &like));
	need_named(b, reader, name_path("directprobe", model, state_original, task, "train", NULL));
	need_named(b, reader, tuned == NULL ? NULL : name_path("directprobe", model, tuned, task, "train", NULL));
	need_named(b, reader, run_path("trajectory", &like));
	free(tuned);
}

/* The target's examples in the encoders that were fine-tuned on other tasks. */
static void add_cross(struct builder *b, const struct experiment *e, const struct subject *subject)
{
	const char *model = subject->model;
	const char *target = experiment_get(e, "cross", "target", NULL, NULL);
	const char *sources = experiment_get(e, "cross", "sources", NULL, NULL);
	char source[LIST_ITEM];

	while (target != NULL && list_next(&sources, source))
		for (size_t t = 0; t < e->task_count; t++) {
			const char *task = e->task_names[t];
			struct cell like = {
				.model = model, .task = target, .recipe = subject->recipe, .source = task
			};

			if (strcmp(source, target) == 0 || strcmp(task, source) != 0)
				continue;
			for (size_t s = 0; s < e->seed_count; s++) {
				like.seed = e->seeds[s];
				add_checkpoint(b, e, like, experiment_checkpoints(e, model, task, subject->recipe));
			}
		}
}

/* A model by one recipe; with its first the model as it is. */
static void add_subject(struct builder *b, const struct experiment *e, size_t index, char *original)
{
	const struct subject *subject = &e->subjects[index];
	const bool first = index == 0 || e->subjects[index - 1].model != subject->model;

	add_finetune(b, e, subject);
	for (size_t t = 0; first && t < e->task_count; t++)
		add_state(b, e,
			  (struct cell){ .model = subject->model, .task = e->task_names[t], .state = original });
	for (size_t t = 0; t < e->task_count; t++)
		for (size_t s = 0; s < e->seed_count; s++)
			add_run(b, e, subject, e->task_names[t], e->seeds[s]);
	add_cross(b, e, subject);
}

static void add_readers(struct builder *b)
{
	size_t collect = add(b, STAGE_COLLECT, (struct cell){ 0 }, text_copy("collect"));
	size_t report, first = collect + 1;

	for (size_t f = 0; figure_names[f] != NULL; f++)
		if (b->plan->experiment->recipe_count > 0 || strcmp(figure_names[f], "recipes") != 0)
			need(b,
			     add(b, STAGE_FIGURES, (struct cell){ 0 }, name_path("figures", figure_names[f], NULL)),
			     collect);
	report = add(b, STAGE_REPORT, (struct cell){ 0 }, text_copy("report"));
	need(b, report, collect);
	for (size_t f = first; f < report && report != NO_CELL; f++)
		need(b, report, f);
}

int plan_init(struct plan *out, const struct experiment *e, struct error *err)
{
	char *original = text_copy(state_original);
	struct builder b = { .plan = out, .failed = original == NULL };

	*out = (struct plan){ .experiment = e };
	add_prepare(&b, e);
	for (size_t i = 0; i < e->subject_count && !b.failed; i++)
		add_subject(&b, e, i, original);
	add_readers(&b);
	free(original);
	if (!b.failed)
		return 0;
	plan_release(out);
	return error_memory(err, "the plan");
}

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->cells[i].name);
		free(p->cells[i].state);
		free(p->cells[i].needs);
	}
	free(p->cells);
	*p = (struct plan){ 0 };
}

const struct cell *plan_find(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->cells[i].name, name) == 0)
			return &p->cells[i];
	return NULL;
}

char *cell_directory(const struct experiment *e, const struct cell *c)
{
	return path_join(e->cache, c->name);
}
