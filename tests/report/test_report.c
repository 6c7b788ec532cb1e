/* The whole report of a small experiment, complete and incomplete. */
#include "html.h"
#include "latex.h"
#include "pdf.h"
#include "written.h"

#include "report/beside.h"

#include "base/sha256.h"
#include "findings/evidence.h"
#include "findings/prose.h"

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("not in the page: %s", part);
}

static void check_sums(const struct written *r)
{
	char *sums = support_text(r->out.path, "SHA256SUMS"), *line = sums;
	size_t lines = 0;

	for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++) {
		char digest[65], *path;
		struct error err = { 0 };
		uint64_t bytes;

		*end = '\0';
		path = path_join(r->out.path, line + 66);
		if (sha256_file(digest, &bytes, path, &err) < 0)
			fail_msg("%s", err.text);
		assert_memory_equal(digest, line, 64);
		free(path);
	}
	assert_int_equal(lines, r->out.count - 1); /* all but itself */
	free(sums);
}

/* The ids of an action's results, as JSON. */
static void check_results(const json_t *action, const char *expected)
{
	json_t *names = json_array(), *item;
	char *text;
	size_t i;

	json_array_foreach(json_object_get(action, "result"), i, item)
		json_array_append(names, json_object_get(item, "@id"));
	text = json_dumps(names, 0);
	assert_string_equal(text, expected);
	free(text);
	json_decref(names);
}

static void check_crate(const struct written *r)
{
	char *path = path_join(r->out.path, "ro-crate-metadata.json");
	json_t *crate, *item, *part, *ids = json_object();
	struct error err = { 0 };
	size_t i, k, parts = 0, actions = 0;

	if (json_read(&crate, path, &err) < 0)
		fail_msg("%s", err.text);
	json_array_foreach(json_object_get(crate, "@graph"), i, item)
	{
		const char *id = json_string_value(json_object_get(item, "@id"));

		assert_null(json_object_get(ids, id));
		json_object_set(ids, id, item);
		actions += strcmp(json_string_value(json_object_get(item, "@type")), "CreateAction") == 0;
		if (strcmp(json_string_value(json_object_get(item, "@type")), "SoftwareApplication") == 0) {
			assert_string_equal(json_string_value(json_object_get(item, "version")), "0.1.0");
			assert_non_null(json_object_get(item, "url"));
		}
	}
	check_results(json_object_get(ids, "#action/prepare/pos"), "[\"#made\", \"tables/missing.json\", "
								   "\"manifests/prepare/pos.json\"]");
	item = json_object_get(ids, "#action/report");
	assert_int_equal(json_array_size(json_object_get(item, "object")), r->in.cell_count);
	assert_int_equal(json_array_size(json_object_get(item, "result")), r->out.count - 1);
	item = json_object_get(crate, "@context");
	assert_string_equal(json_string_value(json_array_get(item, 1)),
			    "https://w3id.org/ro/terms/workflow-run/context");
	json_array_foreach(json_object_get(json_object_get(ids, "./"), "hasPart"), k, part)
	{
		const char *id = json_string_value(json_object_get(part, "@id"));

		assert_string_equal(json_string_value(json_object_get(json_object_get(ids, id), "@type")), "File");
		parts++;
	}
	assert_int_equal(parts, r->out.count - 1);       /* all but the description itself */
	assert_int_equal(actions, r->in.cell_count + 1); /* and the report */
	json_decref(ids);
	json_decref(crate);
	free(path);
}

/* The caption of a drawing, as index.json of its figure has it; freed by the
 * caller. */
static char *caption_of(const struct written *r, const char *figure, const char *file)
{
	char *path = text_format("%s/figures/%s/index.json", r->world.path, figure), *caption = NULL;
	struct error err = { 0 };
	json_t *index, *item;
	size_t i;

	assert_int_equal(json_read(&index, path, &err), 0);
	json_array_foreach(json_object_get(index, "drawings"), i, item)
	{
		if (strcmp(json_string_value(json_object_get(item, "file")), file) == 0)
			caption = text_copy(json_string_value(json_object_get(item, "caption")));
	}
	if (caption == NULL)
		fail_msg("no drawing %s", file);
	json_decref(index);
	free(path);
	return caption;
}

