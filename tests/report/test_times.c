/* The page of times: sums, the largest, and cells without a record. */
#include "support.h"

#include "base/output.h"
#include "report/times.h"

#include <string.h>

static void stages_are_added_up(void **state)
{
	static const char *const runs[] = {
		"{\"cpu\": \"A & B\", \"system\": \"6.1\", \"started\": \"2022-05-22T01:02:03Z\", \"seconds\": 1.5, "
		"\"cpu_seconds\": 2.5, \"memory_bytes\": 1048576, \"threads\": 2}",
		NULL,
		"{\"seconds\": 0.25, \"cpu_seconds\": 0.125, \"memory_bytes\": 3145728}",
		"{\"seconds\": 10}",
	};
	static const char stages[] = "Stage,Cells,\"Time, s: all\",\"Time, s: longest cell\",\"Processors’ time, "
				     "s\",\"Largest memory, MiB\"\nprobe,2,1.75,1.5,2.625,3\ncollect,1,10,10,0,0\n"
				     "all,3,11.75,10,2.625,3\n";
	char *place = support_folder(), *out_path = path_join(place, "times"), *assets = path_join(SOURCE, "report");
	struct times_cell cells[] = {
		{ "probe/a", "probe" }, { "probe/b", "probe" }, { "probe/c", "probe" }, { "collect", "collect" }
	};
	struct times_input in = { "The title", "mini", assets, "1.2", place, cells, 4 };
	struct folder folder, out;
	struct error err;
	char *text;

	(void)state;
	assert_int_equal(folder_open(&folder, place, &err), 0);
	for (int i = 0; i < 4; i++) {
		char *name = text_format("%s/run.json", cells[i].name);

		if (runs[i] != NULL)
			assert_int_equal(output_file(&folder, name, runs[i], strlen(runs[i]), &err), 0);
		free(name);
	}
	assert_int_equal(folder_open(&out, out_path, &err), 0);
	assert_int_equal(times_write(&in, &out, &err), 0);
	text = support_text(out_path, "tables/stages.csv");
	assert_string_equal(text, stages);
	free(text);
	text = support_text(out_path, "tables/cells.csv");
	assert_non_null(strstr(text, "\nprobe/a,2022-05-22T01:02:03Z,1.5,2.5,1,2,A & B,6.1\n"));
	assert_non_null(strstr(text, "\nprobe/b,–,,,,,–,–\n"));
	free(text);
	text = support_text(out_path, "index.html");
	assert_non_null(strstr(text, "<title>The title: times of the stages</title>"));
	assert_non_null(strstr(text, "href=\"../index.html\""));
	assert_non_null(strstr(text, "A &amp; B"));
	assert_null(strstr(text, "equal bytes"));
	assert_null(strstr(text, "{{"));
	free(text);
	/* A record that is none is an error that names it. */
	assert_int_equal(output_file(&folder, "probe/b/run.json", "{", 1, &err), 0);
	assert_int_equal(times_write(&in, &out, &err), -1);
	assert_non_null(strstr(err.text, "probe/b/run.json"));
	folder_release(&folder);
	folder_release(&out);
	free(assets);
	free(out_path);
	support_remove(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(stages_are_added_up) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
