#include "figure/data.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int read_names(const char ***out, size_t *count, struct drawings *d, const json_t *object, const char *key,
		      const char *path, struct error *err)
{
	const json_t *array = json_object_get(object, key);

	*count = json_array_size(array);
	*out = drawings_array(d, *count, sizeof **out);
	if (!json_is_array(array))
		return error_set(err, STATUS_INPUT, "%s: expected an array \"%s\"", path, key);
	for (size_t i = 0; *out != NULL && i < *count; i++) {
		const char *text = json_string_value(json_array_get(array, i));

		if (text == NULL)
			return error_set(err, STATUS_INPUT, "%s: expected strings in \"%s\"", path, key);
		(*out)[i] = drawings_text(d, "%s", text);
	}
	return 0;
}

static void read_meanings(struct collected *out, struct drawings *d, const json_t *object)
{
	const json_t *subjects = json_object_get(object, "subjects"), *s;
	size_t i;

	if (json_array_size(subjects) != out->model_count)
		return;
	out->meanings = drawings_array(d, out->model_count, sizeof *out->meanings);
	json_array_foreach((json_t *)subjects, i, s) if (out->meanings != NULL) out->meanings[i] = (struct meaning){
		drawings_text(d, "%s", json_string_value(json_object_get(s, "model"))),
		drawings_text(d, "%s", json_string_value(json_object_get(s, "recipe"))),
	};
}

/* By a recipe, or because the model is given by its vectors. */
static void read_elsewhere(struct collected *out, struct drawings *d, const json_t *object)
{
	const json_t *subjects = json_object_get(object, "subjects"), *vectors = json_object_get(object, "vectors"),
		     *name;
	size_t k;

	out->elsewhere = drawings_array(d, out->model_count, sizeof *out->elsewhere);
	for (size_t i = 0; out->elsewhere != NULL && i < out->model_count; i++) {
		const char *model = out->meanings != NULL ? out->meanings[i].model : out->models[i];

		out->elsewhere[i] = json_is_true(json_object_get(json_array_get(subjects, i), "elsewhere"));
		json_array_foreach((json_t *)vectors, k, name) out->elsewhere[i] |=
			strcmp(json_string_value(name), model) == 0;
	}
}

/* The run that a state is of, "pos-s1" or "pos-lora-s1". */
static const char *run_name(const struct collected *c, struct drawings *d, size_t model, const char *task, long seed)
{
	if (c->meanings == NULL)
		return drawings_text(d, "%s-s%ld", task, seed);
	return drawings_text(d, "%s-%s-s%ld", task, c->meanings[model].recipe, seed);
}

/* Of all models and tasks, or of some. */
static const char *sample_sentence(struct drawings *d, const json_t *object)
{
	long points = (long)json_integer_value(json_object_get(object, "max_points"));
	bool all = json_is_true(json_object_get(object, "sampled_all"));

	if (points <= 0)
		return "";
	return drawings_text(d, " Clusters and distances%s are those of a seeded sample of at most %ld points.",
			     all ? "" : " of some models and tasks", points);
}

static int read_experiment(struct collected *out, struct drawings *d, const json_t *object, const char *path,
			   struct error *err)
{
	const json_t *seeds = json_object_get(object, "seeds");

	if (read_names(&out->models, &out->model_count, d, object, "models", path, err) < 0 ||
	    read_names(&out->tasks, &out->task_count, d, object, "tasks", path, err) < 0)
		return -1;
	read_meanings(out, d, object);
	read_elsewhere(out, d, object);
	out->seed_count = json_array_size(seeds);
	out->seeds = drawings_array(d, out->seed_count, sizeof *out->seeds);
	for (size_t i = 0; out->seeds != NULL && i < out->seed_count; i++)
		out->seeds[i] = (long)json_integer_value(json_array_get(seeds, i));
	out->sample = sample_sentence(d, object);
	out->checkpoints = (long)json_integer_value(json_object_get(object, "checkpoints"));
	if (out->seed_count == 0 || out->checkpoints < 1)
		return error_set(err, STATUS_INPUT, "%s: expected \"seeds\" and \"checkpoints\"", path);
	return d->failed ? error_memory(err, path) : 0;
}

