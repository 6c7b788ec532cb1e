#include "figure/figure.h"

#include "base/array.h"
#include "base/json.h"
#include "figure/build.h"
#include "figure/svg.h"

#include <stdio.h>
#include <string.h>

/* In the order in which the report shows them. */
static const struct figure figures[] = {
	{ "claims",
	  "The claims",
	  "Which of the paper’s claims hold here, and how sure is that?",
	  "summary",
	  { "claims.csv" },
	  build_claims,
	  NULL },
	{ "overview",
	  "Before and after at a glance",
	  "What did fine-tuning change in the last layer?",
	  "summary",
	  { "table7.csv", "layers.csv" },
	  build_overview,
	  NULL },
	{ "divergence",
	  "Training and test set before and after fine-tuning",
	  "Does fine-tuning make the geometry of the training set and of the test set more different?",
	  "accuracy",
	  { "divergence.csv" },
	  build_divergence,
	  NULL },
	{ "layers",
	  "Layer by layer",
	  "How do accuracy, number of clusters and distances differ between layers?",
	  "clusters",
	  { "results.csv", "minimum.csv" },
	  build_layers,
	  draw_layers },
	{ "minimum",
	  "Minimum distance of each label during fine-tuning",
	  "Does fine-tuning push every label away from all others?",
	  "distances",
	  { "minimum.csv" },
	  NULL,
	  draw_minimum },
	{ "distances",
	  "Distances between labels before and after fine-tuning",
	  "Which pairs of labels move apart, and which come closer?",
	  "distances",
	  { "distances.csv" },
	  NULL,
	  draw_distances },
	{ "hypothesis",
	  "Accuracy and distance",
	  "Do representations whose labels lie farther apart have better classifiers?",
	  "distances",
	  { "results.csv" },
	  build_hypothesis,
	  NULL },
	{ "centroids",
	  "Paths of the closest labels",
	  "Where do the three closest labels go during fine-tuning?",
	  "distances",
	  { "paths.csv", "distances.csv", "spread.csv" },
	  NULL,
	  draw_centroids },
	{ "recipes",
	  "What recipes change, and what it gains",
	  "Does a recipe that moves the representation farther have a better classifier?",
	  "recipes",
	  { "layers.csv", "table7.csv" },
	  build_recipes,
	  NULL },
	{ "transfer",
	  "What one task’s fine-tuning does to another",
	  "Do distances and accuracy rise and fall together where another task was fine-tuned on?",
	  "transfer",
	  { "crosstask.csv" },
	  build_transfer,
	  NULL },
	{ "similarity",
	  "Similarity of each layer to its original",
	  "Which layers does fine-tuning change, and when?",
	  "layers",
	  { "similarity.csv" },
	  NULL,
	  draw_similarity },
	{ "alignment",
	  "What stays, by several measures",
	  "Do measures of labels and of examples agree on how much each layer changed?",
	  "layers",
	  { "alignment.csv", "similarity.csv" },
	  NULL,
	  draw_alignment },
	{ "shift",
	  "Displacement of the labels",
	  "In how many directions do the labels of each layer move?",
	  "layers",
	  { "shift.csv" },
	  NULL,
	  draw_shift },
	{ "loss",
	  "Loss during training",
	  "How far does the loss fall in training?",
	  "method-finetuning",
	  { "loss.csv", "pretrain.csv" },
	  build_loss,
	  NULL },
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

int figure_build(struct built *out, const struct figure *f, const char *collected, struct error *err)
{
	struct drawings *d = &out->drawings;

	*out = (struct built){ 0 };
	if (drawings_init(d, err) < 0 || collected_open(&out->collected, d, collected, err) < 0)
		goto fail;
	for (size_t i = 0; i < FIGURE_TABLES && f->tables[i] != NULL; i++)
		if (collected_read(&out->tables[i], &out->collected, f->tables[i], err) < 0)
			goto fail;
	if (f->build != NULL)
		f->build(d, &out->collected, out->tables);
	for (size_t i = 0; f->run != NULL && i < out->collected.run_count; i++)
		f->run(d, &out->collected.runs[i], out->tables);
	for (size_t i = 0; i < d->count; i++)
		if (!d->items[i].unsampled)
			d->items[i].caption = drawings_text(d, "%s%s", d->items[i].caption, out->collected.sample);
	if (!d->failed)
		return 0;
	error_memory(err, f->name);
fail:
	built_release(out);
	return -1;
}

void built_release(struct built *b)
{
	drawings_release(&b->drawings);
	for (size_t i = 0; i < FIGURE_TABLES; i++)
		table_release(&b->tables[i]);
}

int figure_draw(const struct figure *f, const char *collected, const char *published, struct folder *out,
		const struct context *ctx, struct error *err)
{
	struct built b;
	int rc;

	if (!is_date(published))
		return error_set(err, STATUS_INPUT, "published: %s: expected a date such as 2022-05-22", published);
	if (figure_build(&b, f, collected, err) < 0)
		return -1;
	rc = drawings_write(&b.drawings, published, out, ctx, err) < 0 ? -1 : write_index(f, &b.drawings, out, err);
	built_release(&b);
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
