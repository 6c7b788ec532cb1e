/* Speed of the encoder: fine-tuning (forward, backward, clipping, AdamW) and the
 * forward pass alone, on random weights and sentences as long as a treebank's.
 *
 *   build/bench/encoder [--sizes tiny,mini,small,medium,base] [--threads 2]
 *                       [--families bert] [--method full|lora|bitfit|head] [--freeze none]
 *                       [--seconds 5] [--json] [--lengths] [--busy]
 *
 * Share: the multiply-adds of the products with weights that real pieces need,
 * per second, over what the processor's units can do (processor.h); beside it the
 * best share of one-threaded OpenBLAS sgemm on 800 rows of the model's shapes, times the
 * threads. Lengths are drawn, with a fixed seed,
 * from a log-normal distribution fitted to the word pieces of UD English-PUD
 * (median 25, σ of the logarithm 0.45, from 5 to 80); --lengths prints them, for
 * the comparison with another program on the same work. Without --json a table
 * comes first, and the same as JSON after it. Each size is measured in a process
 * of its own, whose largest memory is what it needs. */
#include "processor.h"

#include "base/array.h"
#include "base/json.h"
#include "base/random.h"
#include "encoder/family.h"
#include "encoder/inference.h"
#include "training/linear_head.h"
#include "training/trainer.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SENTENCES = 800, BATCH = 32, LABELS = 17, VOCABULARY = 30522, LIMIT_ROWS = 800 };

struct size {
	const char *name;
	size_t layers, heads, hidden;
};

static const struct size sizes[] = {
	{ "tiny", 2, 2, 128 },   { "mini", 4, 4, 256 },   { "small", 4, 8, 512 },
	{ "medium", 8, 8, 512 }, { "base", 12, 12, 768 }, { "embedded", 2, 2, 48 },
};

struct options {
	const char *sizes, *families;
	struct tuning_params tuning;
	unsigned threads;
	double seconds;
	bool json, lengths, busy;
};

struct figures {
	double tokens, share; /* real pieces a second; of the limit */
};

struct result {
	const struct size *size;
	const struct family *family;
	double limit, sgemm; /* GFLOP/s of all threads: of the processor, and of OpenBLAS */
	struct figures finetune, extract;
	double megabytes;
};

/* The process's own time where others keep the machine busy: then waiting for
 * another thread does not count. */
