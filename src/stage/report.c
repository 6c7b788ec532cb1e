/* tunescope report: tables, figures and manifests as one folder for readers. */
#include "stage/main.h"
#include "stage/place.h"
#include "stage/publish.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "findings/claims.h"
#include "report/report.h"
#include "report/times.h"
#include "workflow/examine.h"
#include "workflow/parameters.h"
#include "workflow/program.h"
#include "workflow/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "summary", NULL, "print where the report is and the claims' verdicts, a line each" },
	{ NULL, NULL, NULL },
};

static const char *describe(const struct examination *x)
{
	static const char *const words[] = { "up to date", "stale", "missing", "failed" };

	return words[x->state];
}

/* Everything the report is told of the experiment; the texts made here are kept
 * in `kept` until it is written. */
struct facts {
	struct report_cell *cells;
	struct report_figure *figures;
	struct report_parameter *parameters;
	size_t cell_count, figure_count, parameter_count;
	char **kept;
	size_t kept_count, kept_capacity;
};

static char *keep(struct facts *f, char *text)
{
	if (text == NULL || array_reserve(&f->kept, &f->kept_capacity, f->kept_count + 1, sizeof *f->kept) < 0) {
		free(text);
		return NULL;
	}
	return f->kept[f->kept_count++] = text;
}

/* What tables call a cell's model. */
static const char *subject_of(const struct experiment *e, const struct cell *c)
{
	for (size_t i = 0; c->recipe != NULL && i < e->subject_count; i++)
		if (strcmp(e->subjects[i].model, c->model) == 0 && strcmp(e->subjects[i].recipe, c->recipe) == 0)
			return e->subjects[i].name;
	return c->model;
}

static int gather_cells(struct job *job, struct facts *f)
{
	for (size_t i = 0; i < job->plan.count; i++) {
		const struct cell *c = &job->plan.cells[i];
		const struct examination *x;
		char *directory, *manifest;

		if (c->stage->id == STAGE_REPORT)
			continue;
		x = examine_cell(&job->store, i, true);
		directory = keep(f, cell_directory(&job->experiment, c));
		manifest = directory == NULL ? NULL : keep(f, path_join(directory, "manifest.json"));
		if (manifest == NULL)
			return -1;
		f->cells[f->cell_count++] = (struct report_cell){
			.name = c->name,
			.stage = c->stage->name,
			.state = describe(x),
			.manifest = file_exists(manifest) ? manifest : NULL,
			.model = c->model,
			.subject = subject_of(&job->experiment, c),
			.task = c->task,
			.source = c->source,
			.seed = c->seed,
			.needs = c->needs,
			.need_count = c->need_count,
		};
		if (c->stage->id == STAGE_FIGURES)
			f->figures[f->figure_count++] =
				(struct report_figure){ path_base(c->name),
							x->state == CELL_CURRENT ? directory : NULL, describe(x) };
	}
	return 0;
}

/* The value of each parameter as it holds for all, and the overrides of models
 * and tasks as they stand in the file. */
static int gather_parameters(struct job *job, struct facts *f)
{
	const struct experiment *e = &job->experiment;

	for (size_t i = 0; i < parameter_count(); i++) {
		const struct parameter *p = parameter_at(i);
		const char *value = experiment_get(e, p->section, p->key, NULL, NULL);

		if (strcmp(p->section, "model") != 0 && strcmp(p->section, "task") != 0 &&
		    strcmp(p->section, "fetch") != 0 && value != NULL)
			f->parameters[f->parameter_count++] = (struct report_parameter){ p->section, p->key, value };
	}
	for (size_t i = 0; i < e->setting_count; i++) {
		const struct setting *set = &e->settings[i];
		char *section = set->name == NULL ? NULL : keep(f, text_format("%s %s", set->section, set->name));

		if (set->name != NULL && section == NULL)
			return -1;
		if (section != NULL)
			f->parameters[f->parameter_count++] =
				(struct report_parameter){ section, set->key, set->value };
	}
	return 0;
}

static void facts_release(struct facts *f)
{
	for (size_t i = 0; i < f->kept_count; i++)
		free(f->kept[i]);
	free(f->kept);
	free(f->cells);
	free(f->figures);
	free(f->parameters);
}

static int write_report(struct job *job, const char *assets, const char *collected, struct error *err)
{
	struct facts f = {
		.cells = array_new(job->plan.count, 1, sizeof *f.cells),
		.figures = array_new(job->plan.count, 1, sizeof *f.figures),
		.parameters = array_new(parameter_count() + job->experiment.setting_count, 1, sizeof *f.parameters),
	};
	int rc = -1;

	if (f.cells == NULL || f.figures == NULL || f.parameters == NULL || gather_cells(job, &f) < 0 ||
	    gather_parameters(job, &f) < 0) {
		error_memory(err, "the report");
	} else {
		struct report_input in = { collected,    assets,       f.figures,         f.figure_count, f.cells,
					   f.cell_count, f.parameters, f.parameter_count, program_version };

		rc = report_run(&in, &job->out, &job->context, err);
	}
	facts_release(&f);
	return rc;
}

