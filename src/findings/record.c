#include "findings/record.h"

#include "findings/gather.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(kind, name, record, member)                                                                            \
	{                                                                                                            \
		name, kind, offsetof(record, member), NULL, NULL, false                                              \
	}
#define TEXT(name, record, member) FIELD(FIELD_TEXT, name, record, member)
#define NUMBER(name, record, member) FIELD(FIELD_NUMBER, name, record, member)
#define INTEGER(name, record, member) FIELD(FIELD_INTEGER, name, record, member)

static const struct field of_pair[] = {
	TEXT("model", struct pair, model),
	TEXT("task", struct pair, task),
};

static const struct field of_side[] = {
	TEXT("variant", struct side, variant),
	NUMBER("accuracy", struct side, accuracy),
	NUMBER("std", struct side, sd),
	NUMBER("hidden1", struct side, hidden1),
	NUMBER("hidden2", struct side, hidden2),
	NUMBER("clusters", struct side, clusters),
	FIELD(FIELD_TRUTH, "linear", struct side, linear),
	NUMBER("train_test_similarity", struct side, similarity),
	FIELD(FIELD_KNOWN, "similarity_state", struct side, likeness),
	NUMBER("similarity_low", struct side, similarity_low),
	NUMBER("similarity_high", struct side, similarity_high),
	NUMBER("similarity_pairs", struct side, similarity_pairs),
	NUMBER("similarity_zero", struct side, similarity_zero),
	NUMBER("labels", struct side, labels),
	NUMBER("points", struct side, points),
	NUMBER("points_total", struct side, points_total),
	NUMBER("conflicts", struct side, conflicts),
	NUMBER("alpha", struct side, alpha),
	NUMBER("runs", struct side, runs),
	NUMBER("examples", struct side, examples),
	NUMBER("macro_f1", struct side, macro_f1),
	NUMBER("majority", struct side, majority),
};

static const struct field of_change[] = {
	NUMBER("difference", struct pair, difference),    NUMBER("p_permutation", struct pair, p_permutation),
	NUMBER("p_mcnemar", struct pair, p_mcnemar),      NUMBER("label_growth", struct pair, grew),
	NUMBER("labels_compared", struct pair, compared), NUMBER("minimum_change", struct pair, change),
};

static const struct field of_transfer[] = {
	TEXT("model", struct transfer, model),
	TEXT("target", struct transfer, target),
	TEXT("source", struct transfer, source),
	TEXT("role", struct transfer, role),
	NUMBER("labels", struct transfer, labels),
	NUMBER("grew", struct transfer, grew),
	NUMBER("shrank", struct transfer, shrank),
	NUMBER("minimum_change", struct transfer, change),
	NUMBER("accuracy_before", struct transfer, before),
	NUMBER("accuracy_after", struct transfer, after),
	NUMBER("difference", struct transfer, difference),
	NUMBER("p_permutation", struct transfer, p_permutation),
	NUMBER("p_mcnemar", struct transfer, p_mcnemar),
	NUMBER("majority", struct transfer, majority),
};

static const struct field of_run[] = {
	TEXT("model", struct run, model),
	TEXT("task", struct run, task),
	INTEGER("seed", struct run, seed),
};

static const struct field of_state[] = { TEXT("state", struct run, state) };

/* From results.csv: of one side; of both. */
#define MEASURED(name, member, measure, of, original)                                                                \
	{                                                                                                            \
		name, FIELD_NUMBER, offsetof(struct layer, member), measure, of, original                            \
	}
#define BOTH(measure, member)                                                                                        \
	MEASURED(measure "_before", member[0], measure, "value", true),                                              \
		MEASURED(measure "_after", member[1], measure, "value", false)
#define AFTER(name, member, measure, of) MEASURED(name, member, measure, of, false)

static const struct field of_layer[] = {
	INTEGER("layer", struct layer, layer),
	BOTH("clusters", clusters),
	BOTH("linear", linear),
	BOTH("minimum", minimum),
	BOTH("accuracy", accuracy),
	AFTER("similarity", similarity, "similarity", "value"),
	AFTER("similarity_low", low, "similarity", "low"),
	AFTER("similarity_high", high, "similarity", "high"),
	AFTER("pairs", pairs, "similarity", "n"),
	AFTER("cka", cka, "cka", "value"),
	AFTER("cka_unbiased", cka_unbiased, "cka_unbiased", "value"),
	AFTER("cka_unbiased_low", cka_low, "cka_unbiased", "low"),
	AFTER("cka_unbiased_high", cka_high, "cka_unbiased", "high"),
	AFTER("rsa", rsa, "rsa", "value"),
	AFTER("neighbours", neighbours, "neighbours", "value"),
	AFTER("procrustes", procrustes, "procrustes", "value"),
	BOTH("anisotropy", anisotropy),
	AFTER("examples", examples, "cka", "n"),
	AFTER("dimensions", dimensions, "dimensions", "value"),
	AFTER("shift", shift, "shift", "value"),
	NUMBER("scale", struct layer, scale),
	NUMBER("relative_shift", struct layer, relative_shift),
	AFTER("participation", participation, "participation", "value"),
	BOTH("linear_train", linear_train),
	BOTH("selectivity", selectivity),
	BOTH("codelength", codelength),
};

