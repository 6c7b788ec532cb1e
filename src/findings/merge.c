#include "findings/merge.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which cells of the stage. */
enum choice {
	EVERY,
	TRAIN,     /* directprobe on the training part */
	OWN_TRAIN, /* … of the original, and of each fine-tuned model on its own task */
};

static const struct merge {
	const char *name; /* of the merged table */
	enum stage_id stage;
	enum choice choice;
	const char *file;  /* the cell's table */
	const char *place; /* the columns that say where a row comes from */
	const char *rest;  /* those behind them; NULL: all of the cell's table */
} merges[] = {
	{ "similarity.csv", STAGE_SIMILARITY, EVERY, "similarity.csv", "model,task,seed,step", NULL },
	{ "shift.csv", STAGE_SIMILARITY, EVERY, "shift.csv", "model,task,seed,step", NULL },
	{ "minimum.csv", STAGE_TRAJECTORY, EVERY, "minimum.csv", "model,task,seed,state,step",
	  "layer,label,distance,nearest" },
	{ "paths.csv", STAGE_TRAJECTORY, EVERY, "paths.csv", "model,task,seed", "layer,label,state,step,pc1,pc2" },
	{ "alignment.csv", STAGE_TRAJECTORY, EVERY, "alignment.csv", "model,task,seed,step", NULL },
	{ "spread.csv", STAGE_TRAJECTORY, EVERY, "spread.csv", "model,task,seed", NULL },
	{ "distances.csv", STAGE_DIRECTPROBE, OWN_TRAIN, "distances.csv", "model,task,seed,state,step,split",
	  "layer,label_a,label_b,distance" },
	{ "margins.csv", STAGE_DIRECTPROBE, TRAIN, "minimum.csv", "model,task,state,seed", NULL },
	{ "divergence.csv", STAGE_DIVERGENCE, EVERY, "divergence.csv", "model,task,state,seed", NULL },
	{ "loss.csv", STAGE_FINETUNE, EVERY, "loss.csv", "model,task,seed", NULL },
	{ "eval.csv", STAGE_FINETUNE, EVERY, "eval.csv", "model,task,seed", NULL },
	{ "accuracy.csv", STAGE_PROBE, EVERY, "accuracy.csv", "model,task,state,seed",
	  "layer,kind,run,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority" },
	{ "confusion.csv", STAGE_PROBE, EVERY, "confusion.csv", "model,task,state", NULL },
	{ "pretrain.csv", STAGE_PRETRAIN, EVERY, "eval.csv", "model", NULL },
};

static bool chosen(const struct gather *g, const struct merge *m, const struct cell *c)
{
	if (c->stage->id != m->stage)
		return false;
	if (m->choice == EVERY)
		return true;
	if (c->split != SPLIT_TRAIN)
		return false;
	return m->choice == TRAIN || cell_is_original(c) || (cell_is_final(g, c) && strcmp(c->source, c->task) == 0);
}

/* The state a row of the cell's table is about. */
static const char *row_state(const struct cell *c, const struct table *t, size_t row)
{
	if (table_column(t, "state_b") >= 0 && c->stage->id != STAGE_DIVERGENCE)
		return table_text_at(t, row, "state_b");
	if (table_column(t, "state") >= 0)
		return table_text_at(t, row, "state");
	return c->state == NULL ? "" : c->state;
}

/* A cell of the merged table: by the cell of the plan, or from its table. */
static void add_cell(struct table *out, const struct gather *g, const struct cell *c, const char *subject,
		     const struct table *t, size_t row, const char *column)
{
	const char *source = c->source != NULL ? c->source : cell_task(c);

	if (strcmp(column, "model") == 0) {
		table_add(out, subject);
	} else if (strcmp(column, "task") == 0) {
		table_add(out, cell_task(c));
	} else if (strcmp(column, "seed") == 0) {
		table_add_integer(out, c->seed);
	} else if (strcmp(column, "split") == 0 && c->stage->id == STAGE_DIRECTPROBE) {
		table_add(out, c->split == SPLIT_TEST ? "test" : "train");
	} else if (strcmp(column, "step") == 0 && table_column(t, "step") < 0) {
		gather_number(out, gather_step(g, subject, source, c->seed, row_state(c, t, row)));
	} else if (strncmp(column, "state", 5) == 0) {
		const char *state =
			table_column(t, column) < 0 ? row_state(c, t, row) : table_text_at(t, row, column);
		char *full = gather_state(c, state);

		table_add(out, full == NULL ? state : full);
		free(full);
	} else {
		table_add(out, table_text_at(t, row, column));
	}
}

static int merge_cell(struct table *out, struct gather *g, const struct merge *m, size_t index, struct error *err)
{
	const struct cell *c = &g->plan->cells[index];
	const struct subject *subject;
	struct table t;
	int rc = gather_table(&t, g, index, m->file, err);

	if (rc <= 0)
		return rc;
	for (size_t i = 0; (subject = gather_subject(g, c, &i)) != NULL;) {
		const bool pretrained = c->stage->id == STAGE_PRETRAIN; /* before there is a recipe */

		for (size_t row = 0; row < t.rows; row++)
			for (size_t column = 0; column < out->columns; column++)
				add_cell(out, g, c, pretrained ? c->model : subject->name, &t, row,
					 out->header[column]);
		if (pretrained)
			break;
	}
	table_release(&t);
	return 0;
}

static int merge_table(struct gather *g, const struct merge *m, struct error *err)
{
	char *header = text_format("%s,%s", m->place, m->rest != NULL ? m->rest : gather_header(m->stage, m->file));
	struct table t = { 0 };
	int rc = header == NULL ? error_memory(err, m->name) : table_init(&t, header, err);

	for (size_t i = 0; rc == 0 && i < g->plan->count; i++)
		if (chosen(g, m, &g->plan->cells[i]))
			rc = merge_cell(&t, g, m, i, err);
	if (rc == 0)
		rc = table_write(&t, g->out, m->name, err);
	table_release(&t);
	free(header);
	return rc;
}

int merge_tables(struct gather *g, struct error *err)
{
	for (size_t k = 0; k < sizeof merges / sizeof merges[0]; k++)
		if (merge_table(g, &merges[k], err) < 0)
			return -1;
	return 0;
}