static void test_complete(void **state)
{
	const struct written *r = *state;
	size_t drawings;

	html_check(r->page, r->out.path, &drawings);
	assert_true(drawings >= 10);
	assert_true(strlen(r->page) < 3000000);
	has(r->page, "<title>Fine-tuning &amp; &lt;geometry&gt;</title>");
	has(r->page, "8x8:1e-5 &lt;b&gt;");
	has(r->page, "Nothing: every cell of the experiment was read.");
	has(r->page, "the two agree in 34 of 48 representations; in 12 DirectProbe finds planes and the probe’s best "
		     "run does not, in 2 the probe does and DirectProbe does not.");
	has(r->page, "Where DirectProbe and the linear probe differ.");
	has(r->page, "What other probes see at each layer, before and after fine-tuning.");
	has(r->page, "macro-F1");
	has(r->page, "<th scope=\"row\">pos</th><td>a word</td><td>its part of speech</td><td class=\"n\">1234</td>");
	has(r->page, "<th scope=\"row\">ps-fxn</th><td>–</td><td>a label of the data</td>");
	has(r->page,
	    "Of the ten claims of Zhou and Srikumar (2022), four hold, five lean to hold and one is undecided.");
	has(r->page, " of the resamples agree that claims 1, 5, 8 and 9 hold.");
	has(r->page, "<a href=\"manifests/probe/mini/original/pos.json\">");
	has(r->page, "<a href=\"manifests/prepare/pos.json\"><rect data-node=\"0\" ");
	has(r->page, "<title>prepare/pos: up to date</title>");
	has(r->page, "The paper’s numbers beside ours"); /* bert-tiny has pos, ps-role and ps-fxn there */
	assert_null(strstr(r->page, "class=\"missing\""));
	for (size_t i = 0; i < figure_count(); i++) {
		char *id = text_format("id=\"figure-%s\"", figure_at(i)->name);

		if (strcmp(figure_at(i)->name, "recipes") != 0) /* of experiments that have some: test_recipes */
			has(r->page, id);
		free(id);
	}
	has(r->page, "The least separable original at the last layer is pos on bert-tiny: 23 clusters for 5 labels, "
		     "and 5 clusters after");
	has(r->page, "30 of 30 labels end farther from their nearest neighbour");
	has(r->page, "linearly separable before fine-tuning, and 6 after it");
	check_sums(r);
	check_crate(r);
}

static void test_incomplete(void **state)
{
	struct written r = { 0 };
	size_t drawings;

	(void)state;
	world_init(&r.world);
	world_set(&r.world, "probe/mini/pos-s1-c04/pos", COLLECT_FAILED);
	world_set(&r.world, "similarity/mini/pos-s1", COLLECT_STALE);
	world_set(&r.world, "prepare/ps-role", COLLECT_MISSING);
	written_init(&r, "divergence");
	html_check(r.page, r.out.path, &drawings);
	has(r.page, "3 of its cells could not be read");
	has(r.page, "The figure “similarity” would stand here; its cell figures/similarity is stale.");
	has(r.page, "<th scope=\"row\">probe/mini/pos-s1-c04/pos</th><td>failed</td>");
	has(r.page, "<th scope=\"row\">similarity/mini/pos-s1</th><td>stale</td>");
	has(r.page, "<th scope=\"row\">prepare/ps-role</th><td>missing</td>");
	has(r.page, " class=\"open\"><title>similarity/mini/pos-s1: missing</title>");
	has(r.page, "Accuracy rises in 5 of 5 pairs (100.0\u00a0%); 1 of 6 pairs missing.");
	check_sums(&r);
	written_release(&r);
}

