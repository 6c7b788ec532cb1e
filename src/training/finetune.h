/* Fine-tuning an encoder with a linear head (Devlin et al. 2019; transformers
 * 4.2 defaults). */
#ifndef TRAINING_FINETUNE_H
#define TRAINING_FINETUNE_H

#include "base/context.h"
#include "base/output.h"
#include "encoder/pooling.h"
#include "training/training_params.h"
#include "training/tuning.h"
#include "corpus/examples.h"
#include "text/encoding.h"

#include <stdbool.h>
#include <stdint.h>

struct finetune_params {
	struct training_params training;
	struct tuning_params tuning;
	bool truncate;  /* cut long sentences */
	bool keep_head; /* begin with the checkpoint's own head, not with a new one */
	enum pooling pooling;
	long checkpoints; /* N ≥ 1: c01 … cNN after updates round(i·T/N), of which some are one where T < N */
};

struct finetune_seeds {
	uint64_t head, order, dropout;
};

struct finetune_job {
	const char *model;        /* directory */
	const char *train, *test; /* example files */
	enum task_kind kind;
	struct finetune_params params;
	struct finetune_seeds seeds;
	struct cut_counts *cut; /* what was cut is added to it; may be NULL */
	bool *old_head;         /* set where the model has a head that is not used; may be NULL */
	double resume_seconds;  /* from one resume.bin to the next; 0: as is cheap */
	bool tells_tuning;      /* tuning.json is written even where all weights are trained */
	const char *made_by;    /* the program and its kernels: others do not go on from its resume.bin */
};

/* What is wrong with the parameters, or NULL. */
const char *finetune_params_check(const struct finetune_params *p);

/* Writes c01/ … cNN/ (model directories: model.safetensors, config.json,
 * vocab.txt, tokenizer_config.json), loss.csv (step,lr,loss,grad_norm) and
 * eval.csv (checkpoint,step,split,loss,accuracy; checkpoint 0 included). Where not all
 * weights are trained alike, tuning.json (method, weights, trained: their number), and of
 * adapters, which the checkpoints have merged, cNN/adapter/ as PEFT writes it.
 * resume.bin, in the folder but no artefact, lets a killed run go on and end
 * with the same bytes; it is removed at the end. Where it was made from other
 * inputs or parameters it is ignored. A non-finite loss or gradient stops with
 * the step, the layer and the sentence ids. */
int finetune_run(const struct finetune_job *job, struct folder *out, const struct context *ctx, struct error *err);

#endif
