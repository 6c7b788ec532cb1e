#include "workflow/parameters.h"

#include "base/array.h"
#include "base/json.h"
#include "training/training_params.h"
#include "training/tuning_params.h"
#include "corpus/task.h"
#include "probe/kinds.h"
#include "probe/probe.h"
#include "probe/grid.h"
#include "workflow/ini.h"
#include "workflow/layers.h"
#include "workflow/stages.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(stage) (1u << STAGE_##stage)
#define ENCODING (AT(FINETUNE) | AT(EXTRACT) | AT(TRAJECTORY))
#define TUNING (AT(FINETUNE) | PARAMETER_UNSAID)

static const struct parameter parameters[] = {
	{ "experiment", "title", PARAMETER_TEXT, "", 0, 0, NULL, AT(COLLECT), "title of the report" },
	{ "experiment", "name", PARAMETER_TEXT, NULL, 0, 0, NULL, 0,
	  "its name below CACHE, figures/ and report/, if not the file's" },
	{ "experiment", "seed", PARAMETER_INTEGER, "1", 0, 2147483647, NULL, 0,
	  "seed from which every cell's are derived" },
	{ "experiment", "kernels", PARAMETER_CHOICE, NULL, 0, 0, "portable|native", 0,
	  "of earlier versions, without effect: every CPU with AVX2 gives the same bytes" },
	{ "experiment", "published", PARAMETER_TEXT, "2022-05-22", 0, 0, NULL, AT(COLLECT) | AT(FIGURES) | AT(REPORT),
	  "the date in figures and report" },
	{ "experiment", "keep", PARAMETER_CHOICE, "results", 0, 0, "results|checkpoints", 0,
	  "whether intermediate checkpoints stay on disk" },

	{ "model", "path", PARAMETER_TEXT, NULL, 0, 0, NULL, 0, "model directory below MODELS" },
	{ "model", "vectors", PARAMETER_TEXT, NULL, 0, 0, NULL, 0,
	  "folder of embeddings below MODELS, in place of an encoder" },
	{ "model", "source", PARAMETER_TEXT, NULL, 0, 0, NULL, 0,
	  "its name where it is fetched from, if not the path" },
	{ "model", "revision", PARAMETER_TEXT, NULL, 0, 0, NULL, 0, "the revision to fetch, if not that of [fetch]" },
	{ "model", "layers", PARAMETER_INTEGER, NULL, 1, 64, NULL, AT(PRETRAIN),
	  "encoder layers of a model pre-trained here" },
	{ "model", "hidden", PARAMETER_INTEGER, NULL, 4, 4096, NULL, AT(PRETRAIN),
	  "hidden size of a model pre-trained here" },
	{ "model", "heads", PARAMETER_INTEGER, NULL, 1, 64, NULL, AT(PRETRAIN),
	  "attention heads of a model pre-trained here" },
	{ "model", "intermediate", PARAMETER_INTEGER, "0", 0, 16384, NULL, AT(PRETRAIN),
	  "feed-forward size; 0: 4 × hidden" },
	{ "model", "positions", PARAMETER_INTEGER, "96", 8, 4096, NULL, AT(PRETRAIN),
	  "longest input, in word pieces" },
	{ "model", "family", PARAMETER_TEXT, "bert", 0, 0, NULL, AT(PRETRAIN),
	  "model_type of a model pre-trained here: bert, distilbert, electra, roberta, mpnet …" },
	{ "model", "embedding", PARAMETER_INTEGER, "0", 0, 4096, NULL, AT(PRETRAIN),
	  "width of its embeddings (electra); 0: hidden" },

	{ "recipe", "from", PARAMETER_TEXT, NULL, 0, 0, NULL, 0,
	  "folder below MODELS of checkpoints made elsewhere, with {model}, {task} and {seed}" },

	{ "task", "kind", PARAMETER_CHOICE, NULL, 0, 0, "word|pair|sentence", AT(PREPARE) | ENCODING,
	  "what an example is" },
	{ "task", "format", PARAMETER_CHOICE, NULL, 0, 0, "conllu|conllulex|trec|tsv|embedded", AT(PREPARE),
	  "format of the data" },
	{ "task", "train", PARAMETER_TEXT, NULL, 0, 0, NULL, 0, "training file below DATA" },
	{ "task", "train.sentences", PARAMETER_RANGE, NULL, 0, 0, NULL, AT(PREPARE),
	  "sentences of it, from-to, from 1" },
	{ "task", "test", PARAMETER_TEXT, NULL, 0, 0, NULL, 0, "test file below DATA" },
	{ "task", "test.sentences", PARAMETER_RANGE, NULL, 0, 0, NULL, AT(PREPARE),
	  "sentences of it, from-to, from 1" },
	{ "task", "label", PARAMETER_CHOICE, NULL, 0, 0, "upos|deprel|ss|ss2|role|function|question", AT(PREPARE),
	  "the column that labels" },
	{ "task", "empty_nodes", PARAMETER_FLAG, "yes", 0, 0, NULL, AT(PREPARE),
	  "empty nodes are words of the sentence" },
	{ "task", "subtypes", PARAMETER_FLAG, "yes", 0, 0, NULL, AT(PREPARE), "relations keep their subtype" },
	{ "task", "lossy", PARAMETER_FLAG, "no", 0, 0, NULL, AT(PREPARE), "invalid UTF-8 becomes U+FFFD" },
	{ "task", "encoding", PARAMETER_CHOICE, "auto", 0, 0, "auto|utf-8|iso-8859-1", AT(PREPARE),
	  "of trec; auto: utf-8 where the file is valid" },
	{ "task", "train.size", PARAMETER_INTEGER, "600", 10, 1000000, NULL, AT(PREPARE),
	  "sentences of the embedded language" },
	{ "task", "test.size", PARAMETER_INTEGER, "200", 10, 1000000, NULL, AT(PREPARE),
	  "sentences of the embedded language" },

	{ "text", "sentences", PARAMETER_INTEGER, "6000", 100, 10000000, NULL, AT(PREPARE),
	  "sentences of the embedded language to pre-train on" },
	{ "text", "heldout", PARAMETER_INTEGER, "400", 10, 1000000, NULL, AT(PREPARE),
	  "sentences held out from pre-training" },
	{ "text", "vocabulary", PARAMETER_INTEGER, "600", 64, 100000, NULL, AT(PREPARE), "word pieces to learn" },
	{ "text", "min_count", PARAMETER_INTEGER, "20", 1, 1000000, NULL, AT(PREPARE),
	  "pairs seen less often are not merged" },

	{ "pretrain", "epochs", PARAMETER_INTEGER, "6", 1, 100000, NULL, AT(PRETRAIN), "passes over the text" },
	{ "pretrain", "batch", PARAMETER_INTEGER, "32", 1, 100000, NULL, AT(PRETRAIN), "sentences a batch" },
	{ "pretrain", "lr", PARAMETER_NUMBER, "0.001", TRAINING_LR_MIN, 10, NULL, AT(PRETRAIN),
	  "peak learning rate" },
	{ "pretrain", "warmup", PARAMETER_NUMBER, "0.1", 0, TRAINING_WARMUP_MAX, NULL, AT(PRETRAIN),
	  "fraction of the updates" },
	{ "pretrain", "weight_decay", PARAMETER_NUMBER, "0.01", 0, 1, NULL, AT(PRETRAIN), "decoupled weight decay" },
	{ "pretrain", "clip", PARAMETER_NUMBER, "1", 0, 1e9, NULL, AT(PRETRAIN), "largest gradient norm; 0: none" },
	{ "pretrain", "dropout", PARAMETER_NUMBER, "0.1", 0, 0.99, NULL, AT(PRETRAIN), "dropout probability" },

	{ "finetune", "batch", PARAMETER_INTEGER, "32", 1, 100000, NULL, AT(FINETUNE), "sentences a batch" },
	{ "finetune", "lr", PARAMETER_NUMBER, "0.0003", TRAINING_LR_MIN, 10, NULL, AT(FINETUNE),
	  "peak learning rate" },
	{ "finetune", "warmup", PARAMETER_NUMBER, "0.1", 0, TRAINING_WARMUP_MAX, NULL, AT(FINETUNE),
	  "fraction of the updates" },
	{ "finetune", "epochs", PARAMETER_INTEGER, "10", 1, 100000, NULL, AT(FINETUNE),
	  "passes over the training part" },
	{ "finetune", "weight_decay", PARAMETER_NUMBER, "0", 0, 1, NULL, AT(FINETUNE), "decoupled weight decay" },
	{ "finetune", "clip", PARAMETER_NUMBER, "1", 0, 1e9, NULL, AT(FINETUNE), "largest gradient norm; 0: none" },
	{ "finetune", "dropout", PARAMETER_NUMBER, "model", 0, 0.99, "model", AT(FINETUNE),
	  "the model's own, or a probability" },
	{ "finetune", "order", PARAMETER_CHOICE, "shuffled", 0, 0, "shuffled|sequential", AT(FINETUNE),
	  "order of the sentences" },
	{ "finetune", "head", PARAMETER_CHOICE, "new", 0, 0, "new|keep", AT(FINETUNE),
	  "a head from the seed, or the checkpoint's own" },
	{ "finetune", "method", PARAMETER_CHOICE, "full", 0, 0, tuning_methods, TUNING,
	  "what is trained: all weights, adapters, biases, or the head alone" },
	{ "finetune", "rank", PARAMETER_INTEGER, "8", 1, 4096, NULL, TUNING, "of adapters (method = lora)" },
	{ "finetune", "alpha", PARAMETER_NUMBER, "16", 1e-6, 1e6, NULL, TUNING,
	  "adapters are multiplied by alpha/rank" },
	{ "finetune", "targets", PARAMETER_LIST, "query, value", 0, 0, NULL, TUNING,
	  "matrices with adapters: query, key, value, output, up, down" },
	{ "finetune", "freeze", PARAMETER_LIST, "none", 0, 0, NULL, TUNING,
	  "layers whose weights stay: embeddings, 1-4" },
	{ "finetune", "decay", PARAMETER_NUMBER, "1", 1e-6, 1, NULL, TUNING,
	  "the rate of layer l is multiplied by decay^(L − l)" },
	{ "finetune", "reinit", PARAMETER_INTEGER, "0", 0, 1000, NULL, TUNING,
	  "upper layers that start from random weights" },
	{ "finetune", "seeds", PARAMETER_LIST, "1", 0, 0, NULL, 0, "fine-tuning seeds, each a run" },
	{ "finetune", "checkpoints", PARAMETER_INTEGER, "10", 1, 99, NULL, AT(FINETUNE), "checkpoints of a run" },

	{ "extract", "layers", PARAMETER_LAYERS, "all", 0, 0, NULL, AT(EXTRACT), "all, last, or a list" },
	{ "extract", "pooling", PARAMETER_CHOICE, "mean", 0, 0, "mean|first", ENCODING, "how pieces make a word" },
	{ "extract", "truncate", PARAMETER_FLAG, "no", 0, 0, NULL, ENCODING,
	  "cut sentences longer than the model's positions; drop what lies behind" },

	{ "probe", "layers", PARAMETER_LAYERS, "last", 0, 0, NULL, AT(PROBE) | AT(EXTRACT), "all, last, or a list" },
	{ "probe", "grid", PARAMETER_GRID, "paper", 0, 0, NULL, AT(PROBE), "paper, small, or HxH:alpha,…" },
	{ "probe", "select", PARAMETER_CHOICE, "cv5", 0, 0, "cv5|holdout", AT(PROBE), "how the setting is chosen" },
	{ "probe", "streams", PARAMETER_CHOICE, "shared", 0, 0, "shared|sklearn", AT(PROBE),
	  "random streams: one order for all settings, or scikit-learn's" },
	{ "probe", "runs", PARAMETER_INTEGER, "5", 1, PROBE_RUNS_MAX, NULL, AT(PROBE),
	  "trainings of the chosen setting" },
	{ "probe", "max_iter", PARAMETER_INTEGER, "1000", 1, PROBE_ITER_MAX, NULL, AT(PROBE), "epochs at most" },
	{ "probe", "kinds", PARAMETER_KINDS, "mlp", 0, 0, NULL, AT(PROBE), "mlp, linear, control, mdl" },
	{ "probe", "float64", PARAMETER_FLAG, "no", 0, 0, NULL, AT(PROBE), "compute in double precision" },
	{ "probe", "wide", PARAMETER_INTEGER, "0", 0, PROBE_WIDE_MAX, NULL, 0,
	  "settings trained side by side; 0: groups of about 256 units" },
	{ "probe", "checkpoints", PARAMETER_FLAG, "no", 0, 0, NULL, 0, "probe the intermediate checkpoints too" },

	{ "directprobe", "layers", PARAMETER_LAYERS, "all", 0, 0, NULL, AT(DIRECTPROBE), "all, last, or a list" },
	{ "directprobe", "min_points", PARAMETER_INTEGER, "6", 1, 1000000, NULL, AT(DIRECTPROBE) | AT(TRAJECTORY),
	  "smaller clusters are not measured" },
	{ "directprobe", "max_points", PARAMETER_INTEGER, "0", 0, 100000000, NULL, AT(DIRECTPROBE) | AT(TRAJECTORY),
	  "sample of the points; 0: all" },
	{ "directprobe", "follow", PARAMETER_CHOICE, "start", 0, 0, "start|end", AT(TRAJECTORY),
	  "whose clusters are followed" },

	{ "cross", "target", PARAMETER_TEXT, NULL, 0, 0, NULL, AT(COLLECT),
	  "task probed after fine-tuning on others" },
	{ "cross", "sources", PARAMETER_LIST, NULL, 0, 0, NULL, AT(COLLECT), "tasks fine-tuned on" },
	{ "cross", "related", PARAMETER_TEXT, NULL, 0, 0, NULL, AT(COLLECT), "the related source" },
	{ "cross", "opposing", PARAMETER_TEXT, NULL, 0, 0, NULL, AT(COLLECT), "the opposing source" },

	{ "launch", "stages", PARAMETER_LIST, "pretrain, finetune, extract, probe, directprobe, trajectory", 0, 0,
	  NULL, 0, "stages whose cells go through LAUNCH" },

	{ "fetch", "models", PARAMETER_TEXT, "https://huggingface.co", 0, 0, NULL, 0, "where checkpoints come from" },
	{ "fetch", "revision", PARAMETER_TEXT, "main", 0, 0, NULL, 0, "their revision" },
	{ "fetch", "ud", PARAMETER_TEXT,
	  "https://raw.githubusercontent.com/UniversalDependencies/UD_English-PUD/r2.7", 0, 0, NULL, 0,
	  "UD English-PUD" },
	{ "fetch", "streusle", PARAMETER_TEXT, "https://raw.githubusercontent.com/nert-nlp/streusle/v4.2", 0, 0, NULL,
	  0, "STREUSLE" },
	{ "fetch", "trec", PARAMETER_TEXT, "https://cogcomp.seas.upenn.edu/Data/QA/QC", 0, 0, NULL, 0,
	  "TREC questions" },
};

