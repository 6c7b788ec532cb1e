/* A small experiment whose cells hold made-up tables, in a temporary
 * directory: two models, three tasks, cross-task cells. */
#ifndef TESTS_FINDINGS_WORLD_H
#define TESTS_FINDINGS_WORLD_H

#include "support.h"

#include "base/json.h"
#include "base/table.h"
#include "num/npy.h"
#include "findings/collect.h"
#include "workflow/plan.h"

#include <math.h>
#include <string.h>

struct world {
	char *path; /* the temporary directory */
	struct experiment experiment;
	struct plan plan;
	enum collect_state *states; /* (cells), for a test to change */
	char **directories;
	struct folder collected;
	struct context context;
};

static const char world_ini[] =
	"[experiment]\ntitle = Fine-tuning & <geometry>\nseed = 1\nkernels = portable\n"
	"[model bert-tiny]\npath = tiny\n[model mini]\npath = mini\n"
	"[task pos]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
	"[task ps-role]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
	"[task ps-fxn]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
	"[finetune]\ncheckpoints = 4\nseeds = 1\n[probe]\nlayers = all\nruns = 3\n"
	"[cross]\ntarget = ps-fxn\nsources = ps-fxn, ps-role, pos\nrelated = ps-role\nopposing = pos\n";

enum { WORLD_LAYERS = 4, WORLD_LABELS = 5, WORLD_WIDTH = 6, WORLD_EXAMPLES = 8 };

static const char *const world_labels[WORLD_LABELS] = { "ADJ", "NOUN", "VERB", "p.Gestalt", "été" };

