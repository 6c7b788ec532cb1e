/* Results against results, and against a reference with tolerances. */
#include "support.h"

#include "base/json.h"
#include "base/output.h"
#include "workflow/compare.h"

#include <math.h>
#include <string.h>

#define HEADER "model,task,state,seed,split,layer,measure,value,low,high,n\n"

static char *place;

static char *write_text(const char *name, const char *text)
{
	struct folder folder;
	struct error err;

	assert_int_equal(folder_open(&folder, place, &err), 0);
	assert_int_equal(output_file(&folder, name, text, strlen(text), &err), 0);
	folder_release(&folder);
	return path_join(place, name);
}

static void read_results(struct table *out, const char *rows)
{
	char *text = text_format(HEADER "%s", rows), *path = write_text("results.csv", text);
	struct error err;

	if (table_read(out, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	free(text);
}

/* What was told: a row a line, in a letter each: Identical, Equal, Different, Missing. */
static void tell(void *arg, const struct comparison *c)
{
	char *all = arg;
	size_t at = strlen(all);

	snprintf(all + at, 1024 - at, "%c %s\n", "IEDM"[c->agreement], c -> row);
}

static void test_runs(void **state)
{
	char told[1024] = "";
	struct table a, b;
	struct error err;

	(void)state;
	read_results(&a, "m,t,original,0,test,2,accuracy,0.5,,,9\n"
			 "m,t,original,0,test,2,linear,true,,,9\n"
			 "m,t,t-s1,1,test,2,accuracy,0.25,,,9\n");
	read_results(&b, "m,t,original,0,test,2,accuracy,0.5,,,9\n"
			 "m,t,original,0,test,2,linear,false,,,9\n"
			 "m,t,t-s2,2,test,2,accuracy,0.25,,,9\n");
	assert_int_equal(compare_runs(&a, &b, tell, told, &err), 0);
	assert_string_equal(told, "I m,t,original,0,test,2,accuracy\nD m,t,original,0,test,2,linear\n"
				  "M m,t,t-s1,1,test,2,accuracy\nM m,t,t-s2,2,test,2,accuracy\n");
	table_release(&a);
	table_release(&b);
}

/* Rows of one run and their values in three; then what is tolerated. */
static const struct {
	const char *row;
	double values[3], tolerance;
} learned[] = {
	{ "m,t,original,0,train,2,distance", { 200, 200, 200 }, 0.2 },
	{ "m,t,original,0,train,2,similarity", { 0.75, 0.75, 0.75 }, 0.005 },
	{ "m,t,original,0,train,2,clusters", { 17, 17, 17 }, 2 },
	{ "m,t,original,0,train,1,clusters", { 1000, 1000, 1000 }, 20 },
	{ "m,t,original,0,train,2,linear", { 1, 1, 1 }, 0 },
	{ "m,t,original,0,test,2,accuracy", { 0.5, 0.5, 0.5 }, 0.01 },
	{ "m,t,original,0,test,1,accuracy", { 0.5, 0.52, 0.54 }, 0.06 },
	{ "p,t,original,0,train,2,distance", { 200, 201, 202 }, 3 },
	{ "m,t,t-s4,4,train,2,distance", { 10, 10, 10 }, 0.01 },
	{ "m,t,t-s4,4,train,1,distance", { 10, 14, 12 }, 6 },
	{ "m,t,t-s4-c01,4,train,1,similarity", { 0.5, 0.5, 0.8 }, 0.519615242270663 },
};
enum { LEARNED = sizeof learned / sizeof *learned };

/* The rows as the fine-tuning seed `seed` names them. */
static void read_run(struct table *out, size_t run, int seed)
{
	char rows[2048] = "";

	for (size_t i = 0; i < LEARNED; i++) {
		const char *row = learned[i].row, *four = strstr(row, "-s4");
		size_t at = strlen(rows);

		if (four == NULL)
			at += (size_t)snprintf(rows + at, sizeof rows - at, "%s", row);
		else {
			const char *column = strstr(row, ",4,");

			at += (size_t)snprintf(rows + at, sizeof rows - at, "%.*s-s%d%.*s,%d%s", (int)(four - row),
					       row, seed, (int)(column - four - 3), four + 3, seed, column + 2);
		}
		snprintf(rows + at, sizeof rows - at, ",%.17g,,,9\n", learned[i].values[run]);
	}
	read_results(out, rows);
}

static void test_learn(void **state)
{
	static const int seeds[2][3] = { { 4, 4, 4 }, { 4, 5, 14 } };
	struct folder folder;
	struct error err;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	for (size_t k = 0; k < 2; k++) {
		char *path = path_join(place, "mine.json"), told[2048] = "";
		struct table runs[3];
		json_t *file, *values;

		for (size_t i = 0; i < 3; i++)
			read_run(&runs[i], i, seeds[k][i]);
		assert_int_equal(reference_write("mine", runs, 3, &folder, "mine.json", &err), 0);
		assert_int_equal(json_read(&file, path, &err), 0);
		values = json_object_get(file, "values");
		assert_int_equal(json_array_size(values), LEARNED);
		for (size_t i = 0; i < LEARNED; i++) {
			const json_t *value = json_array_get(values, i);

			assert_string_equal(json_string_value(json_object_get(value, "row")), learned[i].row);
			assert_true(json_number_value(json_object_get(value, "value")) == learned[i].values[0]);
			assert_true(fabs(json_number_value(json_object_get(value, "tolerance")) -
					 learned[i].tolerance) < 1e-12);
		}
		assert_int_equal(compare_reference(path, &runs[0], tell, told, &err), 0);
		for (const char *line = told; *line != '\0'; line = strchr(line, '\n') + 1)
			assert_int_equal(*line, 'I');
		for (size_t i = 0; i < 3; i++)
			table_release(&runs[i]);
		json_decref(file);
		free(path);
	}
	folder_release(&folder);
}

static void test_reference(void **state)
{
	char *path = write_text(
		"r.json", "{\"experiment\": \"mine\", \"runs\": 3, \"values\": ["
			  "{\"row\": \"m,t,original,0,test,2,accuracy\", \"value\": 0.5, \"tolerance\": 0.01},"
			  "{\"row\": \"m,t,original,0,test,1,accuracy\", \"value\": 0.5, \"tolerance\": 0.01},"
			  "{\"row\": \"m,t,original,0,test,0,accuracy\", \"value\": 0.5, \"tolerance\": 0.01},"
			  "{\"row\": \"m,t,original,0,test,3,accuracy\", \"value\": 0.5, \"tolerance\": 0.01}]}");
	char *broken = write_text("b.json", "{\"values\": 1}"), *rowless = write_text("n.json", "{\"values\": [{}]}");
	char told[1024] = "";
	struct table t;
	struct error err;

	(void)state;
	read_results(&t, "m,t,original,0,test,2,accuracy,0.5,,,9\n"
			 "m,t,original,0,test,1,accuracy,0.5099,,,9\n"
			 "m,t,original,0,test,0,accuracy,0.4899,,,9\n");
	assert_int_equal(compare_reference(path, &t, tell, told, &err), 0);
	assert_string_equal(told, "I m,t,original,0,test,2,accuracy\nE m,t,original,0,test,1,accuracy\n"
				  "D m,t,original,0,test,0,accuracy\nM m,t,original,0,test,3,accuracy\n");
	assert_int_equal(compare_reference(broken, &t, tell, told, &err), -1);
	assert_non_null(strstr(err.text, "b.json: no array \"values\""));
	assert_int_equal(compare_reference(rowless, &t, tell, told, &err), -1);
	assert_non_null(strstr(err.text, "n.json: value 0 has no row"));
	table_release(&t);
	free(path);
	free(broken);
	free(rowless);
}

static int setup(void **state)
{
	(void)state;
	place = support_folder();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	support_remove(place);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_learn),
		cmocka_unit_test(test_reference),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
