/* Several probes trained side by side on one set of examples: scikit-learn's
 * MLPClassifier (solver adam), many settings at once.
 *
 *   h1 = relu(x W1 + b1), h2 = relu(h1 W2 + b2), p = softmax(h2 W3 + b3)
 *
 * or p = softmax(x W + b) without hidden layers; with one or two classes one
 * output and the logistic function. Loss of a batch of B examples: mean
 * cross-entropy + alpha/(2B)·Σ‖W‖². Adam with rate 1e-3, betas 0.9 and 0.999 and
 * epsilon 1e-8; batches of min(200, n), a new order every epoch. Training stops
 * after more than 10 epochs in a row whose loss was above the best − 1e-4. In the
 * loss and in codelengths, though not in gradients, probabilities are clipped at
 * the type's epsilon, as scikit-learn 1.x does (0.22: at 1e-10).
 *
 * All settings of a sweep see the same batches, each of which is gathered once
 * and stays in the cache while the settings take it in turn; one that has stopped
 * leaves. In float32 a setting's results do not depend on the others. A sweep
 * runs in one thread and its results depend on nothing but its arguments. */
#ifndef PROBE_SWEEP_H
#define PROBE_SWEEP_H

#include "base/error.h"
#include "num/matrix.h"
#include "probe/grid.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some rows of a matrix of embeddings, and their classes. */
struct sweep_part {
	struct matrix x;         /* (any, width) */
	const uint32_t *rows;    /* (count) rows of x */
	const uint32_t *classes; /* (count); may be NULL in a part that is only predicted */
	size_t count;
};

enum { SWEEP_PARTS = 2 };

struct sweep {
	const char *name;                            /* of the embeddings, for messages */
	const struct probe_setting *const *settings; /* (count); all with hidden layers, or all without */
	size_t count;
	struct sweep_part train;
	size_t classes;
	struct sweep_part predict[SWEEP_PARTS]; /* predicted by each setting at its end; count 0: none */
	uint32_t seed;                          /* of the initial weights */
	bool own_order;                         /* the order of the examples comes from the stream of the weights
	                                   * (all settings must be equally large), not from one of its own */
	bool float64;                           /* the type of all arithmetic */
	long max_iter;                          /* epochs */
	const volatile sig_atomic_t *stop;      /* may be NULL */
	void (*left)(void *arg);                /* called as each setting ends; may be NULL */
	void *arg;
};

/* What became of one setting. */
struct sweep_result {
	long epochs;
	double *losses;                   /* (epochs) */
	uint32_t *predicted[SWEEP_PARTS]; /* (count of the part) classes */
	double bits;                      /* −Σ log2 p(class) over part 0, where it has classes */
};

/* Fills out[0 … count). Fails when memory is short, `stop` is set, or a loss
 * is not finite. */
int sweep_run(struct sweep_result *out, const struct sweep *s, struct error *err);
void sweep_results_release(struct sweep_result *results, size_t count);

#endif
