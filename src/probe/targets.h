/* What a probe is to predict: a class for every example of both parts. */
#ifndef PROBE_TARGETS_H
#define PROBE_TARGETS_H

#include "base/context.h"
#include "corpus/labels.h"

#include <stddef.h>
#include <stdint.h>

/* Classes 0 … known−1 are the training part's labels, bytewise; those after them
 * occur in the test part alone, are never predicted, and count as wrong. */
struct targets {
	char **names; /* (count) */
	size_t known, count;
	uint32_t *train; /* (train_count) */
	uint32_t *test;  /* (test_count) */
	size_t train_count, test_count;
	uint32_t *at; /* (larger of the counts) 0, 1, 2 …: all rows of a part */
};

/* Reads both labels.txt. Warns, with their number, of test labels that training
 * lacks. A training part of a single label is an error. */
int targets_read(struct targets *out, const char *train, const char *test, const struct context *ctx,
		 struct error *err);
void targets_release(struct targets *t);

/* Warns of labels with fewer training examples than `folds`, naming them; where
 * that is so of every label it is an error, as with scikit-learn. `what` the folds
 * are called in the message. */
int targets_check_rare(const struct targets *t, const char *train, size_t folds, const char *what,
		       const struct context *ctx, struct error *err);

/* The targets of the control task (Hewitt and Liang 2019): each type of input
 * gets one label for all its occurrences, drawn from the training part's
 * distribution of labels. The type is what the example's words are without
 * their context: of a word or a pair the words of its spans, of a sentence all
 * its words. Types are drawn in the order in which they first occur, training
 * part first. The files are example files of as many examples as `t` has. */
int targets_control(struct targets *out, const struct targets *t, const char *train, const char *test, uint64_t seed,
		    struct error *err);

#endif
