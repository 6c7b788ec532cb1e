/* From a task's data to its examples, by the rules of Zhou and Srikumar (2022).
 *
 * word      pos: words and empty nodes, label UPOS (conllu, upos)
 *           ps-role, ps-fxn: single-word expressions whose supersense starts
 *           with "p.", label SS or SS2 (conllulex, ss or ss2)
 * pair      dep: (word, head) where HEAD is not 0, label DEPREL (conllu, deprel)
 * sentence  trec: the question, label COARSE:fine (trec)
 * any       tsv: as the file says; embedded: as the grammar says */
#ifndef CORPUS_TASK_H
#define CORPUS_TASK_H

#include "base/context.h"
#include "base/output.h"
#include "corpus/examples.h"

#include <stdbool.h>
#include <stdint.h>

struct task {
	const char *name;
	enum task_kind kind;
	const char *format;                           /* conllu, conllulex, trec, tsv, embedded */
	const char *train, *test;                     /* paths; unused for embedded */
	const char *train_sentences, *test_sentences; /* "1-800", from 1, or NULL: all */
	const char *label;          /* upos, deprel, ss, ss2; embedded: upos, deprel, role, function, question */
	bool empty_nodes;           /* CoNLL-U: empty nodes are words, and pos examples */
	bool subtypes;              /* CoNLL-U: relations keep what follows ":" */
	bool lossy;                 /* invalid UTF-8 becomes U+FFFD */
	const char *encoding;       /* TREC: auto, utf-8, iso-8859-1; NULL: auto */
	uint64_t seed;              /* embedded */
	long train_size, test_size; /* embedded: sentences */
};

#define ENCODING_UTF8 "utf-8"
#define ENCODING_LATIN1 "iso-8859-1"

/* "1-800" as two numbers from 1; −1 if it is no such range. */
int task_range_parse(long *first, long *last, const char *text);

/* What is wrong with the description, or NULL. */
const char *task_check(const struct task *t);

/* Reads the training or the test part of a task that task_check finds right.
 * Malformed data is an error "file:line: …", and so is a part without examples;
 * then nothing is left to release. */
int task_read(struct examples *out, const struct task *t, bool test, struct error *err);

/* Writes train.tsv, test.tsv, labelset.txt (the training part's labels) and
 * counts.json: train, test (examples), train_sentences, test_sentences, labels,
 * test_labels, unknown (an object: labels that only the test part has, with
 * their counts), and where there are some, train_unlabelled and test_unlabelled
 * (words that the data give no label). Malformed data is an error "file:line: …";
 * so are fewer than two labels. Labels that training lacks, and words without a
 * label, are a warning. `encodings`: of the training and the test file, where the
 * format leaves that open, else NULL. */
int task_prepare(const char *encodings[2], const struct task *t, struct folder *out, const struct context *ctx,
		 struct error *err);

#endif
