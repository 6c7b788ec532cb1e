#include "workflow/cost.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "encoder/config.h"
#include "workflow/vectors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sizes of a model, and of a task's two parts. */
struct shape {
	double hidden, layers, intermediate, vocabulary;
	double examples[2], pieces[2], labels; /* train, test */
	int kind;                              /* 0 word, 1 pair, 2 sentence */
};

static int model_shape(const struct experiment *e, const char *model, struct shape *out, struct error *err)
{
	const char *path = experiment_get(e, "model", "path", model, NULL);
	struct encoder_shape shape;
	char *directory;
	int rc;

	if (vectors_are(e, model)) {
		size_t rows, columns;

		vectors_size(e, model, e->task_names[0], &rows, &columns);
		out->hidden = (double)columns;
		out->layers = (double)vectors_layers(e, model, e->task_names[0]) - 1;
		return 0;
	}
	if (path == NULL) {
		out->hidden = (double)experiment_integer(e, "model", "hidden", model, NULL);
		out->layers = (double)experiment_integer(e, "model", "layers", model, NULL);
		out->intermediate = (double)experiment_integer(e, "model", "intermediate", model, NULL);
		if (out->intermediate == 0)
			out->intermediate = 4 * out->hidden;
		out->vocabulary = (double)experiment_integer(e, "text", "vocabulary", NULL, NULL);
		return 0;
	}
	directory = path_join(e->models, path);
	rc = directory == NULL ? error_memory(err, model) : config_read(&shape, directory, err);
	free(directory);
	if (rc < 0)
		return -1;
	out->hidden = (double)shape.hidden;
	out->layers = (double)shape.layers;
	out->intermediate = (double)shape.intermediate;
	out->vocabulary = (double)shape.vocabulary;
	return 0;
}

static double file_bytes(const struct experiment *e, const char *task, const char *key)
{
	const char *file = experiment_get(e, "task", key, NULL, task);
	char *path = file == NULL ? NULL : path_join(e->data, file);
	struct mapping map;
	struct error ignored;
	double bytes = 0;

	if (path != NULL && mapping_open(&map, path, &ignored) == 0) {
		bytes = (double)map.size;
		mapping_close(&map);
	}
	free(path);
	return bytes;
}

/* Of a part that has not been prepared, from the bytes of its file: what a word
 * takes in each format, and how many examples a word brings. */
static void guess_part(const struct experiment *e, const char *task, int part, struct shape *s)
{
	static const struct {
		const char *format;
		double bytes_a_word, examples_a_word;
	} formats[] = { { "conllulex", 105, 0.095 }, { "conllu", 63, 1 }, { "trec", 5.5, 0.1 }, { "tsv", 6, 1 } };
	const char *format = experiment_get(e, "task", "format", NULL, task);
	const char *sentences = experiment_get(e, "task", part ? "test.sentences" : "train.sentences", NULL, task);
	double words = (double)experiment_integer(e, "task", part ? "test.size" : "train.size", NULL, task) * 9;
	double rate = s->kind == 2 ? 0.11 : 1;

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(format, formats[i].format) == 0) {
			words = file_bytes(e, task, part ? "test" : "train") / formats[i].bytes_a_word;
			rate = formats[i].examples_a_word;
		}
	if (sentences != NULL) {
		long first = 1, last = 1;

		if (sscanf(sentences, "%ld-%ld", &first, &last) == 2)
			words = fmin(words, 21.2 * (double)(last - first + 1));
	}
	s->pieces[part] = 1.4 * words;
	s->examples[part] = rate * words;
}

static void task_shape(struct store *s, const char *task, struct shape *out)
{
	const struct experiment *e = s->plan->experiment;
	char *path = text_format("%s/prepare/%s/counts.json", e->cache, task);
	const char *kind = experiment_get(e, "task", "kind", NULL, task);
	struct error ignored;
	json_t *counts = NULL;

	out->kind = strcmp(kind, "pair") == 0 ? 1 : strcmp(kind, "sentence") == 0 ? 2 : 0;
	out->labels = 40;
	guess_part(e, task, 0, out);
	guess_part(e, task, 1, out);
	if (path != NULL && file_exists(path) && json_read(&counts, path, &ignored) == 0) {
		out->examples[0] = json_number_value(json_object_get(counts, "train"));
		out->examples[1] = json_number_value(json_object_get(counts, "test"));
		out->labels = json_number_value(json_object_get(counts, "labels"));
		json_decref(counts);
	}
	free(path);
}

/* Multiply-adds of one piece's way through the encoder, and its weights. */
static double encoder_weights(const struct shape *s)
{
	return s->layers * (4 * s->hidden * s->hidden + 2 * s->hidden * s->intermediate);
}

static double weight_bytes(const struct shape *s)
{
	return 4 * (encoder_weights(s) + (s->vocabulary + 512) * s->hidden);
}

static double embedding_bytes(const struct shape *s, int part)
{
	return 4 * s->examples[part] * s->hidden * (s->kind == 1 ? 2 : 1);
}

/* What a batch's activations take, forward and backward. */
static double batch_memory(const struct shape *s)
{
	return 32 * 60 * 4 * s->layers * (12 * s->hidden + 2 * s->intermediate);
}

static struct cost cost_finetune(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double epochs = strtod(experiment_tuned(e, "finetune", "epochs", c->model, c->task, c->recipe), NULL);
	double checkpoints = (double)experiment_checkpoints(e, c->model, c->task, c->recipe);
	double forward = 2 * encoder_weights(s);

	/* Forward and backward; the test part at every checkpoint, and both at the ends. */
	return (struct cost){
		.operations = forward * ((3 * epochs + 2) * s->pieces[0] + (checkpoints + 1) * s->pieces[1]),
		.bytes = checkpoints * weight_bytes(s),
		.memory = 5 * weight_bytes(s) + batch_memory(s),
	};
}

