#include "probe/probe_work.h"

#include "base/array.h"
#include "base/table.h"
#include "probe/score.h"

#include <math.h>
#include <stdlib.h>

static void setting_add(struct table *t, const struct probe_setting *s)
{
	table_add_integer(t, (long)s->hidden1);
	table_add_integer(t, (long)s->hidden2);
	table_add_number(t, s->alpha);
}

/* Writes a table if it was filled well, and releases it in any case. */
static int table_end(struct table *t, struct folder *out, const char *name, int rc, struct error *err)
{
	if (rc == 0)
		rc = table_write(t, out, name, err);
	table_release(t);
	return rc;
}

static int accuracy_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	size_t *cells = array_new(w->real.count, w->real.count, sizeof *cells);
	int rc = table_init(&table, "layer,kind,run,seed,hidden1,hidden2,alpha,epochs,train,test,macro_f1,majority",
			    err);

	if (rc == 0 && cells == NULL)
		rc = error_memory(err, "confusion matrix");
	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++) {
		for (size_t k = 0; k < FINAL_KINDS; k++) {
			const struct targets *t = work_targets(w, k);
			const struct probe_selection *s = &w->selections[final_kinds[k].selection];

			if ((w->job->params.kinds & final_kinds[k].kind) == 0)
				continue;
			for (long r = 0; r < w->job->params.runs; r++) {
				const struct final *f = work_final(w, l, k, (size_t)r);

				table_add_integer(&table, w->job->layers[l].layer);
				table_add(&table, final_kinds[k].name);
				table_add_integer(&table, r);
				table_add_integer(&table, (long)((uint32_t)w->job->params.seed + (uint32_t)r));
				setting_add(&table, &s->grid.items[s->best[l]]);
				table_add_integer(&table, f->epochs);
				table_add_number(&table, f->train);
				table_add_number(&table, f->test);
				table_add_number(&table, score_macro_f1(cells, t->count, t->test, f->predicted,
									t->test_count));
				table_add_number(&table, score_majority(t->train, t->train_count, t->test,
									t->test_count, t->count));
			}
		}
	}
	free(cells);
	return table_end(&table, out, "accuracy.csv", rc, err);
}

static int selection_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	int rc = table_init(&table, "layer,hidden1,hidden2,alpha,fold,score", err);

	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++) {
		for (size_t k = 0; k < SELECTIONS; k++) {
			const struct probe_selection *s = &w->selections[k];

			for (size_t i = 0; s->scores != NULL && i < s->grid.count; i++) {
				for (size_t f = 0; f < w->folds; f++) {
					table_add_integer(&table, w->job->layers[l].layer);
					setting_add(&table, &s->grid.items[i]);
					table_add_integer(&table, (long)f);
					table_add_number(&table, work_scores(s, l, i, w->folds)[f]);
				}
			}
		}
	}
	return table_end(&table, out, "selection.csv", rc, err);
}

static int predictions_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	int rc = table_init(&table, "layer,kind,run,example,label,predicted", err);

	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++) {
		for (size_t k = 0; k < FINAL_KINDS; k++) {
			const struct targets *t = work_targets(w, k);

			if ((w->job->params.kinds & final_kinds[k].kind) == 0)
				continue;
			for (long r = 0; r < w->job->params.runs; r++) {
				const struct final *f = work_final(w, l, k, (size_t)r);

				for (size_t i = 0; i < t->test_count; i++) {
					table_add_integer(&table, w->job->layers[l].layer);
					table_add(&table, final_kinds[k].name);
					table_add_integer(&table, r);
					table_add_integer(&table, (long)i);
					table_add(&table, t->names[t->test[i]]);
					table_add(&table, t->names[f->predicted[i]]);
				}
			}
		}
	}
	return table_end(&table, out, "predictions.csv", rc, err);
}

/* Adds the cells of one layer and kind that are not 0. */
static void confusion_add(struct table *table, size_t *cells, const struct probe_work *w, size_t l, size_t k)
{
	const struct targets *t = work_targets(w, k);

	for (size_t i = 0; i < t->count * t->count; i++)
		cells[i] = 0;
	for (long r = 0; r < w->job->params.runs; r++)
		for (size_t i = 0; i < t->test_count; i++)
			cells[t->test[i] * t->count + work_final(w, l, k, (size_t)r)->predicted[i]]++;
	for (size_t i = 0; i < t->count * t->count; i++) {
		if (cells[i] == 0)
			continue;
		table_add_integer(table, w->job->layers[l].layer);
		table_add(table, final_kinds[k].name);
		table_add(table, t->names[i / t->count]);
		table_add(table, t->names[i % t->count]);
		table_add_integer(table, (long)cells[i]);
	}
}

static int confusion_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	size_t *cells = array_new(w->real.count, w->real.count, sizeof *cells);
	int rc = table_init(&table, "layer,kind,label,predicted,count", err);

	if (rc == 0 && cells == NULL)
		rc = error_memory(err, "confusion matrix");
	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++)
		for (size_t k = 0; k < FINAL_KINDS; k++)
			if ((w->job->params.kinds & final_kinds[k].kind) != 0)
				confusion_add(&table, cells, w, l, k);
	free(cells);
	return table_end(&table, out, "confusion.csv", rc, err);
}

/* The curves of the multi-layer perceptron's runs. */
static int loss_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	int rc = table_init(&table, "layer,run,epoch,loss", err);

	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++) {
		for (long r = 0; r < w->job->params.runs && (w->job->params.kinds & PROBE_MLP) != 0; r++) {
			const struct final *f = work_final(w, l, 0, (size_t)r);

			for (long e = 0; e < f->epochs; e++) {
				table_add_integer(&table, w->job->layers[l].layer);
				table_add_integer(&table, r);
				table_add_integer(&table, e + 1);
				table_add_number(&table, f->losses[e]);
			}
		}
	}
	return table_end(&table, out, "loss.csv", rc, err);
}

/* compression: the bits of a uniform code for the examples sent so far, divided
 * by those of the online code (Voita and Titov 2020). */
static int codelength_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	struct table table;
	double uniform = log2((double)w->real.known), n = (double)w->real.train_count;
	int rc = table_init(&table, "layer,fraction,examples,bits,total_bits,compression", err);

	for (size_t l = 0; rc == 0 && l < w->job->layer_count; l++) {
		double total = 0;

		for (size_t b = 0; b < w->blocks; b++) {
			double sent = (double)w->block_ends[b], bits = w->bits[l * BLOCKS + b];

			total += bits;
			table_add_integer(&table, w->job->layers[l].layer);
			table_add_number(&table, sent / n);
			table_add_integer(&table, (long)w->block_ends[b]);
			table_add_number(&table, bits);
			table_add_number(&table, total);
			table_add_number(&table, sent * uniform / total);
		}
	}
	return table_end(&table, out, "codelength.csv", rc, err);
}

int work_write(const struct probe_work *w, struct folder *out, struct error *err)
{
	if (accuracy_write(w, out, err) < 0 || selection_write(w, out, err) < 0 ||
	    predictions_write(w, out, err) < 0 || confusion_write(w, out, err) < 0 || loss_write(w, out, err) < 0)
		return -1;
	return (w->job->params.kinds & PROBE_MDL) != 0 ? codelength_write(w, out, err) : 0;
}