/* Nothing is there but the experiment file: a report all the same. */
static void test_empty(void **state)
{
	struct written r = { 0 };
	size_t drawings;

	(void)state;
	world_init(&r.world);
	for (size_t i = 0; i < r.world.plan.count; i++)
		r.world.states[i] = COLLECT_MISSING;
	written_init(&r, NULL);
	html_check(r.page, r.out.path, &drawings);
	has(r.page, "Of the ten claims of Zhou and Srikumar (2022), ten are undecided. None is sure.");
	has(r.page, "No pair of model and task has been probed");
	has(r.page, "The similarity of training and test set after fine-tuning has been measured in no pair.");
	has(r.page, "The similarity of a layer to its original self has been measured in no run.");
	has(r.page, "The displacement of the label centroids relative to the layer’s scale has been measured in no");
	has(r.page, "Whether spatial similarity, CKA and RSA agree cannot be said");
	assert_null(strstr(r.page, "linearly separable both before and after"));
	has(r.page, "no task has been prepared");
	has(r.page, "A table would stand here (“Each layer after fine-tuning, against its original self.”)");
	written_release(&r);
}

/* Selectivity, codelength and the linear probe have their columns in a table that
 * is shown: fine-tuning adds 0.07 to the accuracy, and takes 4.9 bits. */
static void test_probes(void **state)
{
	static const char *const cells[2] = { "probe/mini/original/ps-role", "probe/mini/ps-role-s1-c04/ps-role" };
	const struct written *r = *state;
	char *text = support_text(r->out.path, "tables/probes.csv");
	const char *row = strstr(text, "\nmini,ps-role,1,0,");
	double selectivity[2], shown[6];

	for (int after = 0; after < 2; after++) {
		selectivity[after] = 41 + 7 * after;
		for (int run = 0; run < 3; run++)
			selectivity[after] += world_noise(cells[after], 0, run) / 3;
	}
	has(text, "Model,Task,Seed,Layer,Linear probe: before,Linear probe: after,Selectivity: before,"
		  "Selectivity: after,Codelength: before,Codelength: after\n");
	assert_non_null(row);
	assert_int_equal(sscanf(row, "\nmini,ps-role,1,0,%lf,%lf,%lf,%lf,%lf,%lf\n", &shown[0], &shown[1], &shown[2],
				&shown[3], &shown[4], &shown[5]),
			 6);
	assert_true(shown[0] == 100 && shown[1] == 100);
	for (int after = 0; after < 2; after++)
		assert_true(fabs(shown[2 + after] - selectivity[after]) < 1e-9);
	assert_true(fabs(shown[4] - 90) < 1 && fabs(shown[4] - shown[5] - 4.9) < 1e-9);
	free(text);
}

/* The experiment's number of checkpoints is no model's own, and one model takes
 * samples: every figure finds the last states, and each table and caption of
 * distances says that they are of samples. */
static void test_overrides(void **state)
{
	static const char ini[] = "[experiment]\ntitle = Overrides\nseed = 1\nkernels = portable\n"
				  "[model bert-tiny]\npath = tiny\ncheckpoints = 4\nmax_points = 1000\n"
				  "[model mini]\npath = mini\ncheckpoints = 4\n"
				  "[task pos]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
				  "[task ps-fxn]\nkind = word\nformat = tsv\ntrain = a.tsv\ntest = b.tsv\n"
				  "[finetune]\ncheckpoints = 3\nseeds = 1\n[probe]\nlayers = all\nruns = 3\n";
	static const char sample[] = "Clusters and distances of some models and tasks are those of a seeded sample "
				     "of at most 1000 points.";
	static const char *const figures[][2] = { { "divergence", "divergence" },
						  { "layers", "layers-pos-clusters" },
						  { "minimum", "minimum-mini-pos" },
						  { "similarity", "similarity-mini-pos-map" } };
	struct written r = { 0 };
	size_t drawings, notes = 0;
	char *caption, *points;

	(void)state;
	world_init_as(&r.world, ini);
	world_file(r.world.directories[plan_find(&r.world.plan, "directprobe/bert-tiny/original/pos/train") -
				       r.world.plan.cells],
		   "summary.json",
		   "[{\"layer\": 3, \"points\": 1000, \"points_total\": 4281, \"labels\": 5, \"clusters\": 7, "
		   "\"linear\": false, \"conflicts\": 0}]\n");
	written_init(&r, NULL);
	html_check(r.page, r.out.path, &drawings);
	assert_null(strstr(r.page, "<li>mini"));
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
		caption = caption_of(&r, figures[i][0], figures[i][1]);
		has(caption, sample);
		free(caption);
	}
	caption = caption_of(&r, "layers", "layers-pos-accuracy");
	assert_null(strstr(caption, "sample"));
	free(caption);
	caption = caption_of(&r, "divergence", "divergence");
	has(caption, "of the 2 model and task pairs in which it is defined before and after fine-tuning (4 pairs");
	free(caption);
	for (points = r.page; (points = strstr(points, sample)) != NULL; points++)
		notes += strncmp(points + strlen(sample), "</p>", 4) == 0;
	assert_true(notes >= 5); /* tables */
	has(r.page, "1000 of 4281");
	written_release(&r);
}