/* runs.csv may be absent. */
static int read_finals(struct collected *out, struct drawings *d, struct error *err)
{
	struct table t;
	int rc = collected_read(&t, out, "runs.csv", err);

	if (rc < 0)
		return -1;
	out->finals = drawings_array(d, t.rows, sizeof *out->finals);
	for (size_t row = 0; out->finals != NULL && row < t.rows; row++)
		out->finals[out->final_count++] =
			(struct final){ drawings_text(d, "%s", table_text_at(&t, row, "model")),
					drawings_text(d, "%s", table_text_at(&t, row, "task")),
					drawings_text(d, "%s", table_text_at(&t, row, "state")),
					(long)table_number_at(&t, row, "seed") };
	table_release(&t);
	return d->failed ? error_memory(err, "runs.csv") : 0;
}

const char *collected_final(const struct collected *c, struct drawings *d, const char *model, const char *task,
			    long seed)
{
	for (size_t i = 0; i < c->final_count; i++) {
		const struct final *f = &c->finals[i];

		if (f->seed == seed && strcmp(f->model, model) == 0 && strcmp(f->task, task) == 0)
			return f->state;
	}
	for (size_t m = 0; m < c->model_count; m++)
		if (strcmp(c->models[m], model) == 0)
			return drawings_text(d, "%s-c%02ld", run_name(c, d, m, task, seed), c->checkpoints);
	return drawings_text(d, "%s-s%ld-c%02ld", task, seed, c->checkpoints);
}

size_t collected_task(const struct collected *c, const char *task)
{
	for (size_t i = 0; i < c->task_count; i++)
		if (strcmp(c->tasks[i], task) == 0)
			return i;
	return 0;
}

/* NN of "pos-s1-cNN". */
static long last_checkpoint(const char *state, long otherwise)
{
	const char *c = strrchr(state, 'c');
	long number;

	return c == NULL || integer_parse(&number, c + 1) < 0 ? otherwise : number;
}

static int list_runs(struct collected *c, struct drawings *d, struct error *err)
{
	bool many = c->seed_count > 1;

	c->runs = drawings_array(d, c->model_count * c->task_count * c->seed_count, sizeof *c->runs);
	for (size_t m = 0; c->runs != NULL && m < c->model_count; m++)
		for (size_t t = 0; t < c->task_count; t++)
			for (size_t s = 0; s < c->seed_count; s++) {
				struct figure_run r = { .model = c->models[m],
							.task = c->tasks[t],
							.seed = c->seeds[s] };

				r.words = many ? drawings_text(d, "%s on %s, seed %ld", r.model, r.task, r.seed)
					       : drawings_text(d, "%s on %s", r.model, r.task);
				r.file = many ? drawings_text(d, "%s-%s-s%ld", r.model, r.task, r.seed)
					      : drawings_text(d, "%s-%s", r.model, r.task);
				r.cell = drawings_text(d, "%s/%s",
						       c->meanings == NULL ? r.model : c->meanings[m].model,
						       run_name(c, d, m, r.task, r.seed));
				r.final = collected_final(c, d, r.model, r.task, r.seed);
				if (d->failed)
					break;
				r.checkpoints = last_checkpoint(r.final, c->checkpoints);
				c->runs[c->run_count++] = r;
			}
	return d->failed ? error_memory(err, "runs") : 0;
}

int collected_open(struct collected *out, struct drawings *d, const char *directory, struct error *err)
{
	char *path = path_join(directory, "experiment.json");
	json_t *object = NULL;
	int rc = -1;

	*out = (struct collected){ .directory = directory };
	if (path == NULL) {
		error_memory(err, directory);
		goto done;
	}
	if (json_read(&object, path, err) < 0)
		goto done;
	if (read_experiment(out, d, object, path, err) < 0)
		goto done;
	rc = read_finals(out, d, err) < 0 || list_runs(out, d, err) < 0 ? -1 : 0;
done:
	json_decref(object);
	free(path);
	return rc;
}

