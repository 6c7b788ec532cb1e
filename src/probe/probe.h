/* Classifier probes on frozen embeddings: scikit-learn's MLPClassifier, a grid
 * search, and the best setting trained several times. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "base/context.h"
#include "base/output.h"
#include "probe/kinds.h"

#include <stdbool.h>
#include <stdint.h>

enum probe_select { SELECT_CV5, SELECT_HOLDOUT };
enum probe_streams { STREAMS_SHARED, STREAMS_SKLEARN };

/* The ranges, which the table of parameters (workflow/parameters.h) takes from here. */
#define PROBE_RUNS_MAX 1000
#define PROBE_ITER_MAX 1000000
#define PROBE_WIDE_MAX 100000
#define PROBE_SEED_MAX (UINT32_MAX - PROBE_RUNS_MAX) /* seed + r has 32 bits, too */

struct probe_params {
	const char *grid; /* "paper", "small", or "HxH:alpha,…" */
	enum probe_select select;
	enum probe_streams streams;
	unsigned kinds; /* of enum probe_kind */
	long runs;      /* 1 to PROBE_RUNS_MAX; run r has seed + r */
	long max_iter;  /* epochs, 1 to PROBE_ITER_MAX */
	bool float64;
	uint64_t seed; /* of MT19937, hence 1 to PROBE_SEED_MAX */
	long wide;     /* settings trained side by side at most; 0: as many as have 256 units or so */
};

struct probe_layer {
	int layer;
	const char *train, *test; /* .npy (examples, width) */
};

struct probe_job {
	const struct probe_layer *layers;
	size_t layer_count;
	const char *train_labels, *test_labels; /* labels.txt */
	const char *train_examples,
		*test_examples; /* example files, for the word types of the control task; or NULL */
	const char *kernels;    /* name of the matrix kernels in use, and digest of the program: */
	const char *program;    /* a stopped run is gone on with only where both are the same */
	struct probe_params params;
};

/* What is wrong with the parameters, or NULL. The grid is checked by probe_run,
 * which names the malformed entry. */
const char *probe_params_check(const struct probe_params *p);

/* Writes accuracy.csv (layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,
 * test,macro_f1,majority), selection.csv (layer,hidden1,hidden2,alpha,fold,
 * score), predictions.csv (layer,kind,run,example,label,predicted; test part),
 * confusion.csv (layer,kind,label,predicted,count; summed over the runs),
 * loss.csv (layer,run,epoch,loss), and, with MDL, codelength.csv
 * (layer,fraction,examples,bits,total_bits,compression; a row for each block of
 * the online code, fraction the share of the training part sent by its end).
 * Test labels that training lacks count as wrong, with a warning.
 *
 * A run that is stopped or killed leaves "probe.work" in the folder, from which
 * the next one of the same program and kernels on the same inputs and parameters
 * goes on; it is no artefact, and is removed at the end. */
int probe_run(const struct probe_job *job, struct folder *out, const struct context *ctx, struct error *err);

#endif
