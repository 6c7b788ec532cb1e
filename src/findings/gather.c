#include "findings/gather.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIMILARITY "layer,state_a,state_b,r,low,high,labels,pairs,linear_a,linear_b,convention"

static const struct cell_table {
	enum stage_id stage;
	const char *file, *header;
} cell_tables[] = {
	{ STAGE_PRETRAIN, "eval.csv", "epoch,step,split,loss,accuracy,baseline" },
	{ STAGE_FINETUNE, "loss.csv", "step,lr,loss,grad_norm" },
	{ STAGE_FINETUNE, "eval.csv", "checkpoint,step,split,loss,accuracy" },
	{ STAGE_PROBE, "accuracy.csv",
	  "layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority" },
	{ STAGE_PROBE, "codelength.csv", "layer,fraction,examples,bits,total_bits,compression" },
	{ STAGE_PROBE, "confusion.csv", "layer,kind,label,predicted,count" },
	{ STAGE_PROBE, "predictions.csv", "layer,kind,run,example,label,predicted" },
	{ STAGE_DIRECTPROBE, "distances.csv", "layer,label_a,label_b,distance,gap,pairs" },
	{ STAGE_DIRECTPROBE, "minimum.csv", "layer,label,distance,nearest" },
	{ STAGE_TRAJECTORY, "distances.csv", "state,layer,label_a,label_b,distance,gap,pairs" },
	{ STAGE_TRAJECTORY, "minimum.csv", "state,layer,label,distance,nearest" },
	{ STAGE_TRAJECTORY, "paths.csv", "layer,label,state,pc1,pc2" },
	{ STAGE_TRAJECTORY, "alignment.csv", "layer,state_a,state_b,measure,value,low,high,n" },
	{ STAGE_TRAJECTORY, "spread.csv", "layer,scale,pc1,pc2" },
	{ STAGE_TRAJECTORY, "steps.csv", "checkpoint,step" },
	{ STAGE_DIVERGENCE, "divergence.csv", SIMILARITY },
	{ STAGE_SIMILARITY, "similarity.csv", SIMILARITY },
	{ STAGE_SIMILARITY, "shift.csv", "layer,state,label,norm,pc1,pc2" },
};

const char *gather_header(enum stage_id stage, const char *file)
{
	for (size_t i = 0; i < sizeof cell_tables / sizeof *cell_tables; i++)
		if (cell_tables[i].stage == stage && strcmp(cell_tables[i].file, file) == 0)
			return cell_tables[i].header;
	return "";
}

static const char *state_text(enum collect_state state)
{
	switch (state) {
	case COLLECT_PRESENT:
		break;
	case COLLECT_MISSING:
		return "missing";
	case COLLECT_STALE:
		return "stale";
	case COLLECT_FAILED:
		return "failed";
	}
	return "present";
}

/* Says once why a cell is not there. */
static int note(struct gather *g, const char *cell, const char *why, struct error *err)
{
	size_t i;
	json_t *item;

	json_array_foreach(g->missing, i,
			   item) if (strcmp(json_string_value(json_object_get(item, "cell")), cell) == 0) return 0;
	item = json_pack("{s:s, s:s}", "cell", cell, "why", why);
	if (item == NULL || json_array_append_new(g->missing, item) < 0)
		return error_memory(err, "missing.json");
	return 0;
}

