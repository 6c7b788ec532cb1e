/* Embeddings of examples: from the hidden states of their pieces, for each way
 * of pooling, list of layers and number of threads. */
#include "encoder/tiny.h"

#include "base/sha256.h"
#include "encoder/extract.h"
#include "encoder/inference.h"
#include "text/encoding.h"

static const char *const files[] = { TINY "/sentences.tsv", TINY "/pairs.tsv", TINY "/questions.tsv" };

static struct extract_job job_of(enum task_kind kind, const char *layers, enum pooling pooling)
{
	return (struct extract_job){
		.model = TINY, .examples = files[kind], .kind = kind, .layers = layers, .pooling = pooling
	};
}

/* The hidden states of a file's sentences as lines of text, (layers, pieces,
 * hidden), from encode_run, below `path`. */
static void encode_sentences(struct npy states[3], const struct examples *e, char *path)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *lines = text_format("%s/lines.txt", path);
	struct folder out;
	struct output *o;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(output_open(&o, &out, "lines.txt", &err), err);
	for (size_t s = 0; s < e->sentence_count; s++)
		for (size_t w = 0; w < e->sentences[s].count; w++)
			output_format(o, "%s%s", e->sentences[s].words[w],
				      w + 1 < e->sentences[s].count ? " " : "\n");
	assert_ok(output_commit(o, &err), err);
	assert_ok(encode_run(TINY, lines, &out, &ctx, &err), err);
	for (int l = 0; l < 3; l++) {
		char *file = text_format("%s/layer%d.npy", path, l);

		assert_ok(npy_open(&states[l], file, &err), err);
		free(file);
	}
	folder_release(&out);
	free(lines);
	pool_free(ctx.pool);
}

/* The mean of pieces first … last of a sentence, or the first. */
static void compare_span(const float *got, struct matrix states, size_t start, struct piece_span span,
			 enum pooling pooling)
{
	const size_t last = pooling == POOLING_FIRST ? span.first : span.last;

	for (size_t j = 0; j < states.columns; j++) {
		double sum = 0.0;

		for (size_t r = span.first; r <= last; r++)
			sum += (double)matrix_row(states, start + r)[j];
		assert_true(fabs((double)got[j] - sum / (double)(last - span.first + 1)) < 1e-6);
	}
}

static void check_kind(enum task_kind kind, enum pooling pooling)
{
	const struct extract_job job = job_of(kind, NULL, pooling);
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(2) };
	char *path = support_folder();
	struct tokenizer *tokenizer;
	struct embeddings e;
	struct examples examples;
	struct encoding encoding;
	struct npy states[3];
	size_t longer = 0;

	assert_ok(examples_read(&examples, files[kind], kind, &err), err);
	assert_ok(tokenizer_load(&tokenizer, TINY, &err), err);
	assert_ok(encoding_init(&encoding, tokenizer, &examples, 48, false, &err), err);
	assert_ok(extract_embeddings(&e, &job, &ctx, &err), err);
	encode_sentences(states, &examples, path);
	assert_int_equal(e.layer_count, 3);
	for (size_t l = 0; l < 3; l++) {
		assert_int_equal(e.layers[l].rows, examples.count);
		assert_int_equal(e.layers[l].columns, kind == TASK_PAIR ? 64 : 32);
		for (size_t i = 0; i < examples.count; i++) {
			const struct encoded_example *x = &encoding.examples[i];

			longer += x->a.last > x->a.first;
			compare_span(matrix_row(e.layers[l], i), states[l].view, encoding.start[x->sentence], x->a,
				     pooling);
			if (kind == TASK_PAIR)
				compare_span(matrix_row(e.layers[l], i) + 32, states[l].view,
					     encoding.start[x->sentence], x->b, pooling);
		}
		npy_close(&states[l]);
	}
	assert_true(kind == TASK_SENTENCE || longer > 0); /* else pooling would not show */
	embeddings_release(&e);
	encoding_release(&encoding);
	tokenizer_free(tokenizer);
	examples_release(&examples);
	support_remove(path);
	pool_free(ctx.pool);
}

static void pooled_from_the_hidden_states(void **state)
{
	(void)state;
	for (int kind = TASK_WORD; kind <= TASK_SENTENCE; kind++) {
		check_kind((enum task_kind)kind, POOLING_MEAN);
		check_kind((enum task_kind)kind, POOLING_FIRST);
	}
}

static char *run_job(const struct extract_job *job, unsigned threads)
{
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(threads) };
	char *path = support_folder();
	struct folder out;

	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(extract_run(job, &out, "train/", &ctx, &err), err);
	folder_release(&out);
	pool_free(ctx.pool);
	return path;
}

static void digest_of(char hex[65], const char *folder, const char *name)
{
	struct error err = { 0 };
	char *path = text_format("%s/train/%s", folder, name);
	uint64_t bytes;

	assert_ok(sha256_file(hex, &bytes, path, &err), err);
	free(path);
}

static void threads_do_not_matter(void **state)
{
	static const unsigned threads[] = { 2, 3, 8 };
	static const char *const names[] = { "layer0.npy", "layer1.npy", "layer2.npy", "labels.txt" };
	const struct extract_job job = job_of(TASK_WORD, "all", POOLING_MEAN);
	char *first = run_job(&job, 1), one[65], many[65];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *other = run_job(&job, threads[i]);

		for (size_t k = 0; k < 4; k++) {
			digest_of(one, first, names[k]);
			digest_of(many, other, names[k]);
			assert_string_equal(one, many);
		}
		support_remove(other);
	}
	support_remove(first);
}

