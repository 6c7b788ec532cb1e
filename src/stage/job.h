/* One run of a stage: on plain files, with options, or as a cell of an
 * experiment. A stage's main is a table of its options and a function; where a
 * parameter comes from, what is locked, checked, logged and written beside the
 * outputs is the same for all and is here. */
#ifndef STAGE_JOB_H
#define STAGE_JOB_H

#include "base/context.h"
#include "base/output.h"
#include "stage/options.h"
#include "stage/terminal.h"
#include "workflow/manifest.h"
#include "workflow/store.h"

struct job;

struct program {
	enum stage_id stage;
	const char *usage;            /* the command line on plain files */
	const struct option *options; /* its files; NULL-ended */
	const char *const *sections;  /* of the parameters it takes as options; NULL-ended */
	const char *const (
		*defaults)[2]; /* on plain files, where another than in experiments; NULL-ended, may be NULL */
	int (*run)(struct job *job, struct error *err);
	bool multiplies; /* matrices: its manifest names the kernels */
	/* Makes sure of the libraries that it alone needs; may be NULL. */
	int (*libraries_check)(struct error *err);
	/* Copies a cell's results to where people look, whether or not it ran. */
	int (*publish)(struct job *job, struct error *err);
	/* With --summary, and no cell: says what an experiment came to. */
	int (*summarise)(struct job *job, struct error *err);
	bool prints;             /* on plain files it prints its result and needs no --out */
	const char *prints_with; /* an option with which that is so, or NULL */
};

struct job {
	const struct program *program;
	struct options options;
	struct terminal terminal;
	struct context context;
	struct folder out;
	bool made_out; /* the folder was not there before */
	/* As a cell: */
	const struct cell *cell; /* NULL on plain files */
	size_t index;
	struct experiment experiment;
	struct plan plan;
	struct store store;
	struct inputs inputs;
	char *assets;          /* of the checkout or the installation; NULL: not there */
	char *fonts[2];        /* of figures and of pages; NULL: not asked for yet */
	bool names_experiment; /* its first word does, where --experiment is not given */
	json_t *internal;      /* what was decided at run time, for the manifest */
};

/* Opens the experiment that --experiment names, below the places that --cache,
 * --data and --models or the environment's CACHE, DATA and MODELS name; its
 * plan and its store. Its results must not lie where another's do. */
int job_open_experiment(struct job *job, struct error *err);

/* The directory above figures/, report/ and manifests/: --publish, or the
 * environment's PUBLISH; "" is the working directory. */
const char *job_publish_root(const struct job *job);
void job_release(struct job *job);

/* Opens the folder of the results; and, where a run that made it came to nothing,
 * removes it again if nothing lies in it. */
int job_open_out(struct job *job, const char *path, struct error *err);
void job_drop_out(struct job *job);

/* Makes the parameters of the program's sections known as options; `made` and
 * `names` hold them. */
int job_know_parameters(struct options *o, const struct program *program, struct option *made, char (*names)[64],
			struct error *err);

/* Options given on the command line must be well-formed values of their
 * parameters. */
int job_check_parameters(const struct options *o, const struct program *program, struct error *err);

/* Makes sure of the libraries that the stage computes with; of one that multiplies
 * matrices the kernels stand in the manifest. */
int job_check_kernels(struct job *job, struct error *err);

/* A parameter: of the cell, or the option, or its default. */
const char *job_text(const struct job *job, const char *section, const char *key);
double job_number(const struct job *job, const char *section, const char *key);
long job_integer(const struct job *job, const char *section, const char *key);
bool job_flag(const struct job *job, const char *section, const char *key);

/* Whether a cell has every layer that the section's list names: there[l] is whether
 * it has layer l, l < count (NULL: it has all); else an error. */
int job_check_layers(const struct job *job, const char *section, const bool *there, long count, struct error *err);

/* A seed: derived from the cell's name and the purpose, or --seed as it is. */
uint64_t job_seed(const struct job *job, const char *purpose);

/* The path of the input whose name ends with the text; NULL if there is none. */
const char *job_input(const struct job *job, const char *ending);

/* The directory of the inputs whose names begin and end so, in new memory. */
char *job_input_directory(const struct job *job, const char *start, const char *ending);

/* The common options of every program. */
extern const struct option job_common_options[];

/* Starts the threads and catches the signals. */
int job_start(struct job *job, struct error *err);

/* Prints an error and returns its exit status. */
int job_fail(struct job *job, const struct error *err);

#endif
