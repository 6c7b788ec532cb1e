#include "figure/figure.h"

#include "base/array.h"
#include "base/json.h"
#include "figure/build.h"
#include "figure/svg.h"

#include <stdio.h>
#include <string.h>

static const struct figure figures[] = {
	{ "hypothesis",
	  "Accuracy and distance",
	  "Do representations whose labels lie farther apart have better classifiers?",
	  { "results.csv" },
	  build_hypothesis },
	{ "divergence",
	  "Training and test set before and after fine-tuning",
	  "Does fine-tuning make the geometry of the training set and of the test set more different?",
	  { "divergence.csv" },
	  build_divergence },
	{ "layers",
	  "Layer by layer",
	  "How do accuracy, number of clusters and distances differ between layers?",
	  { "results.csv", "minimum.csv" },
	  build_layers },
	{ "minimum",
	  "Minimum distance of each label during fine-tuning",
	  "Does fine-tuning push every label away from all others?",
	  { "minimum.csv" },
	  build_minimum },
	{ "distances",
	  "Distances between labels before and after fine-tuning",
	  "Which pairs of labels move apart, and which come closer?",
	  { "distances.csv" },
	  build_distances },
	{ "centroids",
	  "Paths of the closest labels",
	  "Where do the three closest labels go during fine-tuning?",
	  { "paths.csv", "distances.csv" },
	  build_centroids },
	{ "transfer",
	  "What one task’s fine-tuning does to another",
	  "Do distances and accuracy rise and fall together where another task was fine-tuned on?",
	  { "crosstask.csv" },
	  build_transfer },
	{ "similarity",
	  "Similarity of each layer to its original",
	  "Which layers does fine-tuning change, and when?",
	  { "similarity.csv" },
	  build_similarity },
	{ "alignment",
	  "Three measures of what stays",
	  "Do distances between labels, CKA and RSA agree on how much each layer changed?",
	  { "alignment.csv", "similarity.csv" },
	  build_alignment },
	{ "shift",
	  "Displacement of the labels",
	  "In how many directions do the labels of each layer move?",
	  { "shift.csv" },
	  build_shift },
	{ "loss", "Loss during training", "Did training converge?", { "loss.csv", "pretrain.csv" }, build_loss },
};

size_t figure_count(void)
{
	return sizeof figures / sizeof *figures;
}

const struct figure *figure_at(size_t i)
{
	return &figures[i];
}

const struct figure *figure_find(const char *name)
{
	for (size_t i = 0; i < figure_count(); i++)
		if (strcmp(figures[i].name, name) == 0)
			return &figures[i];
	return NULL;
}

static json_t *text_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? json_null() : json_string(text);
}

static json_t *index_entry(const struct drawing *d)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:f, s:f}", "file", d->file, "title", d->title, "caption",
			 d->caption, "model", text_or_null(d->model), "task", text_or_null(d->task), "seed",
			 d->seed > 0 ? json_integer(d->seed) : json_null(), "width", d->width, "height", d->height);
}

static int write_index(const struct figure *f, const struct drawings *d, struct folder *out, struct error *err)
{
	json_t *drawn = json_array(), *missing = json_array(), *index;
	int rc, bad = 0;

	for (size_t i = 0; i < d->count; i++)
		bad |= json_array_append_new(drawn, index_entry(&d->items[i])) < 0;
	for (size_t i = 0; i < d->missing_count; i++)
		bad |= json_array_append_new(missing, json_string(d->missing[i])) < 0;
	index = json_pack("{s:s, s:s, s:s, s:o, s:o}", "figure", f->name, "title", f->title, "question", f->question,
			  "drawings", drawn, "missing", missing);
	if (bad || index == NULL)
		rc = error_memory(err, "index.json");
	else
		rc = json_write(out, "index.json", index, err);
	json_decref(index);
	return rc;
}

/* Cairo would put today in place of a date that it cannot read. */
static bool is_date(const char *text)
{
	static const char form[] = "0000-00-00";
	size_t i = 0;

	while (form[i] != '\0' && (form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i]))
		i++;
	return form[i] == '\0' && text[i] == '\0';
}

int figure_draw(const struct figure *f, const char *collected, const char *published, struct folder *out,
		const struct context *ctx, struct error *err)
{
	struct table tables[3] = { 0 };
	struct drawings d = { 0 };
	struct collected c;
	int rc = -1;

	if (!is_date(published))
		return error_set(err, STATUS_INPUT, "published: %s: expected a date such as 2022-05-22", published);
	if (drawings_init(&d, err) < 0 || collected_open(&c, &d, collected, err) < 0)
		goto done;
	for (size_t i = 0; i < 3 && f->tables[i] != NULL; i++)
		if (collected_read(&tables[i], &c, f->tables[i], err) < 0)
			goto done;
	if (f->build(&d, &c, tables, err) < 0)
		goto done;
	for (size_t i = 0; i < d.count; i++)
		if (!d.items[i].unsampled)
			d.items[i].caption = drawings_text(&d, "%s%s", d.items[i].caption, c.sample);
	if (d.failed) {
		error_memory(err, f->name);
		goto done;
	}
	if (drawings_write(&d, published, out, ctx, err) < 0 || write_index(f, &d, out, err) < 0)
		goto done;
	rc = 0;
done:
	drawings_release(&d);
	for (size_t i = 0; i < 3; i++)
		table_release(&tables[i]);
	return rc;
}

char *figure_scheme(bool dark)
{
	struct bytes text = { 0 };

	svg_scheme(&text, dark);
	if (text.failed) {
		bytes_release(&text);
		return NULL;
	}
	return text.data;
}
