/* Experiment files, parameters, the plan and its rules. */
#include "support.h"

#include "base/name.h"
#include "base/output.h"
#include "workflow/experiment.h"
#include "workflow/layers.h"
#include "workflow/manifest.h"
#include "workflow/parameters.h"
#include "workflow/plan.h"
#include "workflow/rules.h"
#include "workflow/state.h"
#include "workflow/store.h"

#include <string.h>

static const char small[] = "[experiment]\nseed = 7\n"
			    "[model a]\nlayers = 2\nhidden = 8\nheads = 2\nepochs = 3\n"
			    "[model b]\npath = some/where\nprobe.layers = all\n"
			    "[task pos]\nkind = word\nformat = embedded\nlabel = upos\n"
			    "[task dep]\nkind = pair\nformat = tsv\ntrain = t.tsv\ntest = u.tsv\nlr = 1e-5\n"
			    "[finetune]\nlr = 3e-4 ; a comment\nseeds = 1,  2\ncheckpoints = 4\n"
			    "[cross]\ntarget = pos\nsources = pos, dep\n";

struct file {
	char *place, *path;
};

static struct file write_file(const char *text)
{
	struct file f = { .place = support_folder() };
	struct folder folder;
	struct error err;

	assert_int_equal(folder_open(&folder, f.place, &err), 0);
	assert_int_equal(output_file(&folder, "mine.ini", text, strlen(text), &err), 0);
	folder_release(&folder);
	f.path = path_join(f.place, "mine.ini");
	return f;
}

static void remove_file(struct file f)
{
	free(f.path);
	support_remove(f.place);
}

static void values_come_from_the_nearest_section(void **state)
{
	struct file f = write_file(small);
	struct experiment e;
	struct error err;

	(void)state;
	assert_int_equal(experiment_read(&e, f.path, "where", NULL, NULL, &err), 0);
	assert_string_equal(e.name, "mine");
	assert_string_equal(e.cache, "where/mine");
	assert_string_equal(e.data, "data");
	assert_int_equal(experiment_integer(&e, "finetune", "epochs", "a", "pos"), 3);
	assert_int_equal(experiment_integer(&e, "finetune", "epochs", "b", "pos"), 10);
	assert_int_equal(experiment_integer(&e, "pretrain", "epochs", "a", NULL), 6);
	assert_string_equal(experiment_get(&e, "finetune", "lr", "a", "pos"), "0.0003");
	assert_string_equal(experiment_get(&e, "finetune", "lr", "a", "dep"), "1e-05");
	assert_string_equal(experiment_get(&e, "probe", "layers", "b", NULL), "all");
	assert_string_equal(experiment_get(&e, "probe", "layers", "a", NULL), "last");
	assert_string_equal(experiment_get(&e, "finetune", "seeds", NULL, NULL), "1, 2");
	assert_null(experiment_get(&e, "model", "path", "a", NULL));
	assert_int_equal(e.seed_count, 2);
	experiment_release(&e);
	remove_file(f);
}

/* The form in which a text is written is read back whole, as a value, as an item of
 * a list and as a name. */
static void texts_are_read_back_whole(void **state)
{
	static const char *const texts[] = { "plain",
					     "data ; v2/x.tsv",
					     "; first",
					     " ends ",
					     "a \"b\" \\c",
					     "\"",
					     "#1",
					     "a]b",
					     "x, y",
					     "C:\\new\\",
					     "модель (1)",
					     "a=b:c",
					     "$HOME;`x`%20'q' \\\\\"",
					     "[section] x" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char *value = ini_quote(texts[i], false), *item = ini_quote(texts[i], true), found[LIST_ITEM];
		char *text = text_format("[experiment]\ntitle = %s ; a comment\n[model a]\npath = a\n[task %s]\n"
					 "kind = word\nformat = embedded\n[cross]\nsources =%s,%s\n",
					 value, value, item, item);
		const char *list;
		struct experiment e;
		struct error err;

		if (experiment_parse(&e, "mine.ini", text, strlen(text), NULL, NULL, NULL, &err) < 0)
			fail_msg("%s in\n%s", err.text, text);
		assert_string_equal(experiment_get(&e, "experiment", "title", NULL, NULL), texts[i]);
		list = experiment_get(&e, "cross", "sources", NULL, NULL);
		for (int k = 0; k < 2; k++) {
			assert_true(list_next(&list, found));
			assert_string_equal(found, texts[i]);
		}
		assert_string_equal(e.task_names[0], texts[i]);
		experiment_release(&e);
		free(text);
		free(value);
		free(item);
	}
	assert_null(ini_quote("two\nlines", false));
}