bool cell_is_original(const struct cell *c)
{
	return c->state != NULL && strcmp(c->state, "original") == 0;
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

long gather_last(const struct gather *g, const struct cell *c)
{
	return experiment_checkpoints(g->plan->experiment, c->model, c->source != NULL ? c->source : c->task,
				      c->recipe);
}

bool cell_is_final(const struct gather *g, const struct cell *c)
{
	return c->source != NULL && c->checkpoint == gather_last(g, c);
}

const struct subject *gather_subject(const struct gather *g, const struct cell *c, size_t *i)
{
	const struct experiment *e = g->plan->experiment;

	while (*i < e->subject_count) {
		const struct subject *s = &e->subjects[(*i)++];

		if (same(s->model, c->model) && (c->recipe == NULL || same(s->recipe, c->recipe)))
			return s;
	}
	return NULL;
}

const char *cell_task(const struct cell *c)
{
	return c->task != NULL ? c->task : c->source != NULL ? c->source : "";
}

char *gather_file(const struct gather *g, size_t index, const char *file)
{
	char *path;

	if (g->in->states[index] != COLLECT_PRESENT)
		return NULL;
	path = path_join(g->in->directories[index], file);
	if (path != NULL && !file_exists(path)) {
		free(path);
		path = NULL;
	}
	return path;
}

int gather_unreadable(struct gather *g, size_t index, const struct error *fault, struct error *err)
{
	char *why;
	int rc;

	if (fault->status == STATUS_MACHINE) {
		*err = *fault;
		return -1;
	}
	why = text_format("unreadable: %s", fault->text);
	if (why == NULL)
		return error_memory(err, "missing.json");
	rc = note(g, g->plan->cells[index].name, why, err);
	free(why);
	return rc;
}

/* Where a file of a present cell lies, in new memory; 0 if the cell is not. */
static int find_file(char **out, const struct gather *g, size_t index, const char *file, struct error *err)
{
	if (g->in->states[index] != COLLECT_PRESENT)
		return 0;
	*out = path_join(g->in->directories[index], file);
	return *out == NULL ? error_memory(err, file) : 1;
}

int gather_table(struct table *out, struct gather *g, size_t index, const char *file, struct error *err)
{
	const char *header = gather_header(g->plan->cells[index].stage->id, file);
	struct error fault = { 0 };
	char *path = NULL;
	int rc = find_file(&path, g, index, file, err);

	*out = (struct table){ 0 };
	if (rc > 0 && table_read_as(out, path, header, &fault) < 0)
		rc = gather_unreadable(g, index, &fault, err);
	free(path);
	return rc;
}

int gather_json(json_t **out, struct gather *g, size_t index, const char *file, struct error *err)
{
	struct error fault = { 0 };
	char *path = NULL;
	int rc = find_file(&path, g, index, file, err);

	*out = NULL;
	if (rc > 0 && json_read(out, path, &fault) < 0)
		rc = gather_unreadable(g, index, &fault, err);
	free(path);
	return rc;
}

/* From the evaluations of a run; of one made elsewhere from where it is followed. */
static int read_steps(struct gather *g, size_t index, struct error *err)
{
	const struct cell *c = &g->plan->cells[index];
	const bool made_here = c->stage->id == STAGE_FINETUNE;
	char *path = made_here ? NULL : gather_file(g, index, "steps.csv");
	struct table t;
	int rc = !made_here && path == NULL ? 0
					    : gather_table(&t, g, index, made_here ? "eval.csv" : "steps.csv", err);

	free(path);

	if (rc <= 0)
		return rc;
	for (size_t row = 0; row < t.rows; row++) {
		size_t first = 0;
		struct step s = { gather_subject(g, c, &first)->name, c->task != NULL ? c->task : c->source, c->seed,
				  (long)table_number_at(&t, row, "checkpoint"), table_number_at(&t, row, "step") };

		rc = array_reserve(&g->steps, &g->step_capacity, g->step_count + 1, sizeof *g->steps);
		if (rc < 0) {
			error_memory(err, "steps");
			break;
		}
		g->steps[g->step_count++] = s;
	}
	table_release(&t);
	return rc;
}

int gather_init(struct gather *out, const struct plan *plan, const struct collect_input *in, struct folder *folder,
		struct error *err)
{
	*out = (struct gather){ .plan = plan, .in = in, .out = folder, .missing = json_array() };
	if (out->missing == NULL)
		return error_memory(err, "missing.json");
	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *c = &plan->cells[i];

		if (stage_reads_all(c->stage))
			continue;
		if ((in->states[i] != COLLECT_PRESENT && note(out, c->name, state_text(in->states[i]), err) < 0) ||
		    ((c->stage->id == STAGE_FINETUNE || c->stage->id == STAGE_TRAJECTORY) &&
		     read_steps(out, i, err) < 0)) {
			gather_release(out);
			return -1;
		}
	}
	return 0;
}

void gather_release(struct gather *g)
{
	json_decref(g->missing);
	free(g->steps);
	*g = (struct gather){ 0 };
}

double gather_step(const struct gather *g, const char *model, const char *task, long seed, const char *state)
{
	long checkpoint = state_checkpoint(state);

	if (checkpoint == 0)
		return 0;
	for (size_t i = 0; i < g->step_count; i++) {
		const struct step *s = &g->steps[i];

		if (s->checkpoint == checkpoint && s->seed == seed && strcmp(s->subject, model) == 0 &&
		    strcmp(s->task, task) == 0)
			return s->step;
	}
	return NAN;
}

long gather_cell(const struct gather *g, enum stage_id stage, const char *model, const char *task, const char *source,
		 long seed, enum split split)
{
	const struct experiment *e = g->plan->experiment;
	const struct subject *subject = e->subjects;

	while (subject < e->subjects + e->subject_count && strcmp(subject->name, model) != 0)
		subject++;
	for (size_t i = 0; subject < e->subjects + e->subject_count && i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];

		if (c->stage->id == stage && c->split == split && same(c->model, subject->model) &&
		    same(c->task, task) &&
		    (source == NULL ? cell_is_original(c)
				    : same(c->source, source) && same(c->recipe, subject->recipe) &&
					      c->seed == seed && cell_is_final(g, c)))
			return (long)i;
	}
	return -1;
}

char *gather_state(const struct cell *c, const char *state)
{
	if (state[0] != 'c' || state_checkpoint(state) < 0)
		return text_copy(state);
	return state_name(c->source != NULL ? c->source : cell_task(c), c->recipe, c->seed, state_checkpoint(state));
}

void gather_number(struct table *t, double value)
{
	if (value == floor(value) && fabs(value) < 1e15)
		table_add_integer(t, (long)value);
	else
		table_add_number(t, value);
}

long gather_prepared(const struct gather *g, const char *task)
{
	for (size_t i = 0; i < g->plan->count; i++) {
		const struct cell *c = &g->plan->cells[i];

		if (c->stage->id == STAGE_PREPARE && c->task != NULL && strcmp(c->task, task) == 0)
			return (long)i;
	}
	return -1;
}
