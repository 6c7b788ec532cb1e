#include "workflow/estimate.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "bert/config.h"
#include "num/product.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* Sizes of a model, and of a task's two parts. */
struct shape {
	double hidden, layers, intermediate, vocabulary;
	double examples[2], pieces[2], labels; /* train, test */
	int kind;                              /* 0 word, 1 pair, 2 sentence */
};

struct cost {
	double operations, bytes, memory;
};

static int model_shape(const struct experiment *e, const char *model, struct shape *out, struct error *err)
{
	const char *path = experiment_get(e, "model", "path", model, NULL);
	struct bert_config config;
	char *directory;
	int rc;

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
	rc = directory == NULL ? error_memory(err, model) : bert_config_read(&config, directory, err);
	free(directory);
	if (rc < 0)
		return -1;
	out->hidden = (double)config.hidden;
	out->layers = (double)config.layers;
	out->intermediate = (double)config.intermediate;
	out->vocabulary = (double)config.vocabulary;
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

static struct cost finetune_cost(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double epochs = (double)experiment_integer(e, "finetune", "epochs", c->model, c->task);
	double checkpoints = (double)experiment_integer(e, "finetune", "checkpoints", c->model, c->task);
	double forward = 2 * encoder_weights(s);

	/* Forward and backward; the test part at every checkpoint, and both at the ends. */
	return (struct cost){
		.operations = forward * ((3 * epochs + 2) * s->pieces[0] + (checkpoints + 1) * s->pieces[1]),
		.bytes = checkpoints * weight_bytes(s),
		.memory = 5 * weight_bytes(s) + 32 * 60 * 4 * s->layers * (12 * s->hidden + 2 * s->intermediate),
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
static struct cost probe_cost(const struct experiment *e, const struct cell *c, const struct shape *s)
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

static struct cost cell_cost(const struct experiment *e, const struct cell *c, const struct shape *s)
{
	double width = s->hidden * (s->kind == 1 ? 2 : 1), pairs = s->labels * s->labels / 2;
	double layers = s->layers + 1, n = s->examples[c->split == SPLIT_TEST ? 1 : 0];
	double checkpoints;

	switch (c->stage->id) {
	case STAGE_FINETUNE:
		return finetune_cost(e, c, s);
	case STAGE_EXTRACT:
		return (struct cost){ 2 * encoder_weights(s) * (s->pieces[0] + s->pieces[1]),
				      layers * embedding_bytes(s, 0) + embedding_bytes(s, 1),
				      weight_bytes(s) + layers * embedding_bytes(s, 0) };
	case STAGE_PROBE:
		return probe_cost(e, c, s);
	case STAGE_DIRECTPROBE:
		/* Some hundreds of passes over the two labels' points a pair: from a hundred
		 * where all are separable to thousands where hulls overlap. Directions are kept for
		 * a point eightfold, in 256 MB at most. */
		return (struct cost){ 1000 * (c->split == SPLIT_TEST ? 1 : layers) * 2 * n * width * s->labels, 4e6,
				      4 * n * width * 4 + fmin(64 * n * width, 268e6) + 1e8 };
	case STAGE_TRAJECTORY:
		checkpoints = (double)experiment_integer(e, "finetune", "checkpoints", c->model, c->task);
		return (struct cost){ checkpoints * (2 * encoder_weights(s) * s->pieces[0] +
						     100 * layers * 2 * n * width * s->labels),
				      checkpoints * layers * pairs * 80,
				      weight_bytes(s) + 2 * layers * embedding_bytes(s, 0) };
	default:
		return (struct cost){ 1e8, 1e6, 5e7 };
	}
}

static double processor_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Operations a second of one thread on a product, of processor time: the best of
 * some runs, since others may use the machine. */
static double measure_speed(void)
{
	enum { ROWS = 512, SIZE = 384, RUNS = 20 };
	float *x = array_new(ROWS + 2 * SIZE, SIZE, sizeof *x), *work = array_new(PRODUCT_WORK, 1, sizeof *work);
	float *y = array_new(ROWS, SIZE, sizeof *y);
	double best = 0;

	for (int run = 0; x != NULL && work != NULL && y != NULL && run < RUNS; run++) {
		double start = processor_seconds(), seconds;

		product_nt(matrix_of(y, ROWS, SIZE), matrix_of(x, ROWS, SIZE), matrix_of(x + ROWS * SIZE, SIZE, SIZE),
			   false, work);
		seconds = processor_seconds() - start;
		if (seconds > 0)
			best = fmax(best, 2.0 * ROWS * SIZE * SIZE / seconds);
	}
	free(x);
	free(work);
	free(y);
	return best > 0 ? best : 5e10;
}

struct total {
	double operations[STAGE_COUNT], bytes, released, memory;
	size_t cells[STAGE_COUNT], run[STAGE_COUNT];
};

static int add_up(struct store *s, struct total *t, struct error *err)
{
	const struct experiment *e = s->plan->experiment;

	for (size_t i = 0; i < s->plan->count; i++) {
		const struct cell *c = &s->plan->cells[i];
		struct shape shape = { 0 };
		struct cost cost;

		t->cells[c->stage->id]++;
		if (store_examine(s, i, true)->state == CELL_CURRENT)
			continue;
		t->run[c->stage->id]++;
		if (c->model != NULL && model_shape(e, c->model, &shape, err) < 0)
			return -1;
		if (c->task != NULL)
			task_shape(s, c->task, &shape);
		cost = cell_cost(e, c, &shape);
		t->operations[c->stage->id] += cost.operations;
		t->bytes += cost.bytes;
		t->memory = fmax(t->memory, cost.memory);
	}
	return 0;
}

/* Where the cache lies, or will lie once it is made: where its parent does. */
static double disk_free(const struct experiment *e)
{
	char *place = text_copy(e->cache), *slash;
	struct statvfs fs;
	bool found = false;

	while (place != NULL && !(found = statvfs(place, &fs) == 0) && (slash = strrchr(place, '/')) > place)
		*slash = '\0';
	if (!found && place != NULL)
		found = statvfs(place[0] == '/' ? "/" : ".", &fs) == 0;
	free(place);
	return found ? (double)fs.f_bavail * (double)fs.f_frsize : -1;
}

int estimate_print(struct store *s, FILE *to, struct error *err)
{
	struct total t = { 0 };
	double speed = measure_speed(), threads = (double)sysconf(_SC_NPROCESSORS_ONLN), hours = 0;

	if (add_up(s, &t, err) < 0)
		return -1;
	fprintf(to, "%-12s %6s %9s %8s\n", "stage", "cells", "would run", "minutes");
	for (size_t i = 0; i < STAGE_COUNT; i++) {
		/* The part of the product's speed that the stages reach, all in all. */
		double h = t.operations[i] / (0.7 * speed * threads) / 3600;

		if (t.cells[i] > 0)
			fprintf(to, "%-12s %6zu %9zu %8.1f\n", stage_of((enum stage_id)i)->name, t.cells[i], t.run[i],
				60 * h);
		hours += h;
	}
	fprintf(to,
		"%s: about %.*f %s on %.0f processors (measured: %.0f GFLOP/s each), %.1f GB of disk, %.1f GB of "
		"memory a cell\n",
		s->plan->experiment->name, hours < 2 ? 0 : 1, hours < 2 ? ceil(60 * hours) : hours,
		hours < 2 ? "minutes" : "hours", threads, speed / 1e9, t.bytes / 1e9, t.memory / 1e9);
	return 0;
}

int estimate_check_room(struct store *s, struct error *err)
{
	struct total t = { 0 };
	double room = disk_free(s->plan->experiment);

	if (add_up(s, &t, err) < 0)
		return -1;
	if (room < 0)
		return error_errno(err, s->plan->experiment->cache, "write");
	if (t.bytes > room)
		return error_set(err, STATUS_MACHINE, "%s: %.1f GB are free, the experiment needs about %.1f GB",
				 s->plan->experiment->cache, room / 1e9, t.bytes / 1e9);
	return 0;
}