static void nothing_has_a_hidden_limit(void **state)
{
	char grid[4000] = "8x8:1e-3", name[NAME_LONGEST + 1] = { 0 }, other[NAME_LONGEST + 1], *text;
	struct experiment e;
	struct error err;

	(void)state;
	for (int i = 0; i < 200; i++)
		snprintf(grid + strlen(grid), sizeof grid - strlen(grid), ";%dx8:1e-3", i + 9);
	memset(name, 'n', NAME_LONGEST);
	memcpy(other, name, sizeof name);
	other[NAME_LONGEST - 1] = 'm';
	text = text_format("[model %s]\npath = a\n[model %s]\npath = b\n[task t]\nkind = word\nformat = embedded\n"
			   "[probe]\ngrid = %s\n",
			   name, other, grid);
	assert_int_equal(experiment_parse(&e, "mine.ini", text, strlen(text), NULL, NULL, NULL, &err), 0);
	assert_int_equal(e.model_count, 2);
	assert_string_equal(e.model_names[1], other);
	assert_string_equal(experiment_get(&e, "model", "path", other, NULL), "b");
	assert_non_null(strstr(experiment_get(&e, "probe", "grid", NULL, NULL), "208x8"));
	experiment_release(&e);
	free(text);
}

/* Cells' names mean nothing to make, whatever models and tasks are called. */
static void cells_of_odd_names_can_be_targets(void **state)
{
	static const char odd[] = "[model a b:c$d]\npath = a\n[task x/y (z)]\nkind = word\nformat = embedded\n";
	struct experiment e;
	struct error err;
	struct plan plan;

	(void)state;
	assert_int_equal(experiment_parse(&e, "it is.ini", odd, sizeof odd - 1, "c", NULL, NULL, &err), 0);
	assert_string_equal(e.name, "it is");
	assert_string_equal(e.cache, "c/it+20is");
	assert_int_equal(plan_init(&plan, &e, &err), 0);
	for (size_t i = 0; i < plan.count; i++)
		assert_int_equal(strspn(plan.cells[i].name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
							    "0123456789+-_./"),
				 strlen(plan.cells[i].name));
	assert_non_null(plan_find(&plan, "probe/a+20b+3Ac+24d/x+2Fy+20+28z+29-s1-c10/x+2Fy+20+28z+29"));
	plan_release(&plan);
	experiment_release(&e);
}

static void a_file_gives_itself_a_name(void **state)
{
	static const char text[] =
		"[experiment]\nname = second\n[model a]\npath = a\n[task t]\nkind = word\nformat = embedded\n";
	struct experiment e;
	struct error err;

	(void)state;
	assert_int_equal(experiment_parse(&e, "first.ini", text, sizeof text - 1, "c", NULL, NULL, &err), 0);
	assert_string_equal(e.cache, "c/second");
	experiment_release(&e);
}

#define TINY_MODEL "[model a]\nlayers = 2\nhidden = 8\nheads = 2\n[task t]\nkind = word\nformat = embedded\n"

