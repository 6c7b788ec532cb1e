/* tunescope similarity: two vectors of label distances on plain files, or every
 * state and layer of a run against the original as a cell. */
#include "stage/main.h"

#include "base/array.h"
#include "base/json.h"
#include "base/name.h"
#include "geometry/similarity.h"
#include "workflow/state.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "a", "CSV", "distances.csv of one representation, or a distances file of the DirectProbe authors" },
	{ "b", "CSV", "the same of the other" },
	{ "layer-a", "L|last", "layer in the first file (0)" },
	{ "layer-b", "L|last", "layer in the second file (0)" },
	{ "pairs", "present|zero", "missing pairs are left out, or 0 as in the authors' program (present)" },
	{ NULL, NULL, NULL },
};

static json_t *number_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *linear_or_null(int linear)
{
	return linear < 0 ? json_null() : json_boolean(linear);
}

/* A file and the layer of it that is asked for. */
static int read_choice(struct layer_choice *out, const struct options *o, const char *file, const char *name,
		       struct error *err)
{
	const char *text = options_get(o, name);
	long layer = 0;

	if (text != NULL && strcmp(text, "last") == 0)
		layer = LAYER_LAST;
	else if (options_integer(&layer, o, name, 0, INT_MAX, err) < 0)
		return error_set(err, STATUS_INPUT, "--%s %s: expected last, or the number of a layer", name, text);
	*out = (struct layer_choice){ options_need(o, file, err), (int)layer, name };
	return out->distances == NULL ? -1 : 0;
}

/* Prints r, its interval, and what is behind them, as JSON. */
static int print_similarity(const struct job *job, struct error *err)
{
	const char *pairs = options_get(&job->options, "pairs");
	struct layer_choice a, b;
	struct similarity s;
	json_t *out;
	char *text;

	if (pairs != NULL && strcmp(pairs, "present") != 0 && strcmp(pairs, "zero") != 0)
		return error_set(err, STATUS_INPUT, "--pairs %s: expected present or zero", pairs);
	if (read_choice(&a, &job->options, "a", "layer-a", err) < 0 ||
	    read_choice(&b, &job->options, "b", "layer-b", err) < 0 ||
	    similarity_of(&s, &a, &b, pairs != NULL && strcmp(pairs, "zero") == 0 ? PAIRS_ZERO : PAIRS_PRESENT,
			  job_seed(job, "bootstrap"), err) < 0)
		return -1;
	out = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "r", number_or_null(s.r), "pairs",
			(json_int_t)s.pairs, "labels", (json_int_t)s.labels, "lacking_a", (json_int_t)s.lacking_a,
			"lacking_b", (json_int_t)s.lacking_b, "draws", (json_int_t)s.draws, "dropped",
			(json_int_t)s.dropped, "low", number_or_null(s.low), "high", number_or_null(s.high),
			"linear_a", linear_or_null(s.linear_a), "linear_b", linear_or_null(s.linear_b));
	text = out == NULL ? NULL : json_dumps(out, JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
	if (text != NULL)
		puts(text);
	json_decref(out);
	free(text);
	return text == NULL ? error_memory(err, "JSON") : 0;
}

/* Where the clusters of a state of the cell's model lie; NULL: not among the
 * inputs. */
static char *state_directory(const struct job *job, const char *state)
{
	char *path = name_path("directprobe", job->cell->model, state, NULL);
	char *start = path == NULL ? NULL : text_format("%s/", path);
	char *directory = start == NULL ? NULL : job_input_directory(job, start, "/train/distances.csv");

	free(path);
	free(start);
	return directory;
}

static int run(struct job *job, struct error *err)
{
	char *state, *original, *tuned, *trajectory;
	int rc;

	if (job->cell == NULL)
		return print_similarity(job, err);
	state = state_name(job->cell->task, job->cell->recipe, job->cell->seed, job->cell->checkpoint);
	original = state_directory(job, state_original);
	tuned = state == NULL ? NULL : state_directory(job, state);
	trajectory = job_input_directory(job, "trajectory/", "/distances.csv");
	rc = original == NULL || tuned == NULL || trajectory == NULL
		     ? error_set(err, STATUS_INPUT, "an input is missing")
		     : similarity_run(original, tuned, state, trajectory, job_seed(job, "bootstrap"), &job->out, err);
	free(state);
	free(original);
	free(tuned);
	free(trajectory);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_SIMILARITY,
		.usage = "--a distances.csv --b distances.csv",
		.options = options,
		.run = run,
		.prints = true,
	};

	return stage_main(argc, argv, &program);
}