size_t parameter_count(void)
{
	return sizeof parameters / sizeof parameters[0];
}

const struct parameter *parameter_at(size_t index)
{
	return &parameters[index];
}

const struct parameter *parameter_find(const char *section, const char *key)
{
	for (size_t i = 0; i < parameter_count(); i++)
		if (strcmp(parameters[i].section, section) == 0 && strcmp(parameters[i].key, key) == 0)
			return &parameters[i];
	return NULL;
}

/* The stages a model or a task may override, in the order a bare key is
 * looked up. */
static const char *const overridable[] = { "finetune", "extract", "probe", "directprobe", "pretrain", NULL };

const struct parameter *parameter_resolve(const char *section, const char *key)
{
	const struct parameter *p = parameter_find(section, key);

	if (p == NULL && strcmp(section, "recipe") == 0)
		return strncmp(key, "finetune.", 9) == 0 ? parameter_find("finetune", key + 9)
							 : parameter_find("finetune", key);
	if (p != NULL || (strcmp(section, "model") != 0 && strcmp(section, "task") != 0))
		return p;
	for (size_t i = 0; p == NULL && overridable[i] != NULL; i++) {
		size_t length = strlen(overridable[i]);

		if (strncmp(key, overridable[i], length) == 0 && key[length] == '.')
			p = parameter_find(overridable[i], key + length + 1);
		else
			p = parameter_find(overridable[i], key);
	}
	return p;
}