static void faults_are_told_by_line(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "[experiment]\nsede = 1\n", "mine.ini:2: unknown key sede in [experiment]; did you mean seed?" },
		{ "[finetune]\nepochs = three\n", "mine.ini:2: epochs = three: expected a whole number" },
		{ "[finetune]\nepochs = 0\n", "mine.ini:2: epochs = 0: expected 1 to 1e+05" },
		{ "[finetune]\nlr = 1\nlr = 2\n", "mine.ini:3: lr stands twice in [finetune]" },
		{ "[probe]\nselect = cv9\n", "mine.ini:2: select = cv9: expected cv5|holdout" },
		{ "[nonsense]\na = 1\n", "mine.ini:1: unknown section [nonsense]" },
		{ "[experiment]\n[nonsense]\n", "mine.ini:2: unknown section [nonsense]" },
		{ "[model a\tb]\npath = a\n", "mine.ini:1: [model a?b]: a control character in a name" },
		{ "[model]\npath = a\n", "mine.ini:1: unknown section [model]" },
		{ "[model a\npath = a\n", "mine.ini:1: expected ] at the end of a section's name" },
		{ "path = a\n", "mine.ini:1: a key before the first [section]" },
		{ "[experiment]\ntitle = \"a\" b\n",
		  "mine.ini:2: title = \"a\" b: expected nothing behind the closing quote" },
		{ "[experiment]\ntitle = a\xff\n", "mine.ini:2: not text in UTF-8" },
		{ "[probe]\ngrid = 8x8:1e-3 ; 16x16:1e-3\n",
		  "mine.ini:2: grid: \";\" after white space begins a comment" },
		{ "[cross]\nsources = \"a\" b, c\n",
		  "mine.ini:2: sources = \"a\" b, c: expected a comma or the end behind a closing quote" },
		{ "[model a]\nlayers = 1\nhidden = 8\nheads = 2\n[task text]\nkind = word\nformat = embedded\n",
		  "[task text]: the name stands for the text that models are pre-trained on" },
		{ "[extract]\ntruncate = maybe\n", "mine.ini:2: truncate = maybe: expected yes or no" },
		{ "[probe]\nlayers = lats\n",
		  "mine.ini:2: layers = lats: expected all, last, or numbers separated by commas" },
		{ "[directprobe]\nlayers = 1-3\n",
		  "mine.ini:2: layers = 1-3: expected all, last, or numbers separated by commas" },
		{ "[model a]\nextract.layers = al\n",
		  "mine.ini:2: extract.layers = al: expected all, last, or numbers separated by commas" },
		{ "[probe]\ngrid = 64x64:1e-4, 8:1\n",
		  "mine.ini:2: grid = 64x64:1e-4, 8:1: \" 8\": expected two hidden sizes of 1 to 4096" },
		{ "[task t]\ngrid = large\n",
		  "mine.ini:2: grid = large: \"large\": expected hidden sizes and an alpha, such as 64x64:1e-4" },
		{ "[probe]\nkinds = mlp, lineal\n",
		  "mine.ini:2: kinds = mlp, lineal: \"lineal\": expected mlp, linear, control or mdl" },
		{ "what is this\n", "mine.ini:1: expected [section] or key = value" },
		{ "[experiment]\nseed = 1\n", "mine.ini: no [model NAME] section" },
		{ "[model a]\nhidden = 8\n", "[model a]: expected path, or layers, hidden and heads" },
		{ "[model a]\nlayers = 1\nhidden = 9\nheads = 2\n", "hidden = 9 is not a multiple of heads = 2" },
		{ "[model a]\nlayers = 1\nhidden = 8\nheads = 2\nfamily = t5\n",
		  "[model a]: family = t5: expected one of bert, distilbert, electra, roberta, camembert, "
		  "xlm-roberta, mpnet" },
		{ "[model a]\nlayers = 1\nhidden = 8\nheads = 2\nembedding = 4\n",
		  "[model a]: embedding = 4: bert has embeddings of the hidden size" },
		{ "[model a]\npath = a\n", "mine.ini: no [task NAME] section" },
		{ "[model a]\npath = a\n[task t]\nformat = tsv\n", "[task t]: no kind" },
		{ "[model a]\npath = a\n[task t]\nkind = word\n", "[task t]: no format" },
		{ "[model a]\npath = a\n[task t]\nkind = word\nformat = tsv\n", "[task t]: no train" },
		{ "[model a]\npath = a\n[task t]\nkind = word\nformat = embedded\n[cross]\ntarget = u\n",
		  "[cross] target: no task u" },
		{ "[model a]\nseeds = 1, 2\n", "mine.ini:2: seeds: one list for all runs, in [finetune]" },
		{ "[recipe]\nlr = 1\n", "mine.ini:1: unknown section [recipe]" },
		{ "[recipe r]\nruns = 3\n", "mine.ini:2: unknown key runs in [recipe r]" },
		{ "[recipe r]\nmethod = laura\n", "mine.ini:2: method = laura: expected full|lora|bitfit|head" },
		{ "[recipe r]\nmethod = lora\nrank = 0\n", "mine.ini:3: rank = 0: expected 1 to 4096" },
		{ TINY_MODEL "[recipe r]\nrank = 4\n",
		  "[recipe r]: rank: without effect, it is of method = lora, not full" },
		{ TINY_MODEL "[recipe r]\nmethod = lora\ntargets = quarry\n",
		  "[recipe r] on [model a]: targets: no matrix quarry; there are query, key, value, output, up and "
		  "down" },
		{ TINY_MODEL "[recipe r]\nfreeze = 1-3\n",
		  "[recipe r] on [model a]: freeze: layer 3, but the model has 2" },
		{ TINY_MODEL "[recipe r]\nreinit = 3\n",
		  "[recipe r] on [model a]: reinit: 3 layers, but the model has 2" },
		{ TINY_MODEL "[finetune]\nmethod = head\nfreeze = 1\n",
		  "[finetune] on [model a]: freeze: without effect where method = head trains no layer" },
		{ TINY_MODEL "[task t-x]\nkind = word\nformat = embedded\n[recipe y]\n[recipe x-y]\n",
		  "task t by recipe x-y, and task t-x by recipe y, would have one name: rename one" },
		{ "[model a]\npath = a\n[task t]\nkind = word\nformat = embedded\n[finetune]\nseeds = 1, x\n",
		  "[finetune] seeds: x is no whole number from 1 on" },
		{ "[model a]\npath = a\n[task t]\nkind = word\nformat = embedded\n[finetune]\nseeds = 1, 1\n",
		  "[finetune] seeds: 1 stands twice" },
		{ "[model a]\npath = a\n[task t]\nkind = word\nformat = embedded\n[launch]\nstages = probe, "
		  "fintune\n",
		  "[launch] stages: no stage fintune" },
	};
	struct experiment e;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct file f = write_file(cases[i].text);

		assert_int_equal(experiment_read(&e, f.path, NULL, NULL, NULL, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
		if (strstr(err.text, cases[i].fault) == NULL)
			fail_msg("expected \"%s\" in \"%s\"", cases[i].fault, err.text);
		remove_file(f);
	}
	assert_int_equal(experiment_read(&e, "no/such.ini", NULL, NULL, NULL, &err), -1);
	assert_string_equal(err.text, "no/such.ini: cannot read: No such file or directory");
}

