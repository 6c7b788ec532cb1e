/* Which model directory and which examples a cell works on. */
#ifndef STAGE_MODEL_H
#define STAGE_MODEL_H

#include "encoder/pooling.h"
#include "training/training_params.h"
#include "stage/job.h"
#include "text/encoding.h"

/* The directory of the weights a cell starts from, in new memory; for a cell of
 * a checkpoint, that checkpoint. NULL with an error if it is not among the
 * inputs. */
char *model_directory(const struct job *job, long checkpoint, struct error *err);

/* The kind of the task: of the cell, or of --kind. */
int model_task_kind(const struct job *job, enum task_kind *out, struct error *err);

enum pooling model_pooling(const struct job *job);

/* What [pretrain] and [finetune] have in common; dropout and order are the caller's. */
struct training_params model_training(const struct job *job, const char *section);

/* The directory whose tokenizer reads a model's examples, in new memory: the model's own,
 * but for a checkpoint made elsewhere that has none. NULL after an error. */
char *model_tokenizer(const struct job *job, const char *model, struct error *err);

/* Where sentences may be cut: how many were, and how many examples were dropped,
 * for the manifest. */
int model_count_cut(struct job *job, const struct cut_counts *cut, struct error *err);

#endif