bool parameter_section_known(const char *section)
{
	for (size_t i = 0; i < parameter_count(); i++)
		if (strcmp(parameters[i].section, section) == 0)
			return true;
	return strcmp(section, "recipe") == 0;
}

static char *normal_number(const struct parameter *p, const char *value, char why[160])
{
	char text[32], low[32], high[32];
	double number;
	long integer;
	bool whole = p->type == PARAMETER_INTEGER;

	if (p->choices != NULL && strcmp(value, p->choices) == 0)
		return text_copy(value);
	number_format(low, p->low);
	number_format(high, p->high);
	if (whole ? integer_parse(&integer, value) < 0 : number_parse(&number, value) < 0) {
		snprintf(why, 160, "expected %s%s%s", p->choices != NULL ? p->choices : "",
			 p->choices != NULL ? " or " : "", whole ? "a whole number" : "a number");
		return NULL;
	}
	if (whole)
		number = (double)integer;
	if (!(number >= p->low && number <= p->high)) {
		snprintf(why, 160, "expected %s to %s", low, high);
		return NULL;
	}
	if (whole)
		return text_format("%ld", integer);
	number_format(text, number);
	return text_copy(text);
}

static char *normal_flag(const char *value, char why[160])
{
	static const char *const yes[] = { "yes", "true", "on", "1" }, *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < 4; i++) {
		if (strcmp(value, yes[i]) == 0)
			return text_copy("yes");
		if (strcmp(value, no[i]) == 0)
			return text_copy("no");
	}
	snprintf(why, 160, "expected yes or no");
	return NULL;
}