/* A named grid's settings; an own grid has one more than separators. */
static double grid_settings(const char *grid)
{
	double count = 1;

	if (strcmp(grid, "paper") == 0)
		return 128;
	if (strcmp(grid, "small") == 0)
		return 12;
	for (const char *p = grid; *p != '\0'; p++)
		count += *p == ',' || *p == ';';
	return count;
}

/* settings × folds × epochs of networks of two hidden layers, then the chosen one
 * for each kind; the online code's blocks see the training part about twice. */
static struct cost cost_probe(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	const char *grid = experiment_get(e, "probe", "grid", c->model, c->task);
	bool folds = strcmp(experiment_get(e, "probe", "select", c->model, c->task), "cv5") == 0;
	bool all = strcmp(experiment_get(e, "probe", "layers", c->model, c->task), "all") == 0;
	const char *kinds = experiment_get(e, "probe", "kinds", c->model, c->task);
	double epochs = fmin(90, (double)experiment_integer(e, "probe", "max_iter", c->model, c->task));
	double runs = (double)experiment_integer(e, "probe", "runs", c->model, c->task);
	double settings = grid_settings(grid);
	double width = s->hidden * (s->kind == 1 ? 2 : 1), unit = strcmp(grid, "paper") == 0 ? 120 : 160;
	double fits = settings > 1 ? settings * (folds ? 4 : 1) : 0;

	fits += runs * (list_has(kinds, "mlp") + list_has(kinds, "control")) + (list_has(kinds, "mdl") ? 2 : 0);
	return (struct cost){
		.operations = 6 * fits * epochs * s->examples[0] * unit * (width + unit + s->labels) *
			      (all ? s->layers + 1 : 1),
		.bytes = 1e6,
		.memory = 2 * embedding_bytes(s, 0) + 1e8,
	};
}

/* Text and its held-out part, in pieces; the head is as wide as the vocabulary. */
static struct cost cost_pretrain(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double epochs = (double)experiment_integer(e, "pretrain", "epochs", c->model, NULL);
	double text = 1.4 * 9 * (double)experiment_integer(e, "text", "sentences", NULL, NULL);
	double heldout = 1.4 * 9 * (double)experiment_integer(e, "text", "heldout", NULL, NULL);
	double forward = 2 * encoder_weights(s) + 0.15 * 2 * s->hidden * (s->vocabulary + s->hidden);

	return (struct cost){
		.operations = forward * (3 * epochs * text + (epochs + 1) * heldout),
		.bytes = weight_bytes(s),
		.memory = 5 * weight_bytes(s) + batch_memory(s),
	};
}

static struct cost cost_extract(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double layers = s->layers + 1;

	(void)e;
	(void)c;
	return (struct cost){
		.operations = 2 * encoder_weights(s) * (s->pieces[0] + s->pieces[1]),
		.bytes = layers * embedding_bytes(s, 0) + embedding_bytes(s, 1),
		.memory = weight_bytes(s) + layers * embedding_bytes(s, 0),
	};
}

/* Some hundreds of passes over the two labels' points a pair: from a hundred where all
 * are separable to thousands where hulls overlap. Directions are kept for a point
 * eightfold, in 256 MB at most. */
static struct cost cost_directprobe(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double width = s->hidden * (s->kind == 1 ? 2 : 1), n = s->examples[c->split == SPLIT_TEST ? 1 : 0];
	double layers = c->split == SPLIT_TEST ? 1 : s->layers + 1;

	(void)e;
	return (struct cost){
		.operations = 1000 * layers * 2 * n * width * s->labels,
		.bytes = 4e6,
		.memory = 4 * n * width * 4 + fmin(64 * n * width, 268e6) + 1e8,
	};
}

static struct cost cost_trajectory(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double width = s->hidden * (s->kind == 1 ? 2 : 1), pairs = s->labels * s->labels / 2;
	double checkpoints = (double)experiment_checkpoints(e, c->model, c->task, c->recipe);
	double layers = s->layers + 1, n = s->examples[0];

	return (struct cost){
		.operations = checkpoints *
			      (2 * encoder_weights(s) * s->pieces[0] + 100 * layers * 2 * n * width * s->labels),
		.bytes = checkpoints * layers * pairs * 80,
		.memory = weight_bytes(s) + 2 * layers * embedding_bytes(s, 0),
	};
}

/* Of the stages that are not listed, little. */
static struct cost (*const costs[STAGE_COUNT])(const struct experiment *, const struct cell *,
					       const struct shape *) = {
	[STAGE_PRETRAIN] = cost_pretrain,       [STAGE_FINETUNE] = cost_finetune,
	[STAGE_EXTRACT] = cost_extract,         [STAGE_PROBE] = cost_probe,
	[STAGE_DIRECTPROBE] = cost_directprobe, [STAGE_TRAJECTORY] = cost_trajectory,
};

int cost_of(struct cost *out, struct store *s, size_t cell, struct error *err)
{
	const struct experiment *e = s->plan->experiment;
	const struct cell *c = &s->plan->cells[cell];
	struct shape shape = { 0 };

	*out = (struct cost){ 1e8, 1e6, 5e7 };
	if (c->model != NULL && model_shape(e, c->model, &shape, err) < 0)
		return -1;
	if (c->task != NULL)
		task_shape(s, c->task, &shape);
	if (costs[c->stage->id] != NULL)
		*out = costs[c->stage->id](e, c, &shape);
	return 0;
}