/* The same input gives the same bytes, whatever the number of threads. */
static void test_same_bytes(void **state)
{
	const struct written *r = *state;
	struct context context = { .pool = pool_new(3) };
	char *path = support_folder();
	struct error err = { 0 };
	struct folder again;

	if (folder_open(&again, path, &err) < 0 || report_run(&r->in, &again, &context, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(again.count, r->out.count);
	for (size_t i = 0; i < again.count; i++)
		if (strcmp(again.items[i].sha256, r->out.items[i].sha256) != 0)
			fail_msg("%s differs", again.items[i].name);
	folder_release(&again);
	pool_free(context.pool);
	support_remove(path);
}

/* What the figure of similarities calls defined, the table of layers has. */
static void test_captions_agree_with_movement(void **state)
{
	const struct written *r = *state;
	struct evidence e;
	struct error err = { 0 };
	size_t undefined = 0;

	assert_int_equal(evidence_read(&e, r->in.collected, &err), 0);
	for (size_t i = 0; i < e.run_count; i++) {
		char *file = text_format("similarity-%s-%s-lines", e.runs[i].model, e.runs[i].task);
		char *caption = caption_of(r, "similarity", file), *expected;
		size_t defined = 0;
		double lowest = INFINITY;

		for (size_t k = 0; k < e.runs[i].count; k++) {
			defined += (size_t)!isnan(e.runs[i].layers[k].similarity);
			lowest = fmin(lowest, e.runs[i].layers[k].similarity);
		}
		undefined += e.runs[i].count - defined;
		expected =
			text_format("is defined at %zu of %zu layers and lowest at layer ", defined, e.runs[i].count);
		has(caption, expected);
		has(caption, show(lowest, 3).text);
		free(expected);
		free(caption);
		free(file);
	}
	assert_int_equal(undefined, 2); /* pos, at the last layer of either model */
	evidence_release(&e);
}

/* A table that the report offers; commas and quotes of its headings are left out. */
static struct table read_offered(const struct written *r, const char *file)
{
	char *text = support_text(r->out.path, file), *to = text, *path = support_folder(), *name;
	bool quoted = false, heading = true;
	struct error err = { 0 };
	struct table t;

	for (const char *from = text; *from != '\0'; from++) {
		heading = heading && *from != '\n';
		quoted = quoted != (heading && *from == '"');
		if (!heading || (*from != '"' && !(quoted && *from == ',')))
			*to++ = *from;
	}
	*to = '\0';
	world_file(path, "t.csv", text);
	name = path_join(path, "t.csv");
	if (table_read(&t, name, &err) < 0)
		fail_msg("%s", err.text);
	support_remove(path);
	free(name);
	free(text);
	return t;
}

/* The tables that are offered beside the printed ones have every digit of what
 * was collected. */
static void test_exact(void **state)
{
	static const struct {
		const char *file, *from, *columns[8][2];
		size_t first, step; /* rows of `from` */
	} tables[] = {
		{ "tables/table2.csv",
		  "table7.csv",
		  { { "Accuracy %: after", "accuracy" },
		    { "Accuracy %: change", "difference" },
		    { "Accuracy %: p runs", "p_permutation" },
		    { "Train/test similarity: after", "train_test_similarity" },
		    { "Train/test similarity: after 95 % interval", "similarity_low" } },
		  1,
		  2 },
		{ "tables/growth.csv",
		  "table7.csv",
		  { { "Minimum distance: mean change", "minimum_change" } },
		  1,
		  2 },
		{ "tables/table5.csv",
		  "crosstask.csv",
		  { { "Accuracy %: before", "accuracy_before" },
		    { "Minimum distance: mean change", "minimum_change" } },
		  0,
		  1 },
		{ "tables/movement.csv",
		  "layers.csv",
		  { { "Displacement: relative norm", "relative_shift" },
		    { "Displacement: directions", "participation" } },
		  0,
		  1 },
		{ "tables/alignment.csv",
		  "layers.csv",
		  { { "CKA", "cka" }, { "Procrustes", "procrustes" }, { "Anisotropy: after", "anisotropy_after" } },
		  0,
		  1 },
	};
	const struct written *r = *state;

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		char *path = path_join(r->in.collected, tables[i].from);
		struct table shown = read_offered(r, tables[i].file), from;
		struct error err = { 0 };

		if (table_read(&from, path, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(shown.rows * tables[i].step, from.rows);
		for (size_t k = 0; k < 8 && tables[i].columns[k][0] != NULL; k++) {
			/* The second of two columns with one name is the one after fine-tuning. */
			int a = table_column(&shown, tables[i].columns[k][0]);

			assert_true(a >= 0);
			for (int c = a + 1; c < (int)shown.columns; c++)
				a = strcmp(shown.header[c], shown.header[a]) == 0 ? c : a;
			for (size_t row = 0; row < shown.rows; row++) {
				double x = table_number(&shown, row, a);
				double y = table_number_at(&from, tables[i].first + row * tables[i].step,
							   tables[i].columns[k][1]);

				if (!(fabs(x - y) <= 1e-14 * fabs(y)) && !(isnan(x) && isnan(y)))
					fail_msg("%s: %s, row %zu: %.17g, collected as %.17g", tables[i].file,
						 tables[i].columns[k][0], row, x, y);
			}
		}
		table_release(&shown);
		table_release(&from);
		free(path);
	}
}

/* All tables of the report in one article; none stands out into the margin. */
static void test_latex(void **state)
{
	const struct written *r = *state;
	char *files[32], *log;
	size_t count = 0;

	if (!latex_there())
		return;
	for (size_t i = 0; i < r->out.count; i++) {
		const char *name = r->out.items[i].name, *end = strrchr(name, '.');

		if (strncmp(name, "tables/", 7) == 0 && strcmp(end, ".tex") == 0) {
			assert_true(count < 32);
			files[count++] = path_join(r->out.path, name);
		}
	}
	assert_true(count >= 8);
	log = latex_compile("booktabs,graphicx", files, count);
	assert_null(strstr(log, "Overfull \\hbox"));
	free(log);
	for (size_t i = 0; i < count; i++)
		free(files[i]);
}

static void test_pdf(void **state)
{
	const struct written *r = *state;
	struct pdf pdf = pdf_read(r->out.path, "report.pdf");

	assert_memory_equal(pdf.data, "%PDF-1.5", 8);
	assert_true(pdf_has(&pdf, "/Outlines"));
	assert_true(pdf_has(&pdf, "CreationDate (20220522"));
	assert_false(pdf_has(&pdf, "/URI (manifests/")); /* what is looked up is on the page */
	assert_false(pdf_has(&pdf, "/Subtype /Image"));  /* figures are vectors */
	free(pdf.data);
}

/* A report beside itself: nothing differs, and every pair and layer is in both. */
static void test_beside(void **state)
{
	const struct written *r = *state;
	char *path = support_folder(), *file = path_join(path, "index.html"), *page;
	struct beside_input in = { { r->out.path, r->out.path }, r->in.assets, "0.1.0" };
	struct error err = { 0 };
	struct folder out;
	size_t drawings;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(beside_write(&in, &out, &err), err);
	page = support_text(path, "index.html");
	html_check(page, path, &drawings);
	has(page, "Of 10 claims 0 have another verdict in B than in A. 6 pairs of model and task are in both, of 6 "
		  "in A and "
		  "6 in B.");
	has(page, "Every parameter is the same.");
	has(page, "Every layer of the runs that both have.");
	assert_null(strstr(page, "report.pdf"));
	free(page);
	in.folders[1] = r->world.path; /* no report */
	assert_int_equal(beside_write(&in, &out, &err), -1);
	assert_non_null(strstr(err.text, "tables/claims.json"));
	folder_release(&out);
	support_remove(path);
	free(file);
}

static void test_bad_template(void **state)
{
	static const char *const templates[][2] = {
		{ "<p>{{titel}}</p>", "template.html: unknown name {{titel}}" },
		{ "<p>{{title</p>", "template.html: {{ without }}" },
	};
	const struct written *r = *state;
	struct report_input in = r->in;
	char *path = support_folder();
	struct error none = { 0 };
	struct folder out;

	assert_int_equal(folder_open(&out, path, &none), 0);
	for (size_t i = 0; i < 2; i++) {
		struct error err = { 0 };
		char *assets = path_join(path, "assets"), *paper = support_text(ASSETS, "paper-table7.csv");

		world_file(assets, "template.html", templates[i][0]);
		world_file(assets, "style.css", "");
		world_file(assets, "paper-table7.csv", paper);
		in.assets = assets;
		assert_int_equal(report_run(&in, &out, &r->world.context, &err), -1);
		assert_string_equal(err.text, templates[i][1]);
		free(paper);
		free(assets);
	}
	in.assets = "nowhere";
	{
		struct error err = { 0 };

		assert_int_equal(report_run(&in, &out, &r->world.context, &err), -1);
		assert_string_equal(err.text, "nowhere/paper-table7.csv: cannot read: No such file or directory");
	}
	folder_release(&out);
	support_remove(path);
}

static void test_bad_index(void **state)
{
	struct written r = { 0 };
	struct error err = { 0 };

	(void)state;
	world_init(&r.world);
	written_init(&r, "divergence");
	for (size_t i = 0; i < r.in.figure_count; i++)
		if (r.figures[i].directory != NULL)
			world_file(r.figures[i].directory, "index.json",
				   "{\"drawings\": [{\"file\": \"../../secret\"}], \"missing\": []}");
	assert_int_equal(report_run(&r.in, &r.out, &r.world.context, &err), -1);
	has(err.text, "index.json: file \"../../secret\", expected the name of a file");
	written_release(&r);
}

/* Every colour is named once for the light and once for the dark scheme, before
 * the rules, which only use the names. */
static void test_colours_have_roles(void **state)
{
	char *style = support_text(ASSETS, "style.css"), *rules = strstr(style, "\n* {");
	size_t named = 0;

	(void)state;
	assert_non_null(rules);
	for (const char *c = style; (c = strstr(c, ": #")) != NULL && c < rules; c++)
		named++;
	assert_true(named >= 24 && named % 2 == 0);
	assert_null(strstr(rules, ": #"));
	assert_null(strstr(rules, "rgb"));
	free(style);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),     cmocka_unit_test(test_probes),
		cmocka_unit_test(test_incomplete),   cmocka_unit_test(test_empty),
		cmocka_unit_test(test_overrides),    cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_exact),        cmocka_unit_test(test_captions_agree_with_movement),
		cmocka_unit_test(test_pdf),          cmocka_unit_test(test_latex),
		cmocka_unit_test(test_bad_template), cmocka_unit_test(test_colours_have_roles),
		cmocka_unit_test(test_bad_index),    cmocka_unit_test(test_beside),
	};

	return cmocka_run_group_tests(tests, written_setup, written_teardown);
}