static char *normal_choice(const char *choices, const char *value, char why[160])
{
	size_t length = strlen(value);

	for (const char *c = choices; length > 0; c++) {
		size_t n = strcspn(c, "|");

		if (n == length && strncmp(c, value, n) == 0)
			return text_copy(value);
		c += n;
		if (*c == '\0')
			break;
	}
	snprintf(why, 160, "expected %s", choices);
	return NULL;
}

/* Adds an item to a list in normal form, with ", " before it where it is not the
 * first. Takes both texts; NULL if memory is short. */
static char *append_item(char *list, char *item)
{
	char *quoted = item == NULL ? NULL : ini_quote(item, true), *longer = NULL;

	if (quoted != NULL && list != NULL)
		longer = text_format("%s%s%s", list, list[0] ? ", " : "", quoted);
	free(quoted);
	free(item);
	free(list);
	return longer;
}

/* "a,b ,  c" becomes "a, b, c". */
static char *normal_list(const char *value, char why[160])
{
	char *out = text_copy("");

	for (const char *p = value; out != NULL && *p != '\0';) {
		char *item;
		size_t n;

		while (isspace((unsigned char)*p))
			p++;
		n = ini_item(p);
		while (n > 0 && isspace((unsigned char)p[n - 1]))
			n--;
		item = n == 0 || n >= LIST_ITEM ? NULL : ini_unquote(p, n);
		if (item == NULL) {
			snprintf(why, 160, "%s",
				 n == 0           ? "expected names separated by commas"
				 : n >= LIST_ITEM ? "an item is too long"
						  : "expected a comma or the end behind a closing quote");
			free(out);
			return NULL;
		}
		out = append_item(out, item);
		p += ini_item(p);
		if (*p == ',')
			p++;
	}
	return out;
}