static int run(struct job *job, struct error *err)
{
	char *collected;
	int rc = -1;

	if (job->cell == NULL)
		return error_set(err, STATUS_INPUT, "runs as a cell only: --experiment FILE --cell report");
	if (job->assets == NULL)
		return error_set(err, STATUS_INPUT, "no report/template.html above the program");
	collected = job_input_directory(job, "collect/", "/results.csv");
	if (collected == NULL)
		error_set(err, STATUS_INPUT, "collect has not run");
	else
		rc = write_report(job, job->assets, collected, err);
	free(collected);
	return rc;
}

/* The seconds that a run of fine-tuning took when it last ran; 0 where it did not. */
static double seconds_of(const struct experiment *e, const struct subject *s, const char *task, long seed)
{
	char *run = state_run(task, s->recipe, seed);
	char *path = run == NULL ? NULL : text_format("%s/finetune/%s/%s/run.json", e->cache, s->model, run);
	struct error ignored;
	json_t *object = NULL;
	double seconds = 0;

	if (path != NULL && file_exists(path) && json_read(&object, path, &ignored) == 0)
		seconds = json_number_value(json_object_get(object, "seconds"));
	json_decref(object);
	free(path);
	free(run);
	return seconds;
}

/* What each recipe cost, over all models, tasks and seeds. It is no part of the report,
 * whose bytes are the same however long things take. */
static void print_times(const struct experiment *e)
{
	const struct subject *first = e->subjects;
	bool any = false;

	for (size_t i = 0; i < e->subject_count && strcmp(e->subjects[i].model, first->model) == 0; i++) {
		const char *recipe = e->subjects[i].recipe;
		double seconds = 0;

		for (size_t k = 0; recipe != NULL && k < e->subject_count; k++)
			for (size_t t = 0; strcmp(e->subjects[k].recipe, recipe) == 0 && t < e->task_count; t++)
				for (size_t n = 0; n < e->seed_count; n++)
					seconds += seconds_of(e, &e->subjects[k], e->task_names[t], e->seeds[n]);
		if (seconds > 0)
			printf("%s%s %.1f s", any ? ", " : "Fine-tuning took: ", recipe, seconds);
		any |= seconds > 0;
	}
	if (any)
		puts("");
}

static int summarise(struct job *job, struct error *err)
{
	char *directory = publish_directory(job, "report"),
	     *path = path_join(job->experiment.cache, "collect/claims.json");
	struct claims claims = { 0 };
	int rc = -1;

	if (directory == NULL || path == NULL)
		error_memory(err, "claims");
	else if (claims_read(&claims, path, err) == 0) {
		rc = 0;
		printf("Report: %s/index.html\n", directory);
		for (size_t i = 0; i < CLAIM_COUNT; i++) {
			char *line = claims_line(&claims.items[i]);

			if (line != NULL)
				puts(line);
			free(line);
		}
		print_times(&job->experiment);
		claims_release(&claims);
	}
	free(directory);
	free(path);
	return rc;
}

static int write_times(struct job *job, struct error *err)
{
	const struct experiment *e = &job->experiment;
	const char *title = experiment_get(e, "experiment", "title", NULL, NULL);
	struct times_cell *cells = array_new(job->plan.count, 1, sizeof *cells);
	struct times_input in = { .title = title != NULL && title[0] != '\0' ? title : e->name,
				  .experiment = e->name,
				  .assets = job->assets,
				  .version = program_version,
				  .cache = e->cache,
				  .cells = cells };
	char *directory = text_format("%s/%s/times", e->cache, job->cell->name);
	struct folder out = { 0 };
	int rc = -1;

	for (size_t s = 0; cells != NULL && s < STAGE_COUNT; s++)
		for (size_t i = 0; i < job->plan.count; i++) {
			const struct cell *c = &job->plan.cells[i];

			if (c->stage->id == (enum stage_id)s)
				cells[in.cell_count++] = (struct times_cell){ c->name, c->stage->name };
		}
	if (cells == NULL || directory == NULL)
		error_memory(err, "the times");
	else if (folder_open(&out, directory, err) == 0)
		rc = times_write(&in, &out, err);
	folder_release(&out);
	free(directory);
	free(cells);
	return rc;
}

/* The report does without its times, on a disk that cannot be written to, say. */
static int publish(struct job *job, struct error *err)
{
	if (write_times(job, err) < 0)
		context_warn(&job->context, "%s", err->text);
	return publish_cell(job, err);
}

int main(int argc, char **argv)
{
	static const struct program program = {
		.stage = STAGE_REPORT,
		.usage = "--experiment FILE --summary",
		.options = options,
		.run = run,
		.publish = publish,
		.summarise = summarise,
	};

	return stage_main(argc, argv, &program);
}
