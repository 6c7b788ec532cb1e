/* Sets of synthetic tables that the tests draw. */
#ifndef TESTS_FIGURE_CASES_H
#define TESTS_FIGURE_CASES_H

#include "figure/synthetic.h"

static const char *const cases_pos[] = { "ADJ",  "ADP",  "ADV",   "AUX",   "CCONJ", "DET", "INTJ", "NOUN", "NUM",
					 "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X" };
static const char *const cases_models[] = { "bert-tiny", "bert-mini", "bert-base" };
static const int cases_layers[] = { 2, 4, 12 };
static const char *const cases_tasks[] = { "pos", "ps-fxn" };
static const char *const cases_twelve[] = { "pos",    "dep",   "ps-role", "ps-fxn", "trec50", "ner",
					    "chunks", "roots", "tense",   "number", "gender", "case" };
static const char *const cases_one[] = { "only" };
static const char *const cases_deep[] = { "a-model-with-a-rather-long-name" };
static const int cases_deep_layers[] = { 24 };
static const char *const cases_unicode[] = { "слова & <τάσκ>" };
static char cases_names[60][64];
static const char *cases_many[60];

/* The usual: three models, two tasks, 17 labels. */
static inline struct synthetic case_usual(void)
{
	return (struct synthetic){ .models = cases_models,
				   .layers = cases_layers,
				   .model_count = 3,
				   .tasks = cases_tasks,
				   .task_count = 2,
				   .labels = cases_pos,
				   .label_count = 17,
				   .seeds = 1,
				   .checkpoints = 10,
				   .updates = 500,
				   .probe_all = 1,
				   .scale = 1 };
}

/* 60 labels with long names in four scripts, 24 layers, two seeds. */
static inline struct synthetic case_large(void)
{
	static const char *const forms[] = { "label%d",           "nsubj:passive-and-very-long-%d",
					     "существительное%d", "اسم%d",
					     "ουσιαστικό%d",      "p.Äußerung%d" };
	struct synthetic y = case_usual();

	for (int i = 0; i < 60; i++) {
		snprintf(cases_names[i], sizeof cases_names[i], forms[i % 6], i);
		cases_many[i] = cases_names[i];
	}
	y.models = cases_deep;
	y.layers = cases_deep_layers;
	y.model_count = y.task_count = 1;
	y.tasks = cases_unicode;
	y.labels = cases_many;
	y.label_count = 60;
	y.seeds = 2;
	return y;
}

static inline struct synthetic case_one_label(void)
{
	struct synthetic y = case_usual();

	y.labels = cases_one;
	y.label_count = y.model_count = y.task_count = 1;
	return y;
}

static inline struct synthetic case_constant(void)
{
	struct synthetic y = case_usual();

	y.constant = 1;
	y.model_count = y.task_count = 1;
	y.probe_all = 0;
	return y;
}

static inline struct synthetic case_scaled(double scale)
{
	struct synthetic y = case_usual();

	y.scale = scale;
	y.model_count = y.task_count = 1;
	return y;
}

/* As large as the embedded experiment. */
static inline struct synthetic case_embedded(void)
{
	static const int layers[] = { 2, 3 };
	struct synthetic y = case_usual();

	y.layers = layers;
	y.model_count = 2;
	y.tasks = cases_twelve;
	y.task_count = 5;
	y.checkpoints = 8;
	y.updates = 264;
	return y;
}

/* More tasks than there are colours. */
static inline struct synthetic case_many_tasks(void)
{
	struct synthetic y = case_usual();

	y.tasks = cases_twelve;
	y.task_count = 12;
	y.label_count = 5;
	y.probe_all = 0;
	return y;
}

/* Distances over ten orders of magnitude. */
static inline struct synthetic case_decades(void)
{
	struct synthetic y = case_usual();

	y.decades = 10;
	y.model_count = y.task_count = 1;
	return y;
}

/* Some values are NaN. */
static inline struct synthetic case_holes(void)
{
	struct synthetic y = case_usual();

	y.holes = 1;
	y.task_count = 1;
	return y;
}

#endif