static void layers_that_are_asked_for(void **state)
{
	static const struct {
		const char *layers;
		bool there[3];
	} cases[] = {
		{ "all", { true, true, true } },
		{ "last", { false, false, true } },
		{ "0,2", { true, false, true } },
		{ "1", { false, true, false } },
	};
	static const char *const names[] = { "layer0.npy", "layer1.npy", "layer2.npy" };
	const struct extract_job all_job = job_of(TASK_WORD, "all", POOLING_MEAN);
	char *all = run_job(&all_job, 1);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct extract_job job = job_of(TASK_WORD, cases[i].layers, POOLING_MEAN);
		char *some = run_job(&job, 1);

		for (size_t l = 0; l < 3; l++) {
			char *path = text_format("%s/train/%s", some, names[l]), one[65], other[65];

			assert_int_equal(file_exists(path), cases[i].there[l]);
			if (cases[i].there[l]) {
				digest_of(one, all, names[l]);
				digest_of(other, some, names[l]);
				assert_string_equal(one, other);
			}
			free(path);
		}
		support_remove(some);
	}
	support_remove(all);
}

static void layers_that_are_not_there(void **state)
{
	static const char *const wrong[] = { "3", "-1", "0,", "", "0;1", "first", "0,1,9" };
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder();
	struct folder out;

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct extract_job job = job_of(TASK_WORD, wrong[i], POOLING_MEAN);
		char *expected = text_format("layers: %s: expected all, last, or numbers from 0 to 2", wrong[i]);

		err = (struct error){ 0 };
		assert_int_equal(extract_run(&job, &out, "", &ctx, &err), -1);
		assert_string_equal(err.text, expected);
		assert_int_equal(err.status, STATUS_INPUT);
		free(expected);
	}
	folder_release(&out);
	support_remove(path);
	pool_free(ctx.pool);
}

/* The fixture takes 48 pieces: what is beyond is cut where that is asked for, and
 * counted; else it is an error. */
static void cut_sentences_are_counted(void **state)
{
	struct extract_job job = job_of(TASK_WORD, "last", POOLING_MEAN);
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder(), *file = text_format("%s/long.tsv", path);
	struct folder out;
	struct output *o;
	struct cut_counts cut = { 1, 1 };

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(output_open(&o, &out, "long.tsv", &err), err);
	for (int s = 0; s < 3; s++) {
		output_format(o, "s%d\t", s);
		for (int w = 0; w < 5 + 50 * s; w++)
			output_format(o, "%sowl", w ? " " : "");
		output_text(o, "\t0\t0\t\t\tNOUN\n");
	}
	assert_ok(output_commit(o, &err), err);
	job.examples = file;
	job.cut = &cut;
	assert_int_equal(extract_run(&job, &out, "", &ctx, &err), -1);
	assert_int_equal(cut.sentences, 1);
	job.truncate = true;
	assert_ok(extract_run(&job, &out, "", &ctx, &err), err);
	assert_int_equal(cut.sentences, 1 + 2);
	assert_int_equal(cut.examples, 1);
	folder_release(&out);
	support_remove(path);
	free(file);
	pool_free(ctx.pool);
}

/* Rows, labels and the examples beside them are of the examples that are left. */
static void examples_behind_the_cut_are_dropped(void **state)
{
	static const int words[] = { 0, 7, 46, 59 }; /* at most 46 words fit */
	struct extract_job job = job_of(TASK_WORD, "last", POOLING_MEAN);
	struct error err = { 0 };
	struct context ctx = { .pool = pool_new(1) };
	char *path = support_folder(), *file = text_format("%s/long.tsv", path), *text;
	struct folder out;
	struct embeddings e;
	struct output *o;
	struct cut_counts cut = { 0 };

	(void)state;
	assert_ok(folder_open(&out, path, &err), err);
	assert_ok(output_open(&o, &out, "long.tsv", &err), err);
	for (size_t i = 0; i < 4; i++) {
		output_text(o, "s\t");
		for (int w = 0; w < 60; w++)
			output_format(o, "%sowl", w ? " " : "");
		output_format(o, "\t%d\t%d\t\t\t%s\n", words[i], words[i], i % 2 ? "B" : "A");
	}
	assert_ok(output_commit(o, &err), err);
	job.examples = file;
	job.truncate = true;
	job.cut = &cut;
	assert_ok(extract_run(&job, &out, "p/", &ctx, &err), err);
	assert_int_equal(cut.sentences, 1);
	assert_int_equal(cut.examples, 2);
	text = support_text(path, "p/labels.txt");
	assert_string_equal(text, "A\nB\n");
	free(text);
	text = support_text(path, "p/examples.tsv");
	assert_non_null(strstr(text, "\t7\t7\t"));
	assert_null(strstr(text, "\t46\t46\t"));
	free(text);
	assert_ok(extract_embeddings(&e, &job, &ctx, &err), err);
	assert_int_equal(e.layers[2].rows, 2);
	embeddings_release(&e);
	folder_release(&out);
	support_remove(path);
	free(file);
	pool_free(ctx.pool);
}

static void number_of_layers(void **state)
{
	struct error err = { 0 };
	size_t layers;

	(void)state;
	assert_ok(extract_layer_count(&layers, TINY, &err), err);
	assert_int_equal(layers, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pooled_from_the_hidden_states),       cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(layers_that_are_asked_for),           cmocka_unit_test(layers_that_are_not_there),
		cmocka_unit_test(cut_sentences_are_counted),           cmocka_unit_test(number_of_layers),
		cmocka_unit_test(examples_behind_the_cut_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