static size_t count_stage(const struct plan *p, enum stage_id stage)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += p->cells[i].stage->id == stage;
	return count;
}

/* 2 models × 2 tasks × 2 seeds, one model pre-trained here, dep → pos crossed. */
static void plan_has_every_cell_once(void **state)
{
	struct file f = write_file(small);
	struct experiment e;
	struct plan p;
	struct error err;

	(void)state;
	assert_int_equal(experiment_read(&e, f.path, NULL, NULL, NULL, &err), 0);
	assert_int_equal(plan_init(&p, &e, &err), 0);
	assert_int_equal(count_stage(&p, STAGE_PREPARE), 3);
	assert_int_equal(count_stage(&p, STAGE_PRETRAIN), 1);
	assert_int_equal(count_stage(&p, STAGE_FINETUNE), 8);
	assert_int_equal(count_stage(&p, STAGE_EXTRACT), 4 + 8 + 4);
	assert_int_equal(count_stage(&p, STAGE_PROBE), 16);
	assert_int_equal(count_stage(&p, STAGE_DIRECTPROBE), 2 * 12 + 4);
	assert_int_equal(count_stage(&p, STAGE_DIVERGENCE), 12);
	assert_int_equal(count_stage(&p, STAGE_TRAJECTORY), 8);
	assert_int_equal(count_stage(&p, STAGE_SIMILARITY), 8);
	assert_int_equal(count_stage(&p, STAGE_COLLECT), 1);
	for (size_t i = 0; i < p.count; i++) {
		assert_ptr_equal(plan_find(&p, p.cells[i].name), &p.cells[i]);
		for (size_t n = 0; n < p.cells[i].need_count; n++)
			assert_true(p.cells[i].needs[n] < i);
	}
	assert_non_null(plan_find(&p, "directprobe/b/dep-s2-c04/dep/test"));
	assert_non_null(plan_find(&p, "probe/a/dep-s1-c04/pos"));
	assert_null(plan_find(&p, "probe/a/pos-s1-c04/dep"));
	plan_release(&p);
	experiment_release(&e);
	remove_file(f);
}

