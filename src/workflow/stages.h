/* The table of stages: a row says what a stage reads, what it draws random numbers
 * for, where its results go, and whether its cells read those of all others. Plan,
 * status, keys, audit and publishing follow from it. To add a stage, add its row,
 * its cells (workflow/plan.c), its cost (workflow/cost.c), its main
 * (src/stage/<name>.c) and what decides its numbers (build.mk). */
#ifndef WORKFLOW_STAGES_H
#define WORKFLOW_STAGES_H

#include <stdbool.h>
#include <stddef.h>

enum stage_id {
	STAGE_PREPARE,
	STAGE_PRETRAIN,
	STAGE_FINETUNE,
	STAGE_EXTRACT,
	STAGE_PROBE,
	STAGE_DIRECTPROBE,
	STAGE_TRAJECTORY,
	STAGE_DIVERGENCE,
	STAGE_SIMILARITY,
	STAGE_COLLECT,
	STAGE_FIGURES,
	STAGE_REPORT,
	STAGE_COUNT
};

/* The part of the examples that a cell is about. */
enum split { SPLIT_NONE, SPLIT_TRAIN, SPLIT_TEST };

/* Where a stage's inputs come from. */
enum reading_kind {
	READS_NOTHING,   /* ends a list */
	READS_DATA,      /* the files of the cell's task */
	READS_CELLS,     /* `files` of the cells of `stage` that it needs */
	READS_MODEL,     /* the weights that it starts from */
	READS_MODELS,    /* those of every checkpoint of a run */
	READS_LAYERS,    /* embeddings of the part `files`, at the layers of the parameter `layers` */
	READS_CURRENT,   /* `files` of all cells that are up to date */
	READS_RESULTS,   /* all files of the cells of `stage` that there are */
	READS_MANIFESTS, /* of all cells but its own */
	READS_ASSETS     /* template and style */
};

struct reading {
	enum reading_kind kind;
	enum stage_id stage;
	const char *files;  /* patterns, separated by blanks */
	const char *layers; /* a section whose `layers` are meant, or a list */
	enum split of;      /* only of cells of this part; SPLIT_NONE: of all */
	const char *only;   /* only where the parameter [<own section>] kinds has this; NULL: always */
};

/* Readers come after all others, have no place in their order, never go through
 * LAUNCH, and read what is there. */
enum reader { READER_NO, READER_OF_CELLS, READER_OF_TABLES, READER_OF_ALL };

struct stage {
	enum stage_id id;
	const char *name;    /* "finetune" */
	const char *summary; /* one line for --help */
	enum reader reader;
	const char *seeds[5];       /* what it draws random numbers for; NULL-ended */
	const char *place;          /* where its results are published, "figures"; NULL: nowhere */
	struct reading readings[8]; /* ended by READS_NOTHING */
};

const struct stage *stage_of(enum stage_id id);
const struct stage *stage_find(const char *name); /* NULL: no such stage */

/* Whether its cells read those of others, whatever became of them. */
bool stage_reads_all(const struct stage *stage);

/* The figures, each a cell figures/<name>; NULL ends the list. */
extern const char *const figure_names[];

#endif