/* Labels are drawn, and the libraries that draw them complain about bytes that
 * are no text. */
static int check_text(const struct table *t, const char *path, struct error *err)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		if (utf8_check(t->cells[i], strlen(t->cells[i])) < strlen(t->cells[i]))
			return error_set(err, STATUS_INPUT, "%s: row %zu, %s: not valid UTF-8", path,
					 i / t->columns + 1, t->header[i % t->columns]);
	return 0;
}

int collected_read(struct table *out, const struct collected *c, const char *name, struct error *err)
{
	const bool by_subject = c->meanings != NULL && strcmp(name, "results.csv") == 0;
	char *path = path_join(c->directory, by_subject ? "subjects.csv" : name);
	int rc = 0;

	*out = (struct table){ 0 };
	if (path == NULL)
		return error_memory(err, name);
	if (file_exists(path)) {
		rc = table_read(out, path, err);
		if (rc == 0)
			rc = check_text(out, path, err);
	}
	free(path);
	return rc;
}

void run_add(struct drawings *d, const struct figure_run *run, const char *figure, const char *part,
	     struct drawing item)
{
	item.file =
		drawings_text(d, "%s-%s%s%s", figure, run->file, part == NULL ? "" : "-", part == NULL ? "" : part);
	item.title = item.title == NULL ? NULL : drawings_text(d, "%s: %s", item.title, run->words);
	item.model = run->model;
	item.task = run->task;
	item.seed = run->seed;
	drawings_add(d, item);
}

struct rows rows_all(struct drawings *d, const struct table *t)
{
	struct rows r = { t, drawings_array(d, t->rows, sizeof *r.index), t->rows };

	for (size_t i = 0; r.index != NULL && i < r.count; i++)
		r.index[i] = i;
	if (r.index == NULL)
		r.count = 0;
	return r;
}

/* What a row must have; a NULL text is not asked for, nor a NaN number. */
struct condition {
	int text_column[2];
	const char *text[2];
	int number_column;
	double number;
};

static bool row_fits(const struct table *t, size_t row, const struct condition *c)
{
	for (int i = 0; i < 2; i++)
		if (c->text[i] != NULL && strcmp(table_text(t, row, c->text_column[i]), c->text[i]) != 0)
			return false;
	return isnan(c->number) || table_number(t, row, c->number_column) == c->number;
}

/* Of the rows `from` (NULL: all `count` rows of the table). */
static struct rows select_rows(struct drawings *d, const struct table *t, const size_t *from, size_t count,
			       struct condition c)
{
	struct rows out = { .table = t };
	size_t fit = 0;

	for (size_t k = 0; k < count; k++)
		fit += row_fits(t, from == NULL ? k : from[k], &c);
	out.index = drawings_array(d, fit, sizeof *out.index);
	for (size_t k = 0; out.index != NULL && k < count; k++) {
		size_t row = from == NULL ? k : from[k];

		if (row_fits(t, row, &c))
			out.index[out.count++] = row;
	}
	return out;
}

struct rows rows_text(struct drawings *d, struct rows r, const char *column, const char *value)
{
	return select_rows(d, r.table, r.index, r.count,
			   (struct condition){ .text_column = { table_column(r.table, column) },
					       .text = { value },
					       .number = NAN });
}

struct rows rows_number(struct drawings *d, struct rows r, const char *column, double value)
{
	if (isnan(value))
		r.count = 0;
	return select_rows(d, r.table, r.index, r.count,
			   (struct condition){ .number_column = table_column(r.table, column), .number = value });
}

struct rows rows_run(struct drawings *d, const struct table *t, const struct figure_run *run, long seed)
{
	return select_rows(d, t, NULL, t->rows,
			   (struct condition){ .text_column = { table_column(t, "model"), table_column(t, "task") },
					       .text = { run->model, run->task },
					       .number_column = table_column(t, "seed"),
					       .number = seed < 0 ? NAN : (double)seed });
}