static double seconds(const struct options *o)
{
	struct timespec now;

	clock_gettime(o->busy ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void die(const char *message)
{
	fprintf(stderr, "bench/encoder: %s\n", message);
	exit(2);
}

/* The corpus: sentences with one example a word, a word every fifth of whose
 * kind has two pieces. */
struct corpus {
	struct encoding encoding;
	int32_t *labels;
	struct packed_sentence *sentences;
};

static size_t draw_length(struct stream *s)
{
	double length = round(25.0 * exp(0.45 * stream_normal(s)));

	return length < 5.0 ? 5 : length > 80.0 ? 80 : (size_t)length;
}

static void corpus_make(struct corpus *c)
{
	struct encoding *e = &c->encoding;
	struct stream s;

	stream_init(&s, 1);
	*e = (struct encoding){ .kind = TASK_WORD, .sentences = SENTENCES };
	e->start = array_new(SENTENCES + 1, 1, sizeof *e->start);
	e->first = array_new(SENTENCES + 1, 1, sizeof *e->first);
	for (size_t i = 0; i < SENTENCES; i++)
		e->start[i + 1] = e->start[i] + draw_length(&s);
	e->ids = array_new(e->start[SENTENCES], 1, sizeof *e->ids);
	e->examples = array_new(e->start[SENTENCES], 1, sizeof *e->examples);
	c->labels = array_new(e->start[SENTENCES], 1, sizeof *c->labels);
	for (size_t i = 0; i < SENTENCES; i++) {
		size_t length = e->start[i + 1] - e->start[i];

		for (size_t p = 0; p < length; p++) {
			/* Pieces by Zipf's law, as in text. */
			double rank = pow(8000.0, stream_uniform(&s));

			e->ids[e->start[i] + p] = p == 0 ? 101 : p + 1 == length ? 102 : 999 + (int32_t)rank;
		}
		for (uint32_t p = 1; p + 1 < length; p++) {
			uint32_t last = p + (p % 6 == 5 && p + 2 < length);

			e->examples[e->count] = (struct encoded_example){ .sentence = i, .a = { p, last } };
			c->labels[e->count++] = (int32_t)stream_below(&s, LABELS);
			p = last;
		}
		e->first[i + 1] = e->count;
	}
	c->sentences = inference_sentences(e);
}

static void corpus_release(struct corpus *c)
{
	free(c->encoding.ids);
	free(c->encoding.start);
	free(c->encoding.first);
	free(c->encoding.examples);
	free(c->labels);
	free(c->sentences);
}

/* GFLOP/s of one sgemm shape, the best of a few runs. */
static double sgemm_rate(size_t n, size_t k, const struct options *o)
{
	float *x = array_new(LIMIT_ROWS, k, sizeof *x), *w = array_new(n, k, sizeof *w);
	float *y = array_new(LIMIT_ROWS, n, sizeof *y);
	const double work = 2.0 * LIMIT_ROWS * (double)n * (double)k;
	const int repeats = 1 + (int)(4e8 / work);
	double best = 1e9;

	for (size_t i = 0; i < LIMIT_ROWS * k; i++)
		x[i] = (float)(i % 13) - 6.0f;
	for (size_t i = 0; i < n * k; i++)
		w[i] = (float)(i % 11) - 5.0f;
	for (int t = 0; t < 12; t++) {
		double start = seconds(o), time;

		for (int i = 0; i < repeats; i++)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, LIMIT_ROWS, (int)n, (int)k, 1.0f, x,
				    (int)k, w, (int)k, 0.0f, y, (int)n);
		time = (seconds(o) - start) / repeats;
		best = time < best ? time : best;
	}
	free(x);
	free(w);
	free(y);
	return work / best * 1e-9;
}

static double sgemm_best(const struct size *s, const struct options *o)
{
	const size_t h = s->hidden;
	const double rates[] = { sgemm_rate(3 * h, h, o), sgemm_rate(h, h, o), sgemm_rate(4 * h, h, o),
				 sgemm_rate(h, 4 * h, o) };
	double best = 0.0;

	for (int i = 0; i < 4; i++)
		best = rates[i] > best ? rates[i] : best;
	return best;
}

/* Floating-point operations of the products of one piece, forward. */
static double work_of(const struct encoder_shape *s)
{
	const double hidden = (double)s->hidden, wide = (double)(shape_up(s) + s->intermediate);

	return 2.0 * (double)s->layers * hidden * (4.0 * hidden + wide);
}

static double finetune_rate(struct encoder_model *model, const struct corpus *c, const struct options *o,
			    const struct context *ctx)
{
	struct packed_sentence batch[BATCH];
	uint32_t order[SENTENCES];
	struct linear_head head;
	struct trainer trainer;
	struct tuning tuning;
	struct stream s;
	struct error err;
	double start = 0.0, rate;
	size_t rows = 0;

	linear_head_init(&head, &c->encoding, c->labels, POOLING_MEAN);
	if (tuning_init(&tuning, &o->tuning, model, 4, &err) < 0 ||
	    trainer_init(&trainer, model, &head.head, o->threads, &err) < 0)
		die(err.text);
	trainer.tuning = tuning_is_plain(&o->tuning) ? NULL : &tuning;
	for (uint32_t i = 0; i < SENTENCES; i++)
		order[i] = i;
	stream_init(&s, 2);
	stream_permute(&s, order, SENTENCES);
	for (long k = 0;; k++) {
		struct training_step step = { .hidden_dropout = 0.1,
					      .attention_dropout = 0.1,
					      .head_dropout = 0.1,
					      .dropout_seed = 3,
					      .update = (uint32_t)k,
					      .lr = 1e-5,
					      .clip = 1.0,
					      .beta1 = 0.9,
					      .beta2 = 0.999,
					      .eps = 1e-8,
					      .t = k + 1 };
		struct step_result result;

		if (k == 2) /* warm */
			start = seconds(o);
		for (size_t i = 0; i < BATCH; i++)
			batch[i] = c->sentences[order[(size_t)k % (SENTENCES / BATCH) * BATCH + i]];
		if (trainer_step(&trainer, batch, BATCH, &step, &result, ctx, &err) < 0)
			die(err.text);
		if (!isfinite(result.loss))
			die("the loss is not finite");
		rows += k >= 2 ? result.rows : 0;
		if (k >= 3 && seconds(o) - start > o->seconds)
			break;
	}
	rate = (double)rows / (seconds(o) - start) * (o->busy ? o->threads : 1);
	trainer_release(&trainer);
	tuning_release(&tuning);
	linear_head_release(&head);
	return rate;
}

static void ignore_layer(void *arg, const struct group_view *view, size_t layer, struct matrix output,
			 struct encoder_scratch *scratch)
{
	float *last = arg;

	(void)scratch;
	if (layer == view->model->shape.layers)
		last[view->group->row % 8] = output.data[0];
}

static double extract_rate(const struct encoder_model *model, const struct corpus *c, const struct options *o,
			   const struct context *ctx)
{
	float last[8];
	const struct inference f = { .model = model,
				     .sentences = c->sentences,
				     .count = SENTENCES,
				     .phase = "",
				     .layer = ignore_layer,
				     .arg = last };
	struct error err;
	size_t rows = 0;
	double start;

	if (inference_run(&(struct inference){ .model = model,
					       .sentences = c->sentences,
					       .count = BATCH,
					       .phase = "",
					       .layer = ignore_layer,
					       .arg = last },
			  ctx, &err) < 0)
		die(err.text);
	start = seconds(o);
	do {
		if (inference_run(&f, ctx, &err) < 0)
			die(err.text);
		rows += c->encoding.start[SENTENCES];
	} while (seconds(o) - start < o->seconds / 2);
	return (double)rows / (seconds(o) - start) * (o->busy ? o->threads : 1);
}

/* Embeddings that can be of another width are half as wide; a gated feed-forward, whose
 * first product is twice as wide, has two thirds of the width, and the same work. */
static struct encoder_shape shape_of(const struct size *s, const struct family *family)
{
	struct encoder_shape shape = family_shape(family);
	const bool projects = family_has_size(family, offsetof(struct encoder_shape, embedding));

	shape.hidden = s->hidden;
	shape.embedding = projects ? s->hidden / 2 : s->hidden;
	shape.layers = s->layers;
	shape.heads = s->heads;
	shape.intermediate = shape.gated ? 8 * s->hidden / 48 * 16 : 4 * s->hidden;
	shape.relative = shape.relative > 0 ? 256 : 0;
	shape.vocabulary = VOCABULARY;
	shape.positions = 514;
	shape.types = family_has_size(family, offsetof(struct encoder_shape, types)) ? 2 : 0;
	shape.activation = ACTIVATION_GELU;
	shape.layer_norm_eps = 1e-12;
	shape.initializer_range = 0.02;
	if (family->complete != NULL)
		family->complete(&shape);
	return shape;
}

static struct result measure(const struct size *s, const struct family *family, const struct corpus *c,
			     const struct options *o)
{
	const struct encoder_shape shape = shape_of(s, family);
	const struct context ctx = { .pool = pool_new(o->threads) };
	struct result r = { .size = s, .family = family };
	struct encoder_model model;
	struct rusage usage;
	struct error err;

	if (ctx.pool == NULL)
		die("no threads");
	r.limit = processor_limit(o->threads, false);
	r.sgemm = sgemm_best(s, o) * o->threads;
	if (model_init(&model, &shape, HEAD_LINEAR, LABELS, s->hidden, &err) < 0)
		die(err.text);
	model_randomize(&model, 1);
	r.extract.tokens = extract_rate(&model, c, o, &ctx);
	r.finetune.tokens = finetune_rate(&model, c, o, &ctx);
	r.extract.share = r.extract.tokens * work_of(&shape) * 1e-9 / r.limit;
	r.finetune.share = 3.0 * r.finetune.tokens * work_of(&shape) * 1e-9 / r.limit;
	getrusage(RUSAGE_SELF, &usage);
	r.megabytes = (double)usage.ru_maxrss / 1024.0;
	model_release(&model);
	pool_free(ctx.pool);
	return r;
}

/* measure() in a child: a process keeps its largest memory for good, and a size
 * would be told that of a larger one before it. */
static struct result measure_apart(const struct size *s, const struct family *family, const struct corpus *c,
				   const struct options *o)
{
	struct result r = { 0 };
	int ends[2], status = 0;
	pid_t child = -1;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		die("no process");
	if (child == 0) {
		r = measure(s, family, c, o);
		_exit(write(ends[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
	}
	close(ends[1]);
	if (read(ends[0], &r, sizeof r) != (ssize_t)sizeof r || waitpid(child, &status, 0) < 0 || status != 0)
		die("a measurement failed");
	close(ends[0]);
	return r;
}

static void print_header(const struct options *o)
{
	printf("OpenBLAS kernels %s, %u threads; tokens a second, shares of the processor's multiply-adds\n",
	       openblas_get_corename(), o->threads);
	printf("%-21s %14s %8s %10s %8s %10s %8s %8s\n", "", "limit, GFLOP/s", "sgemm", "fine-tune", "share",
	       "extract", "share", "MB");
	fflush(stdout); /* a child would print it again */
}

static void print_row(const struct result *r)
{
	printf("%-9s %-11s %14.0f %7.1f%% %10.0f %7.1f%% %10.0f %7.1f%% %8.0f\n", r->size->name,
	       r->family->model_type, r->limit, 100.0 * r->sgemm / r->limit, r->finetune.tokens,
	       100.0 * r->finetune.share, r->extract.tokens, 100.0 * r->extract.share, r->megabytes);
	fflush(stdout);
}

static json_t *row_of(const struct result *r)
{
	return json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "size", r->size->name, "family",
			 r->family->model_type, "limit_gflops", r->limit, "sgemm_gflops", r->sgemm, "finetune_tokens",
			 r->finetune.tokens, "finetune_share", r->finetune.share, "extract_tokens", r->extract.tokens,
			 "extract_share", r->extract.share, "megabytes", r->megabytes);
}

static bool is_chosen(const char *list, const char *name)
{
	const size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
		if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
			return true;
	return false;
}

static struct options parse(int argc, char **argv)
{
	struct options o = { .sizes = "tiny,mini,small,medium,base",
			     .families = "bert",
			     .tuning = { .rank = 8, .alpha = 16, .targets = "query, value" },
			     .threads = 2,
			     .seconds = 5.0 };

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0)
			o.json = true;
		else if (strcmp(argv[i], "--busy") == 0)
			o.busy = true;
		else if (strcmp(argv[i], "--lengths") == 0)
			o.lengths = true;
		else if (i + 1 < argc && strcmp(argv[i], "--sizes") == 0)
			o.sizes = argv[++i];
		else if (i + 1 < argc && strcmp(argv[i], "--families") == 0)
			o.families = argv[++i];
		else if (i + 1 < argc && strcmp(argv[i], "--method") == 0) {
			if (tuning_method_of(&o.tuning.method, argv[++i]) < 0)
				die("unknown method");
		} else if (i + 1 < argc && strcmp(argv[i], "--freeze") == 0)
			o.tuning.freeze = argv[++i];
		else if (i + 1 < argc && strcmp(argv[i], "--threads") == 0)
			o.threads = (unsigned)strtoul(argv[++i], NULL, 10);
		else if (i + 1 < argc && strcmp(argv[i], "--seconds") == 0)
			o.seconds = strtod(argv[++i], NULL);
		else
			die("usage: encoder [--sizes LIST] [--families LIST] [--threads N] [--seconds S] [--json] "
			    "[--lengths] [--busy]");
	if (o.threads < 1)
		die("threads: expected at least 1");
	return o;
}

int main(int argc, char **argv)
{
	const struct options o = parse(argc, argv);
	json_t *rows = json_array();
	struct corpus corpus = { 0 };

	processor_choose_blas(argv);
	openblas_set_num_threads(1);
	corpus_make(&corpus);
	if (o.lengths)
		for (size_t i = 0; i < SENTENCES; i++)
			printf("%zu\n", corpus.sentences[i].length);
	else if (!o.json)
		print_header(&o);
	for (size_t i = 0; !o.lengths && i < sizeof sizes / sizeof *sizes; i++)
		for (size_t f = 0; is_chosen(o.sizes, sizes[i].name) && families[f] != NULL; f++) {
			struct result r;

			if (!is_chosen(o.families, families[f]->model_type))
				continue;
			r = measure_apart(&sizes[i], families[f], &corpus, &o);
			json_array_append_new(rows, row_of(&r));
			if (!o.json)
				print_row(&r);
		}
	if (!o.lengths) {
		json_dumpf(rows, stdout, JSON_INDENT(1));
		printf("\n");
	}
	json_decref(rows);
	corpus_release(&corpus);
	return 0;
}