/* The reason without the key before it, which the caller names. */
static char *refused(const struct error *err, char why[160])
{
	const char *reason = strstr(err->text, ": ");

	snprintf(why, 160, "%.159s", reason == NULL ? err->text : reason + 2);
	return NULL;
}

static char *normal_layers(const char *value, char why[160])
{
	const char *wrong = layers_check(value);
	struct error err = { 0 };

	if (wrong == NULL)
		return text_copy(value);
	error_set(&err, STATUS_INPUT, "%s", wrong);
	return refused(&err, why);
}

static char *normal_grid(const char *value, char why[160])
{
	struct probe_grid grid;
	struct error err = { 0 };
	int rc = grid_parse(&grid, value, &err);

	grid_release(&grid);
	return rc < 0 ? refused(&err, why) : text_copy(value);
}

static char *normal_range(const char *value, char why[160])
{
	long first, last;

	snprintf(why, 160, "expected a range of sentences such as 1-800");
	return task_range_parse(&first, &last, value) < 0 ? NULL : text_format("%ld-%ld", first, last);
}

static char *normal_kinds(const char *value, char why[160])
{
	struct error err = { 0 };
	unsigned kinds;

	return kinds_parse(&kinds, value, &err) < 0 ? refused(&err, why) : normal_list(value, why);
}

char *parameter_normal(const struct parameter *p, const char *value, char why[160])
{
	snprintf(why, 160, "out of memory");
	switch (p->type) {
	case PARAMETER_INTEGER:
	case PARAMETER_NUMBER:
		return normal_number(p, value, why);
	case PARAMETER_FLAG:
		return normal_flag(value, why);
	case PARAMETER_CHOICE:
		return normal_choice(p->choices, value, why);
	case PARAMETER_LIST:
		return normal_list(value, why);
	case PARAMETER_LAYERS:
		return normal_layers(value, why);
	case PARAMETER_GRID:
		return normal_grid(value, why);
	case PARAMETER_RANGE:
		return normal_range(value, why);
	case PARAMETER_KINDS:
		return normal_kinds(value, why);
	case PARAMETER_TEXT:
		break;
	}
	return text_copy(value);
}

/* Levenshtein's distance of two short words. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64], m = strlen(a), n = strlen(b);

	if (n >= 63 || m >= 63)
		return 64;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *parameter_suggest(const char *section, const char *key)
{
	const char *nearest = NULL;
	size_t least = strlen(key) / 2 + 1;

	for (size_t i = 0; i < parameter_count(); i++) {
		size_t d;

		if (strcmp(parameters[i].section, section) != 0 &&
		    parameter_resolve(section, parameters[i].key) == NULL)
			continue;
		d = edit_distance(key, parameters[i].key);
		if (d < least) {
			least = d;
			nearest = parameters[i].key;
		}
	}
	return nearest;
}