#define FIELDS(list)                                                                                                 \
	{                                                                                                            \
		list, sizeof(list) / sizeof *(list)                                                                  \
	}
double layer_chance(const struct layer *l)
{
	return l->dimensions / (l->examples + l->dimensions);
}

const struct fields pair_fields = FIELDS(of_pair), side_fields = FIELDS(of_side), change_fields = FIELDS(of_change);
const struct fields transfer_fields = FIELDS(of_transfer), run_fields = FIELDS(of_run),
		    state_fields = FIELDS(of_state), layer_fields = FIELDS(of_layer);

const struct record_table table7_table = { "table7.csv", { &pair_fields, &side_fields, &change_fields, NULL } };
const struct record_table crosstask_table = { "crosstask.csv", { &transfer_fields, NULL } };
const struct record_table runs_table = { "runs.csv", { &run_fields, &state_fields, NULL } };
const struct record_table layers_table = { "layers.csv", { &run_fields, &layer_fields, NULL } };

/* "model,task,seed,state", in new memory. */
static char *header_of(const struct record_table *kind)
{
	char *text = NULL;
	size_t size;
	FILE *header = open_memstream(&text, &size);

	if (header == NULL)
		return NULL;
	for (size_t p = 0; kind->parts[p] != NULL; p++)
		for (size_t i = 0; i < kind->parts[p]->count; i++)
			fprintf(header, "%s%s", p + i > 0 ? "," : "", kind->parts[p]->items[i].column);
	if (fclose(header) == 0)
		return text;
	free(text);
	return NULL;
}

int record_table_init(struct table *out, const struct record_table *kind, struct error *err)
{
	char *header = header_of(kind);
	int rc;

	*out = (struct table){ 0 };
	rc = header == NULL ? error_memory(err, kind->name) : table_init(out, header, err);
	free(header);
	return rc;
}

int record_table_read(struct table *out, const struct record_table *kind, const char *directory, struct error *err)
{
	char *header = header_of(kind), *path = path_join(directory, kind->name);
	int rc = header == NULL || path == NULL ? error_memory(err, kind->name)
						: table_read_as(out, path, header, err);

	free(header);
	free(path);
	return rc;
}

int record_read_table(struct table *out, const char *directory, const char *name, struct error *err)
{
	char *path = path_join(directory, name);
	int rc = path == NULL ? error_memory(err, name) : table_read(out, path, err);

	free(path);
	return rc;
}

static const char *const known[] = {
	[KNOWN_MISSING] = "missing", [KNOWN_UNDEFINED] = "undefined", [KNOWN_DEFINED] = "defined"
};

void record_add(struct table *t, const struct fields *fields, const void *record)
{
	for (size_t i = 0; i < fields->count; i++) {
		const void *member = record == NULL ? NULL : (const char *)record + fields->items[i].offset;

		if (member == NULL) {
			table_add(t, "");
			continue;
		}
		switch (fields->items[i].kind) {
		case FIELD_TEXT:
			table_add(t, *(const char *const *)member);
			break;
		case FIELD_NUMBER:
			gather_number(t, *(const double *)member);
			break;
		case FIELD_INTEGER:
			table_add_integer(t, *(const long *)member);
			break;
		case FIELD_TRUTH:
			gather_number(t, *(const int *)member < 0 ? NAN : (double)*(const int *)member);
			break;
		case FIELD_KNOWN:
			table_add(t, known[*(const enum known *)member]);
			break;
		}
	}
}

static enum known known_of(const char *text)
{
	enum known k = KNOWN_DEFINED;

	while (k > KNOWN_MISSING && strcmp(text, known[k]) != 0)
		k--;
	return k;
}

void record_read(void *record, const struct fields *fields, const struct table *t, size_t row)
{
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *f = &fields->items[i];
		void *member = (char *)record + f->offset;
		double number = table_number_at(t, row, f->column);

		switch (f->kind) {
		case FIELD_TEXT:
			*(const char **)member = table_text_at(t, row, f->column);
			break;
		case FIELD_NUMBER:
			*(double *)member = number;
			break;
		case FIELD_INTEGER:
			*(long *)member = (long)number;
			break;
		case FIELD_TRUTH:
			*(int *)member = isnan(number) ? -1 : number == 1;
			break;
		case FIELD_KNOWN:
			*(enum known *)member = known_of(table_text_at(t, row, f->column));
			break;
		}
	}
}