static bool cell_needs(const struct plan *p, const char *name, const char *other)
{
	const struct cell *c = plan_find(p, name);

	assert_non_null(c);
	assert_non_null(plan_find(p, other));
	for (size_t n = 0; n < c->need_count; n++)
		if (&p->cells[c->needs[n]] == plan_find(p, other))
			return true;
	return false;
}

/* Checkpoints between are probed where it is asked for: for all, or for one task
 * alone. They have embeddings of their own, and no DirectProbe. */
static void checkpoints_are_probed_on_request(void **state)
{
	static const char *const asked[] = { "[probe]\ncheckpoints = yes\n", "[task more]\nkind = word\n"
									     "format = embedded\nlabel = upos\n"
									     "checkpoints = 4\n"
									     "probe.checkpoints = yes\n" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = text_format("%s%s", small, asked[i]);
		struct file f = write_file(text);
		struct experiment e;
		struct plan p;
		struct error err;

		if (experiment_read(&e, f.path, NULL, NULL, NULL, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(plan_init(&p, &e, &err), 0);
		/* 2 models × 2 seeds of the tasks that ask for it, 3 checkpoints before the last. */
		assert_int_equal(count_stage(&p, STAGE_PROBE), i == 0 ? 16 + 2 * 2 * 2 * 3 : 16 + 2 + 4 + 4 * 3);
		assert_int_equal(count_stage(&p, STAGE_EXTRACT), count_stage(&p, STAGE_PROBE));
		if (i == 0) {
			assert_true(cell_needs(&p, "probe/a/pos-s2-c01/pos", "extract/a/pos-s2-c01/pos"));
			assert_true(cell_needs(&p, "extract/a/pos-s2-c03/pos", "finetune/a/pos-s2"));
			assert_true(cell_needs(&p, "extract/b/dep-s1-c02/dep", "prepare/dep"));
			assert_null(plan_find(&p, "probe/b/dep-s1-c02/pos"));
			assert_null(plan_find(&p, "directprobe/a/pos-s2-c01/pos/train"));
		} else {
			assert_non_null(plan_find(&p, "probe/a/more-s1-c01/more"));
			assert_null(plan_find(&p, "probe/a/pos-s1-c01/pos"));
		}
		plan_release(&p);
		experiment_release(&e);
		remove_file(f);
		free(text);
	}
}

/* A trajectory follows the clusters of its start, or of its end. */
static void trajectories_follow_either_end(void **state)
{
	(void)state;
	for (int end = 0; end < 2; end++) {
		char *text = text_format("%s[directprobe]\nfollow = %s\n", small, end ? "end" : "start");
		struct file f = write_file(text);
		struct experiment e;
		struct plan p;
		struct error err;

		assert_int_equal(experiment_read(&e, f.path, NULL, NULL, NULL, &err), 0);
		assert_int_equal(plan_init(&p, &e, &err), 0);
		assert_int_equal(cell_needs(&p, "trajectory/b/dep-s2", "directprobe/b/dep-s2-c04/dep/train"), end);
		assert_int_equal(cell_needs(&p, "trajectory/b/dep-s2", "directprobe/b/original/dep/train"), !end);
		assert_true(cell_needs(&p, "trajectory/b/dep-s2", "extract/b/original/dep"));
		plan_release(&p);
		experiment_release(&e);
		remove_file(f);
		free(text);
	}
}

/* All states of a model are measured on one sample of a task's part. */
static void samples_do_not_depend_on_the_state(void **state)
{
	static const char *const others[] = { "directprobe/b/original/dep/test", "directprobe/a/original/dep/train",
					      "directprobe/b/original/pos/train", "trajectory/b/dep-s1" };
	struct file f = write_file(small);
	struct experiment e;
	struct plan p;
	struct error err;
	uint64_t seed;

	(void)state;
	assert_int_equal(experiment_read(&e, f.path, NULL, NULL, NULL, &err), 0);
	assert_int_equal(plan_init(&p, &e, &err), 0);
	seed = cell_seed(&e, plan_find(&p, "directprobe/b/original/dep/train"), "sample");
	for (int run = 1; run <= 2; run++) {
		char *name = text_format("directprobe/b/dep-s%d-c04/dep/train", run);

		assert_true(cell_seed(&e, plan_find(&p, name), "sample") == seed);
		free(name);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_true(cell_seed(&e, plan_find(&p, others[i]), "sample") != seed);
	plan_release(&p);
	experiment_release(&e);
	remove_file(f);
}

static void rules_name_every_cell(void **state)
{
	struct file f = write_file(small);
	struct experiment e;
	struct plan p;
	struct error err;
	char *text = NULL, target[256];
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(experiment_read(&e, f.path, NULL, NULL, NULL, &err), 0);
	assert_int_equal(plan_init(&p, &e, &err), 0);
	rules_write(&p, memory);
	fclose(memory);
	for (size_t i = 0; i < p.count; i++) {
		snprintf(target, sizeof target, "\n%s:", p.cells[i].name);
		assert_non_null(strstr(text, target));
	}
	assert_non_null(strstr(
		text, "\nfinetune/a/pos-s1: prepare/pos pretrain/a\n\t$(call run,finetune,$(value LAUNCH))\n"));
	assert_non_null(strstr(text, "\ncollect:\n\t$(call run,collect,)\n"));
	assert_non_null(strstr(text, "\nreport:\n"));
	free(text);
	plan_release(&p);
	experiment_release(&e);
	remove_file(f);
}

static void normal_forms_do_not_depend_on_spelling(void **state)
{
	static const struct {
		const char *section, *key, *value, *normal;
	} cases[] = {
		{ "finetune", "lr", "3e-4", "0.0003" },    { "finetune", "lr", "0.00030", "0.0003" },
		{ "finetune", "epochs", "010", "10" },     { "extract", "truncate", "TRUE", NULL },
		{ "extract", "truncate", "true", "yes" },  { "probe", "kinds", "mlp ,linear", "mlp, linear" },
		{ "probe", "kinds", "mlp,,linear", NULL }, { "finetune", "warmup", "1.5", NULL },
		{ "finetune", "lr", "nan", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct parameter *p = parameter_find(cases[i].section, cases[i].key);
		char why[160], *normal;

		assert_non_null(p);
		normal = parameter_normal(p, cases[i].value, why);
		if (cases[i].normal == NULL)
			assert_null(normal);
		else
			assert_string_equal(normal, cases[i].normal);
		free(normal);
	}
}

static void defaults_are_in_normal_form(void **state)
{
	char why[160];

	(void)state;
	for (size_t i = 0; i < parameter_count(); i++) {
		const struct parameter *p = parameter_at(i);
		char *normal = p->value == NULL ? NULL : parameter_normal(p, p->value, why);

		if (p->value != NULL)
			assert_string_equal(normal, p->value);
		free(normal);
	}
}

static void committed_experiments_are_sound(void **state)
{
	static const struct {
		const char *name;
		size_t models, tasks;
	} files[] = { { "embedded", 2, 5 }, { "paper-minilm", 1, 5 }, { "paper", 5, 5 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *path = text_format("%s/experiments/%s.ini", SOURCE, files[i].name);
		struct experiment e;
		struct plan p;
		struct error err;

		if (experiment_read(&e, path, NULL, NULL, NULL, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(e.model_count, files[i].models);
		assert_int_equal(e.task_count, files[i].tasks);
		assert_int_equal(plan_init(&p, &e, &err), 0);
		plan_release(&p);
		experiment_release(&e);
		free(path);
	}
}

static void layers_are_lists(void **state)
{
	(void)state;
	assert_true(layers_has("all", 3, 6));
	assert_true(layers_has("last", 6, 6));
	assert_false(layers_has("last", 5, 6));
	assert_true(layers_has("last, 0,3", 3, 6));
	assert_false(layers_has("0,33", 3, 6));
	assert_null(layers_check("0, 3,last"));
	assert_non_null(layers_check(""));
	assert_non_null(layers_check("1-3"));
}

/* A task may be called abc12, and is no checkpoint 12. */
static void checkpoints_of_states(void **state)
{
	static const struct {
		const char *state;
		long checkpoint;
	} cases[] = { { "original", 0 },    { "c03", 3 },    { "pos-s1-c12", 12 }, { "pos-s1", -1 },
		      { "topic-s1-c2", 2 }, { "abc12", -1 }, { "pos-c-s1", -1 },   { "pos-s1-c", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(state_checkpoint(cases[i].state), cases[i].checkpoint);
}

/* A recipe is an axis: runs, states and cells tell it, the original's do not; its keys go
 * before those of models and tasks; seeds of a run are those of the run without. */
static void recipes_are_an_axis(void **state)
{
	static const char text[] = "[model a]\nlayers = 2\nhidden = 8\nheads = 2\nepochs = 5\n"
				   "[task t]\nkind = word\nformat = embedded\n"
				   "[recipe full]\n[recipe low]\nmethod = lora\nepochs = 2\ncheckpoints = 3\n";
	struct experiment e, plain;
	struct error err = { 0 };
	struct plan p, q;
	const struct cell *full, *low, *same;

	(void)state;
	assert_int_equal(experiment_parse(&e, "x.ini", text, strlen(text), NULL, NULL, NULL, &err), 0);
	assert_int_equal(experiment_parse(&plain, "x.ini", text, (size_t)(strstr(text, "[recipe full]") - text), NULL,
					  NULL, NULL, &err),
			 0);
	assert_int_equal(plan_init(&p, &e, &err), 0);
	assert_int_equal(plan_init(&q, &plain, &err), 0);
	assert_int_equal(e.subject_count, 2);
	assert_string_equal(e.subjects[1].name, "a (low)");
	assert_string_equal(plain.subjects[0].name, "a");
	full = plan_find(&p, "finetune/a/t-full-s1");
	low = plan_find(&p, "finetune/a/t-low-s1");
	same = plan_find(&q, "finetune/a/t-s1");
	assert_non_null(full);
	assert_non_null(low);
	assert_non_null(plan_find(&p, "extract/a/original/t"));
	assert_non_null(plan_find(&p, "probe/a/t-low-s1-c03/t"));
	assert_non_null(plan_find(&p, "figures/recipes"));
	assert_null(plan_find(&q, "figures/recipes"));
	assert_string_equal(experiment_tuned(&e, "finetune", "epochs", "a", "t", "low"), "2");
	assert_string_equal(experiment_tuned(&e, "finetune", "epochs", "a", "t", "full"), "5");
	assert_int_equal(experiment_checkpoints(&e, "a", "t", "low"), 3);
	assert_int_equal(cell_seed(&e, full, "head"), cell_seed(&plain, same, "head"));
	assert_int_equal(cell_seed(&e, low, "head"), cell_seed(&e, full, "head"));
	assert_int_equal(cell_seed(&e, plan_find(&p, "probe/a/t-low-s1-c03/t"), "runs"),
			 cell_seed(&e, plan_find(&p, "probe/a/original/t"), "runs"));
	plan_release(&p);
	plan_release(&q);
	experiment_release(&e);
	experiment_release(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_from_the_nearest_section),
		cmocka_unit_test(texts_are_read_back_whole),
		cmocka_unit_test(nothing_has_a_hidden_limit),
		cmocka_unit_test(cells_of_odd_names_can_be_targets),
		cmocka_unit_test(a_file_gives_itself_a_name),
		cmocka_unit_test(faults_are_told_by_line),
		cmocka_unit_test(plan_has_every_cell_once),
		cmocka_unit_test(checkpoints_are_probed_on_request),
		cmocka_unit_test(trajectories_follow_either_end),
		cmocka_unit_test(samples_do_not_depend_on_the_state),
		cmocka_unit_test(rules_name_every_cell),
		cmocka_unit_test(normal_forms_do_not_depend_on_spelling),
		cmocka_unit_test(defaults_are_in_normal_form),
		cmocka_unit_test(committed_experiments_are_sound),
		cmocka_unit_test(layers_are_lists),
		cmocka_unit_test(checkpoints_of_states),
		cmocka_unit_test(recipes_are_an_axis),
	};

	return cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
}
