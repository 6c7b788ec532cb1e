/* Every column of a summed-up table is written and read back from the member
 * that it names. */
#include "support.h"

#include "figure/measure.h"
#include "findings/record.h"

#include <string.h>

/* A record whose members all differ, by the fields; text i is names[i]. */
static void fill(void *record, const struct fields *fields, double start)
{
	static const char *const names[] = { "bert-tiny", "ps-fxn", "pos", "related" };
	size_t texts = 0;

	for (size_t i = 0; i < fields->count; i++) {
		void *member = (char *)record + fields->items[i].offset;

		switch (fields->items[i].kind) {
		case FIELD_TEXT:
			*(const char **)member = names[texts++];
			break;
		case FIELD_NUMBER:
			*(double *)member = start + (double)i / 67;
			break;
		case FIELD_INTEGER:
			*(long *)member = 1234567 + (long)i;
			break;
		case FIELD_TRUTH:
			*(int *)member = 1;
			break;
		case FIELD_KNOWN:
			*(enum known *)member = KNOWN_UNDEFINED;
			break;
		}
	}
}

static void check_header(const struct record_table *kind, const char *expected)
{
	char *path = support_folder(), *text;
	struct folder folder;
	struct error err = { 0 };
	struct table t;

	assert_int_equal(record_table_init(&t, kind, &err), 0);
	assert_int_equal(folder_open(&folder, path, &err), 0);
	assert_int_equal(table_write(&t, &folder, kind->name, &err), 0);
	text = support_text(path, kind->name);
	assert_string_equal(text, expected);
	table_release(&t);
	assert_int_equal(record_table_read(&t, kind, path, &err), 0);
	table_release(&t);
	free(text);
	folder_release(&folder);
	support_remove(path);
}

/* These are read by other programs. */
static void test_headers(void **state)
{
	(void)state;
	check_header(
		&table7_table,
		"model,task,variant,accuracy,std,hidden1,hidden2,clusters,linear,train_test_similarity,"
		"similarity_state,similarity_low,similarity_high,similarity_pairs,similarity_zero,labels,points,"
		"points_total,conflicts,alpha,runs,examples,macro_f1,majority,difference,p_permutation,p_mcnemar,"
		"label_growth,labels_compared,minimum_change\n");
	check_header(&crosstask_table, "model,target,source,role,labels,grew,shrank,minimum_change,accuracy_before,"
				       "accuracy_after,difference,p_permutation,p_mcnemar,majority\n");
	check_header(&runs_table, "model,task,seed,state\n");
	check_header(&layers_table,
		     "model,task,seed,layer,clusters_before,clusters_after,linear_before,linear_after,minimum_before,"
		     "minimum_after,accuracy_before,accuracy_after,similarity,similarity_low,similarity_high,pairs,"
		     "cka,cka_unbiased,cka_unbiased_low,cka_unbiased_high,rsa,neighbours,procrustes,anisotropy_"
		     "before,anisotropy_after,examples,dimensions,"
		     "shift,scale,"
		     "relative_shift,participation,linear_train_before,linear_train_after,selectivity_before,"
		     "selectivity_after,codelength_before,codelength_after\n");
}

/* What was written and what was read, written again, are the same cells. */
static void check_return(const struct record_table *kind)
{
	union {
		struct side side;
		struct pair pair;
		struct transfer transfer;
		struct run run;
		struct layer layer;
	} given, back;
	struct error err = { 0 };
	struct table t;

	assert_int_equal(record_table_init(&t, kind, &err), 0);
	for (size_t p = 0; kind->parts[p] != NULL; p++) {
		memset(&given, 0, sizeof given);
		fill(&given, kind->parts[p], (double)p + 0.125);
		record_add(&t, kind->parts[p], &given);
	}
	for (size_t p = 0; kind->parts[p] != NULL; p++) {
		memset(&back, 0, sizeof back);
		record_read(&back, kind->parts[p], &t, 0);
		record_add(&t, kind->parts[p], &back);
	}
	assert_int_equal(t.filled, 2 * t.columns);
	for (size_t c = 0; c < t.columns; c++) {
		assert_string_equal(t.cells[c], t.cells[t.columns + c]);
		assert_true(t.cells[c][0] != '\0');
		for (size_t other = 0; other < c; other++)
			assert_true(strcmp(t.cells[c], t.cells[other]) != 0 || strcmp(t.cells[c], "bert-tiny") == 0);
	}
	table_release(&t);
}

static void test_return(void **state)
{
	(void)state;
	check_return(&table7_table);
	check_return(&crosstask_table);
	check_return(&runs_table);
	check_return(&layers_table);
}

/* An empty cell is NaN, or −1; a text that is none of the three is missing. */
static void test_empty(void **state)
{
	struct error err = { 0 };
	struct side s = { .linear = 1, .accuracy = 1, .likeness = KNOWN_DEFINED };
	struct table t;

	(void)state;
	assert_int_equal(record_table_init(&t, &table7_table, &err), 0);
	record_add(&t, &pair_fields, NULL);
	record_add(&t, &side_fields, NULL);
	record_add(&t, &change_fields, NULL);
	t.rows = 1;
	assert_int_equal(t.filled, t.columns);
	record_read(&s, &side_fields, &t, 0);
	assert_int_equal(s.linear, -1);
	assert_true(s.accuracy != s.accuracy);
	assert_int_equal(s.likeness, KNOWN_MISSING);
	table_release(&t);
}

/* What comes from results.csv is a measure that is known, with a title where a
 * figure shows it. */
static void test_measures(void **state)
{
	size_t measured = 0;

	(void)state;
	for (size_t i = 0; i < layer_fields.count; i++)
		if (layer_fields.items[i].measure != NULL) {
			assert_non_null(measure_find(layer_fields.items[i].measure));
			measured++;
		}
	assert_true(measured > 0);
	for (size_t i = 0; i < measure_count(); i++)
		if (measure_at(i)->mapped || measure_at(i)->agrees)
			assert_non_null(measure_at(i)->title);
	assert_null(measure_find("no such measure"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_measures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