static inline void world_file(const char *directory, const char *name, const char *text)
{
	struct error err = { 0 };
	struct folder f;

	if (folder_open(&f, directory, &err) < 0 || output_file(&f, name, text, strlen(text), &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
}

/* A number in [0, 1) that depends on all three. */
static inline double world_noise(const char *name, long a, long b)
{
	uint32_t h = 2166136261u;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	h = (h ^ (uint32_t)a) * 16777619u;
	h = (h ^ (uint32_t)b) * 16777619u;
	return (double)(h >> 8) / 16777216.0;
}

static inline FILE *world_open(const char *directory, const char *name)
{
	char *path;
	FILE *f;
	struct error err = { 0 };

	directory_make(directory, &err);
	path = path_join(directory, name);
	f = fopen(path, "w");
	assert_non_null(f);
	free(path);
	return f;
}

static inline void world_probe(const struct cell *c, const char *d)
{
	FILE *f = world_open(d, "accuracy.csv");
	double gain = c->source == NULL                 ? 0
		      : strcmp(c->source, c->task) == 0 ? 0.07
		      : strcmp(c->source, "pos") == 0   ? -0.05
							: 0.03;

	fprintf(f, "layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority\n");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		for (int run = 0; run < 3; run++) {
			double test = 0.61 + 0.02 * layer + gain + 0.01 * world_noise(c->name, layer, run);

			fprintf(f, "%d,mlp,%d,%d,64,32,1e-05,40,0.99,%.17g,%.17g,0.25\n", layer, run, run + 7, test,
				test - 0.1);
			fprintf(f, "%d,control,%d,%d,64,32,1e-05,40,0.9,0.2,0.1,0.25\n", layer, run, run + 7);
			fprintf(f, "%d,linear,%d,%d,0,0,1e-05,40,%s,0.5,0.4,0.25\n", layer, run, run + 7,
				run < 2      ? "0.8"
				: layer == 1 ? "0.9"
					     : "1");
		}
	fclose(f);
	f = world_open(d, "codelength.csv");
	fprintf(f, "layer,fraction,examples,bits,total_bits,compression\n");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		fprintf(f, "%d,0.5,20,50,50,1\n%d,1,40,%.17g,%.17g,%.17g\n", layer, layer, 40 - 70 * gain,
			90 - 70 * gain, 100 / (90 - 70 * gain));
	fclose(f);
	f = world_open(d, "predictions.csv");
	fprintf(f, "layer,kind,run,example,label,predicted\n");
	for (int run = 0; run < 3; run++)
		for (int i = 0; i < WORLD_EXAMPLES; i++)
			fprintf(f, "%d,mlp,%d,%d,ADJ,%s\n", WORLD_LAYERS - 1, run, i,
				i < (c->source == NULL ? 3 : 8) - (run == 2) ? "ADJ" : "NOUN");
	fclose(f);
	world_file(d, "confusion.csv", "layer,kind,label,predicted,count\n3,mlp,ADJ,ADJ,9\n3,mlp,ADJ,NOUN,2\n");
}

/* How far labels lie apart: grows with fine-tuning on the task or its kin. */
static inline double world_scale(const char *source, const char *task, double progress)
{
	if (source == NULL)
		return 1;
	return strcmp(source, task) == 0    ? 1 + 2 * progress
	       : strcmp(source, "pos") == 0 ? 1 - 0.4 * progress
					    : 1 + 0.3 * progress;
}

static inline void world_distances(const struct cell *c, const char *d, const char *const *states, int count)
{
	FILE *f = world_open(d, "distances.csv"), *m = world_open(d, "minimum.csv");
	const char *start = count > 0 ? "state," : "";

	fprintf(f, "%slayer,label_a,label_b,distance,gap,pairs\n", start);
	fprintf(m, "%slayer,label,distance,nearest\n", start);
	for (int s = 0; s < (count > 0 ? count : 1); s++)
		for (int layer = 0; layer < WORLD_LAYERS; layer++) {
			double scale = world_scale(c->source, c->task, count > 0 ? (double)s / (count - 1) : 1);

			for (int a = 0; a < WORLD_LABELS; a++)
				for (int b = a + 1; b < WORLD_LABELS; b++) {
					if (count > 0)
						fprintf(f, "%s,", states[s]);
					fprintf(f, "%d,%s,%s,%.17g,1e-9,1\n", layer, world_labels[a], world_labels[b],
						scale * (1 + a + b + world_noise(c->name, a, b + 10 * layer)));
				}
			for (int a = 0; a < WORLD_LABELS; a++) {
				if (count > 0)
					fprintf(m, "%s,", states[s]);
				fprintf(m, "%d,%s,%.17g,%s\n", layer, world_labels[a], scale * (1 + a),
					world_labels[a == 0]);
			}
		}
	fclose(f);
	fclose(m);
}

/* Centroids of a state: the original's, moved by more in higher layers. */
static inline void world_centroids(const struct cell *c, const char *d)
{
	struct error err = { 0 };
	struct folder f;

	assert_int_equal(folder_open(&f, d, &err), 0);
	for (int layer = 0; layer < WORLD_LAYERS; layer++) {
		float values[WORLD_LABELS * WORLD_WIDTH];
		char name[64];

		for (int i = 0; i < WORLD_LABELS; i++)
			for (int k = 0; k < WORLD_WIDTH; k++) {
				double moved = k <= layer + 1 ? (1 + layer) * (world_noise("moved", i, k) - 0.5) : 0;

				values[i * WORLD_WIDTH + k] = (float)(world_noise("start", i, k + 100 * layer) +
								      (c->source == NULL ? 0 : moved));
			}
		snprintf(name, sizeof name, "centroids-%d.npy", layer);
		if (npy_write(&f, name, matrix_of(values, WORLD_LABELS, WORLD_WIDTH), &err) < 0)
			fail_msg("%s", err.text);
	}
	folder_release(&f);
}

/* The original of pos is not separable at its last layer. */
static inline bool world_linear(const struct cell *c, int layer)
{
	return c->source != NULL || strcmp(c->task, "pos") != 0 || layer < WORLD_LAYERS - 1;
}

static inline void world_directprobe(const struct cell *c, const char *d)
{
	FILE *f = world_open(d, "summary.json");

	fprintf(f, "[");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		fprintf(f,
			"%s{\"layer\": %d, \"points\": 120, \"dimensions\": %d, \"labels\": %d, \"clusters\": %d, "
			"\"linear\": %s, \"conflicts\": 0, \"constant\": false, \"undecided\": 0, \"tau\": 1e-7, "
			"\"minimum\": 1, \"mean\": 2}",
			layer ? ", " : "", layer, WORLD_WIDTH, WORLD_LABELS,
			world_linear(c, layer) ? WORLD_LABELS : 23, world_linear(c, layer) ? "true" : "false");
	fprintf(f, "]\n");
	fclose(f);
	world_distances(c, d, NULL, 0);
	world_centroids(c, d);
	world_file(d, "labelset.txt", "ADJ\nNOUN\nVERB\np.Gestalt\n\xc3\xa9t\xc3\xa9\n");
}

#define WORLD_SIMILARITY "layer,state_a,state_b,r,low,high,labels,pairs,linear_a,linear_b,convention\n"

static inline void world_divergence(const struct cell *c, const char *d)
{
	FILE *f = world_open(d, "divergence.csv");
	double r = (c->source == NULL ? 0.91 : 0.62) + 0.05 * world_noise(c->name, 0, 0);

	fprintf(f, WORLD_SIMILARITY "3,train,test,%.17g,%.17g,%.17g,5,10,%d,1,present\n", r, r - 0.1, r + 0.05,
		world_linear(c, WORLD_LAYERS - 1));
	fprintf(f, "3,train,test,%.17g,,,5,10,%d,1,zero\n", r - 0.01, world_linear(c, WORLD_LAYERS - 1));
	fclose(f);
}

static const char *const world_states[] = { "original", "c01", "c02", "c03", "c04" };

static inline void world_trajectory(const struct cell *c, const char *d)
{
	FILE *f;

	world_distances(c, d, world_states, 5);
	f = world_open(d, "alignment.csv");
	fprintf(f, "layer,state_a,state_b,measure,value,low,high,n\n");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		for (int s = 1; s < 5; s++)
			fprintf(f, "%d,original,%s,cka,%.17g,,,120\n%d,original,%s,rsa,%.17g,0.1,0.99,120\n", layer,
				world_states[s], 1 - 0.02 * s * layer, layer, world_states[s],
				0.98 - 0.03 * s * layer);
	fclose(f);
	f = world_open(d, "paths.csv");
	fprintf(f, "layer,label,state,pc1,pc2\n");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		for (int a = 0; a < WORLD_LABELS; a++)
			for (int s = 0; s < 5; s++)
				fprintf(f, "%d,%s,%s,%.17g,%.17g\n", layer, world_labels[a], world_states[s],
					cos(a) * (1 + 0.3 * s), sin(a) * (1 + 0.2 * s * layer));
	fclose(f);
	world_file(d, "spread.csv",
		   "layer,scale,pc1,pc2\n0,2.5,0.5,0.25\n1,2.5,0.5,0.25\n2,2.5,0.5,0.25\n3,2.5,0.5,0.25\n");
}

static inline void world_similarity(const struct cell *c, const char *d)
{
	FILE *f = world_open(d, "similarity.csv");

	fprintf(f, WORLD_SIMILARITY);
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		for (int s = 1; s < 5; s++) {
			double r = 1 - 0.03 * s * (layer + 0.1 * world_noise(c->name, layer, s));

			fprintf(f, "%d,original,%s,%.17g,%.17g,%.17g,5,10,%d,1,present\n", layer, world_states[s], r,
				r - 0.1, fmin(1, r + 0.02), strcmp(c->task, "pos") != 0 || layer < WORLD_LAYERS - 1);
		}
	fclose(f);
	f = world_open(d, "shift.csv");
	fprintf(f, "layer,state,label,norm,pc1,pc2\n");
	for (int layer = 0; layer < WORLD_LAYERS; layer++)
		for (int s = 1; s < 5; s++)
			for (int a = 0; a < WORLD_LABELS; a++)
				fprintf(f, "%d,%s,%s,%.17g,%.17g,%.17g\n", layer, world_states[s], world_labels[a],
					0.2 * s * (layer + 1), 0.1 * s * (layer + 1) * cos(a), 0.1 * s * sin(a));
	fclose(f);
}

/* Of missing.json where nothing is missing: "[]" and a newline. */
#define WORLD_DIGEST "37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570"

/* What a cell was run with: the models differ in epochs and dropout. */
static inline void world_manifest(const struct cell *c, const char *d)
{
	bool mini = c->model != NULL && strcmp(c->model, "mini") == 0;
	json_t *used = NULL, *internal = json_pack("{s:s}", "kernels", mini ? "plain" : "portable"), *manifest;
	struct error err = { 0 };
	struct folder f;

	if (c->stage->id == STAGE_FINETUNE)
		used = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "batch", "32", "clip", "1", "dropout",
				 mini ? "0.25" : "model", "epochs", mini ? "3" : "10", "lr", "0.0003", "order",
				 "shuffled", "warmup", "0.1", "weight_decay", "0");
	else if (c->stage->id == STAGE_PROBE)
		used = json_pack("{s:s, s:s, s:s, s:s}", "grid", "small", "select", "cv5", "runs", "3", "max_iter",
				 "1000");
	else if (c->stage->id == STAGE_EXTRACT)
		used = json_pack("{s:s, s:s}", "pooling", "first", "truncate", mini ? "no" : "yes");
	else
		used = json_object();
	if (c->stage->id == STAGE_EXTRACT && !mini)
		json_object_set_new(internal, "truncated", json_integer(c->source == NULL ? 7 : 8));
	manifest = json_pack("{s:s, s:[{s:s, s:{s:s}}, {s:s, s:{s:s}}], s:{s:{s:o, s:o, s:[]}}}", "_type",
			     "https://in-toto.io/Statement/v1", "subject", "name", "made", "digest", "sha256", "0123",
			     "name", "a table", "digest", "sha256", WORLD_DIGEST, "predicate", "buildDefinition",
			     "externalParameters", used, "internalParameters", internal, "resolvedDependencies");
	assert_non_null(manifest);
	if (folder_open(&f, d, &err) < 0 || json_write(&f, "manifest.json", manifest, &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	json_decref(manifest);
}

static inline void world_cell(const struct cell *c, const char *d)
{
	switch (c->stage->id) {
	case STAGE_PREPARE:
		world_file(d, "counts.json",
			   "{\"train\": 1234, \"test\": 345, \"labels\": 5, \"unknown\": {\"X\": 2, \"Y\": 3}}\n");
		break;
	case STAGE_FINETUNE:
		world_file(d, "c04/config.json",
			   "{\"num_hidden_layers\": 3, \"num_attention_heads\": 2, \"hidden_size\": 6, "
			   "\"intermediate_size\": 24, \"vocab_size\": 500, \"max_position_embeddings\": 96, "
			   "\"type_vocab_size\": 2, \"hidden_act\": \"gelu\", "
			   "\"hidden_dropout_prob\": 0.125, \"attention_probs_dropout_prob\": 0.2}\n");
		if (c->recipe != NULL)
			world_file(d, "tuning.json",
				   strcmp(c->recipe, "head") == 0
					   ? "{\"method\": \"head\", \"weights\": 2000, \"trained\": 50}\n"
					   : "{\"method\": \"full\", \"weights\": 2000, \"trained\": 2000}\n");
		world_file(d, "loss.csv",
			   "step,lr,loss,grad_norm\n1,0.0001,2.25,1.5\n2,0.0002,1.75,1.25\n3,0.0001,1.5,1\n");
		world_file(
			d, "eval.csv",
			"checkpoint,step,split,loss,accuracy\n0,0,test,2.5,0.1\n1,25,test,1.5,0.5\n2,50,test,1,0.7\n"
			"3,75,test,0.9,0.8\n4,100,test,0.8,0.9\n");
		break;
	case STAGE_PROBE:
		world_probe(c, d);
		break;
	case STAGE_DIRECTPROBE:
		world_directprobe(c, d);
		break;
	case STAGE_DIVERGENCE:
		world_divergence(c, d);
		break;
	case STAGE_TRAJECTORY:
		world_trajectory(c, d);
		break;
	case STAGE_SIMILARITY:
		world_similarity(c, d);
		break;
	default:
		break;
	}
	world_manifest(c, d);
}

/* An experiment whose file has that text. */
static inline void world_init_as(struct world *w, const char *text)
{
	struct error err = { 0 };
	char *ini, *cache, *collected;

	*w = (struct world){ .path = support_folder(), .context = { .pool = pool_new(1) } };
	world_file(w->path, "small.ini", text);
	ini = path_join(w->path, "small.ini");
	cache = path_join(w->path, "cache");
	collected = path_join(w->path, "collected");
	if (experiment_read(&w->experiment, ini, cache, w->path, w->path, &err) < 0 ||
	    plan_init(&w->plan, &w->experiment, &err) < 0 || folder_open(&w->collected, collected, &err) < 0)
		fail_msg("%s", err.text);
	free(ini);
	free(cache);
	free(collected);
	w->states = array_new(w->plan.count, 1, sizeof *w->states);
	w->directories = array_new(w->plan.count, 1, sizeof *w->directories);
	for (size_t i = 0; i < w->plan.count; i++) {
		w->directories[i] = cell_directory(&w->experiment, &w->plan.cells[i]);
		if (w->plan.cells[i].stage->id < STAGE_COLLECT)
			world_cell(&w->plan.cells[i], w->directories[i]);
	}
}

static inline void world_init(struct world *w)
{
	world_init_as(w, world_ini);
}

static inline void world_set(struct world *w, const char *cell, enum collect_state state)
{
	const struct cell *c = plan_find(&w->plan, cell);

	if (c == NULL)
		fail_msg("no cell %s", cell);
	w->states[c - w->plan.cells] = state;
}

static inline void world_collect(struct world *w)
{
	struct error err = { 0 };

	if (collect_run(&w->plan, &(struct collect_input){ w->states, w->directories }, &w->collected, &w->context,
			&err) < 0)
		fail_msg("%s", err.text);
}

static inline void world_release(struct world *w)
{
	for (size_t i = 0; i < w->plan.count; i++)
		free(w->directories[i]);
	free(w->directories);
	free(w->states);
	folder_release(&w->collected);
	plan_release(&w->plan);
	experiment_release(&w->experiment);
	pool_free(w->context.pool);
	support_remove(w->path);
}

#endif