const char *rows_get(struct rows r, size_t k, const char *column)
{
	return table_text_at(r.table, r.index[k], column);
}

double rows_value(struct rows r, size_t k, const char *column)
{
	return table_number_at(r.table, r.index[k], column);
}

double rows_largest(struct rows r, const char *column)
{
	double largest = NAN;

	for (size_t k = 0; k < r.count; k++)
		largest = fmax(largest, rows_value(r, k, column));
	return largest;
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The distinct names and numbers of the rows. */
static void pivot_sides(struct pivot *p, struct rows r, int name, int x)
{
	size_t kept = 0;

	for (size_t k = 0; k < r.count; k++) {
		const char *text = table_text(r.table, r.index[k], name);
		double at = table_number(r.table, r.index[k], x);

		if (isfinite(at))
			p->x[p->width++] = at;
		if (pivot_find(p, text) < 0)
			p->names[p->count++] = text;
	}
	qsort(p->x, p->width, sizeof *p->x, by_number);
	for (size_t i = 0; i < p->width; i++)
		if (i == 0 || p->x[i] != p->x[kept - 1])
			p->x[kept++] = p->x[i];
	p->width = kept;
}

bool rows_defined(struct rows r, size_t k)
{
	return strcmp(rows_get(r, k, "linear_a"), "1") == 0 && strcmp(rows_get(r, k, "linear_b"), "1") == 0;
}

static struct pivot pivot_over(struct drawings *d, struct rows r, const char *name, const char *x, const char *value,
			       bool defined)
{
	struct pivot p = { .names = drawings_array(d, r.count, sizeof *p.names),
			   .x = drawings_array(d, r.count, sizeof *p.x) };
	int name_column = table_column(r.table, name), x_column = table_column(r.table, x);
	int value_column = table_column(r.table, value);
	size_t *counts;

	if (p.names == NULL || p.x == NULL)
		return (struct pivot){ 0 };
	pivot_sides(&p, r, name_column, x_column);
	p.values = drawings_array(d, p.count * p.width, sizeof *p.values);
	counts = drawings_array(d, p.count * p.width, sizeof *counts);
	if (p.values == NULL || counts == NULL)
		return (struct pivot){ 0 };
	for (size_t k = 0; k < r.count; k++) {
		long i = pivot_find(&p, table_text(r.table, r.index[k], name_column));
		long j = pivot_column(&p, table_number(r.table, r.index[k], x_column));
		double v = table_number(r.table, r.index[k], value_column);

		if (i >= 0 && j >= 0 && isfinite(v) && (!defined || rows_defined(r, k))) {
			p.values[(size_t)i * p.width + (size_t)j] += v;
			counts[(size_t)i * p.width + (size_t)j]++;
		}
	}
	for (size_t i = 0; i < p.count * p.width; i++)
		p.values[i] = counts[i] == 0 ? NAN : p.values[i] / (double)counts[i];
	return p;
}

struct pivot pivot_of(struct drawings *d, struct rows r, const char *name, const char *x, const char *value)
{
	return pivot_over(d, r, name, x, value, false);
}

struct pivot pivot_defined(struct drawings *d, struct rows r, const char *name, const char *x, const char *value)
{
	return pivot_over(d, r, name, x, value, true);
}

long pivot_find(const struct pivot *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->names[i], name) == 0)
			return (long)i;
	return -1;
}

long pivot_column(const struct pivot *p, double x)
{
	for (size_t i = 0; i < p->width; i++)
		if (p->x[i] == x)
			return (long)i;
	return -1;
}

double pivot_first(const struct pivot *p, size_t name)
{
	for (size_t i = 0; i < p->width; i++)
		if (isfinite(p->values[name * p->width + i]))
			return p->values[name * p->width + i];
	return NAN;
}

double pivot_last(const struct pivot *p, size_t name)
{
	for (size_t i = p->width; i-- > 0;)
		if (isfinite(p->values[name * p->width + i]))
			return p->values[name * p->width + i];
	return NAN;
}
