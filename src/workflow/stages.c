#include "workflow/stages.h"

#include <string.h>

static const struct stage stages[STAGE_COUNT] = {
	[STAGE_PREPARE] = { .id = STAGE_PREPARE,
			    .name = "prepare",
			    .summary = "read a task's data into examples",
			    .readings = { { READS_DATA } } },
	[STAGE_PRETRAIN] = { .id = STAGE_PRETRAIN,
			     .name = "pretrain",
			     .summary = "train a small encoder from random weights",
			     .seeds = { "weights", "order", "mask", "dropout" },
			     .readings = { { READS_CELLS, STAGE_PREPARE, "*" } } },
	[STAGE_FINETUNE] = { .id = STAGE_FINETUNE,
			     .name = "finetune",
			     .summary = "fine-tune an encoder on a task",
			     .seeds = { "head", "order", "dropout" },
			     .readings = { { READS_CELLS, STAGE_PREPARE, "t*.tsv" }, { READS_MODEL } } },
	[STAGE_EXTRACT] = { .id = STAGE_EXTRACT,
			    .name = "extract",
			    .summary = "write the embeddings of examples at every layer",
			    .readings = { { READS_CELLS, STAGE_PREPARE, "t*.tsv" }, { READS_MODEL } } },
	[STAGE_PROBE] = { .id = STAGE_PROBE,
			  .name = "probe",
			  .summary = "train classifier probes on embeddings",
			  .seeds = { "runs" },
			  .readings = { { READS_LAYERS, STAGE_EXTRACT, "train", "probe" },
					{ READS_LAYERS, STAGE_EXTRACT, "test", "probe" },
					{ READS_CELLS, STAGE_EXTRACT, "t*/examples.tsv", .only = "control" },
					{ READS_CELLS, STAGE_PREPARE, "t*.tsv", .only = "control" } } },
	[STAGE_DIRECTPROBE] = { .id = STAGE_DIRECTPROBE,
				.name = "directprobe",
				.summary = "cluster embeddings and measure the clusters' hulls",
				.seeds = { "sample" },
				.readings = { { READS_LAYERS, STAGE_EXTRACT, "train", "directprobe", SPLIT_TRAIN },
					      { READS_LAYERS, STAGE_EXTRACT, "test", "last", SPLIT_TEST } } },
	[STAGE_TRAJECTORY] = { .id = STAGE_TRAJECTORY,
			       .name = "trajectory",
			       .summary = "follow clusters through the checkpoints of a run",
			       .seeds = { "sample" },
			       .readings = { { READS_CELLS, STAGE_PREPARE, "train.tsv" },
					     { READS_MODELS },
					     { READS_LAYERS, STAGE_EXTRACT, "train", "all" },
					     { READS_CELLS, STAGE_DIRECTPROBE, "clusters-*.txt" } } },
	[STAGE_DIVERGENCE] = { .id = STAGE_DIVERGENCE,
			       .name = "divergence",
			       .summary = "compare the geometry of train and test",
			       .seeds = { "bootstrap" },
			       .readings = { { READS_CELLS, STAGE_DIRECTPROBE, "[dls]*" } } },
	[STAGE_SIMILARITY] = { .id = STAGE_SIMILARITY,
			       .name = "similarity",
			       .summary = "compare the geometry of two representations",
			       .seeds = { "bootstrap" },
			       .readings = { { READS_CELLS, STAGE_DIRECTPROBE,
					       "*.csv centroids-* summary.json labelset.txt" },
					     { READS_CELLS, STAGE_TRAJECTORY, "*" } } },
	[STAGE_COLLECT] = { .id = STAGE_COLLECT,
			    .name = "collect",
			    .summary = "gather the cells' tables and decide the claims",
			    .reader = READER_OF_CELLS,
			    .readings = { { READS_CURRENT,
					    .files = "*.csv *.json labelset.txt centroids-*.npy test.tsv" } } },
	[STAGE_FIGURES] = { .id = STAGE_FIGURES,
			    .name = "figures",
			    .summary = "draw the figures",
			    .reader = READER_OF_TABLES,
			    .place = "figures",
			    .readings = { { READS_RESULTS, STAGE_COLLECT } } },
	[STAGE_REPORT] = { .id = STAGE_REPORT,
			   .name = "report",
			   .summary = "write the report",
			   .reader = READER_OF_ALL,
			   .place = "report",
			   .readings = { { READS_RESULTS, STAGE_COLLECT },
					 { READS_RESULTS, STAGE_FIGURES },
					 { READS_MANIFESTS },
					 { READS_ASSETS } } },
};

/* A cell each; figure/figure.c, which is below this folder and has the order of the
 * report, has a row for each of them. */
const char *const figure_names[] = { "claims",    "overview", "minimum",   "centroids",  "similarity",
				     "shift",     "layers",   "distances", "divergence", "hypothesis",
				     "alignment", "transfer", "loss",      "recipes",    NULL };

const struct stage *stage_of(enum stage_id id)
{
	return &stages[id];
}

const struct stage *stage_find(const char *name)
{
	for (size_t i = 0; i < STAGE_COUNT; i++)
		if (strcmp(stages[i].name, name) == 0)
			return &stages[i];
	return NULL;
}

bool stage_reads_all(const struct stage *stage)
{
	return stage->reader != READER_NO;
}
