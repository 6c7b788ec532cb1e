/* What others read of a run: every manifest has the fields that in-toto
 * Statements (v1) and SLSA provenance (v1) require, the crate names every file
 * and action, and the sums are those that sha256sum checks. */
#include "mini.h"

static json_t *read_json(const char *name)
{
	char *path = path_join(place, name);
	json_t *value = NULL;
	struct error err;

	if (json_read(&value, path, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	return value;
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text == NULL || text[0] == '\0')
		fail_msg("%s: expected a text", key);
	return text;
}

/* A ResourceDescriptor with a name and a SHA-256. */
static void check_resource(const json_t *resource)
{
	const char *sha256 = text_at(json_object_get(resource, "digest"), "sha256");

	text_at(resource, "name");
	assert_int_equal(strlen(sha256), 64);
	assert_int_equal(strspn(sha256, "0123456789abcdef"), 64);
}

static void check_statement(const json_t *statement)
{
	const json_t *subjects = json_object_get(statement, "subject"), *item;
	const json_t *predicate = json_object_get(statement, "predicate");
	const json_t *definition = json_object_get(predicate, "buildDefinition");
	const json_t *dependencies = json_object_get(definition, "resolvedDependencies");
	const json_t *builder = json_object_get(json_object_get(predicate, "runDetails"), "builder");
	const char *key;
	json_t *value;
	size_t i;

	assert_string_equal(text_at(statement, "_type"), "https://in-toto.io/Statement/v1");
	assert_string_equal(text_at(statement, "predicateType"), "https://slsa.dev/provenance/v1");
	assert_true(json_is_array(subjects) && json_array_size(subjects) > 0);
	json_array_foreach(subjects, i, item) check_resource(item);
	assert_non_null(strstr(text_at(definition, "buildType"), "://"));
	assert_true(json_is_object(json_object_get(definition, "externalParameters")));
	json_object_foreach(json_object_get(definition, "externalParameters"), key, value)
		assert_true(json_is_string(value));
	assert_true(json_is_array(dependencies));
	json_array_foreach(dependencies, i, item) check_resource(item);
	assert_non_null(strstr(text_at(builder, "id"), "://"));
	/* The fields of the schemas, and no others. */
	json_object_foreach((json_t *)statement, key, value)
		assert_non_null(strstr("_type subject predicateType predicate", key));
	json_object_foreach((json_t *)predicate, key, value)
		assert_non_null(strstr("buildDefinition runDetails", key));
	json_object_foreach((json_t *)definition, key, value)
		assert_non_null(strstr("buildType externalParameters internalParameters resolvedDependencies", key));
	json_object_foreach((json_t *)builder, key, value)
		assert_non_null(strstr("id version builderDependencies", key));
}

static void manifests_are_statements_with_provenance(void **state)
{
	char *names, *name, *rest;
	size_t count = 0;

	(void)state;
	expect(shell("find cache/mini manifests/mini report/mini/manifests -name '*.json' -path '*manifest*'"), 0);
	names = printed();
	for (rest = names; (name = strsep(&rest, "\n")) != NULL && name[0] != '\0'; count++) {
		json_t *statement = read_json(name);

		check_statement(statement);
		json_decref(statement);
	}
	assert_true(count > 120); /* in the cache, and both copies */
	free(names);
}

/* Two honest runs have one manifest: no times, hosts or paths in it. */
static void manifests_tell_nothing_of_the_machine(void **state)
{
	(void)state;
	expect(shell("! grep -rl \"$PWD\\|$(date +%%Y)-\" manifests/mini cache/mini/*/manifest.json"), 0);
}

/* Whether the cell's manifest names exactly these files, sorted, and no others: what
 * a stage reads and does not tell could change without a rerun. */
static void check_reads(const char *cell, const char *const *files)
{
	char *name = text_format("cache/mini/%s/manifest.json", cell);
	json_t *statement = read_json(name), *item;
	const json_t *definition = json_object_get(json_object_get(statement, "predicate"), "buildDefinition");
	size_t i;

	json_array_foreach(json_object_get(definition, "resolvedDependencies"), i, item)
	{
		if (files[i] == NULL)
			fail_msg("%s reads %s, too", cell, text_at(item, "name"));
		assert_string_equal(text_at(item, "name"), files[i]);
	}
	if (files[i] != NULL)
		fail_msg("%s does not tell that it reads %s", cell, files[i]);
	json_decref(statement);
	free(name);
}

#define STATE "extract/small/original/pos/"
#define CLUSTERS "directprobe/small/original/pos/"

static void a_manifest_names_what_its_stage_reads(void **state)
{
	static const struct {
		const char *cell;
		const char *files[12];
	} cells[] = {
		{ "prepare/pos", { NULL } },
		{ "probe/small/original/pos",
		  { STATE "test/labels.txt", STATE "test/layer1.npy", STATE "train/labels.txt",
		    STATE "train/layer1.npy" } },
		{ CLUSTERS "train",
		  { STATE "train/labels.txt", STATE "train/layer0.npy", STATE "train/layer1.npy" } },
		{ CLUSTERS "test", { STATE "test/labels.txt", STATE "test/layer1.npy" } },
		{ "divergence/small/original/pos",
		  { CLUSTERS "test/distances.csv", CLUSTERS "test/labelset.txt", CLUSTERS "test/summary.json",
		    CLUSTERS "train/distances.csv", CLUSTERS "train/labelset.txt", CLUSTERS "train/summary.json" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		check_reads(cells[i].cell, cells[i].files);
}

/* The report shows every other cell's manifest, and names them all. */
static void the_report_reads_every_manifest(void **state)
{
	(void)state;
	expect(shell("cd cache/mini && find . -name manifest.json ! -path ./report/manifest.json | sed 's,^./,,' | "
		     "sort "
		     "> ../../present && grep -o '\"name\": *\"[^\"]*manifest.json\"' report/manifest.json | "
		     "sed 's/.*\"\\([^\"]*\\)\"$/\\1/' | sort > ../../told && cd ../.. && test -s told && diff "
		     "present told"),
	       0);
}

static void sums_are_checked_by_sha256sum(void **state)
{
	(void)state;
	expect(shell("cd report/mini && sha256sum --strict -c SHA256SUMS > /dev/null && find . -type f ! -path "
		     "'./times/*' | wc -l && "
		     "wc -l < SHA256SUMS"),
	       0);
	{
		char *text = printed();
		long files = 0, sums = 0;

		assert_int_equal(sscanf(text, "%ld %ld", &files, &sums), 2);
		assert_int_equal(files, sums + 1);
		free(text);
	}
	flip("report/mini/tables/results.csv");
	expect(shell("cd report/mini && sha256sum --quiet -c SHA256SUMS"), 1);
	assert_printed("tables/results.csv: FAILED");
	flip("report/mini/tables/results.csv");
}

static bool has_entity(const json_t *graph, const char *id)
{
	size_t i;
	json_t *entity;

	json_array_foreach(graph, i, entity) if (strcmp(text_at(entity, "@id"), id) == 0) return true;
	return false;
}

/* Every file of the folder, but those that no manifest names, and every cell stand in
 * the crate. */
static void the_crate_names_files_and_actions(void **state)
{
	json_t *crate = read_json("report/mini/ro-crate-metadata.json"), *graph = json_object_get(crate, "@graph");
	char *names, *name, *rest;

	(void)state;
	expect(shell("cd report/mini && find . -type f ! -path './times/*' | sed 's,^./,,'"), 0);
	names = printed();
	for (rest = names; (name = strsep(&rest, "\n")) != NULL && name[0] != '\0';)
		if (!has_entity(graph, name))
			fail_msg("%s is not in the crate", name);
	free(names);
	expect(shell("cd cache/mini && find . -name manifest.json ! -path ./report/manifest.json | sed "
		     "'s,^./,#action/,;s,/manifest.json,,'"),
	       0);
	names = printed();
	for (rest = names; (name = strsep(&rest, "\n")) != NULL && name[0] != '\0';)
		if (!has_entity(graph, name))
			fail_msg("%s is not in the crate", name);
	free(names);
	json_decref(crate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifests_are_statements_with_provenance),
		cmocka_unit_test(manifests_tell_nothing_of_the_machine),
		cmocka_unit_test(a_manifest_names_what_its_stage_reads),
		cmocka_unit_test(the_report_reads_every_manifest),
		cmocka_unit_test(sums_are_checked_by_sha256sum),
		cmocka_unit_test(the_crate_names_files_and_actions),
	};

	return cmocka_run_group_tests_name("provenance", tests, mini_set_up, mini_tear_down);
}
