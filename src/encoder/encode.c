/* encode_run: hidden states of lines of text. */
#include "encoder/extract.h"

#include "base/array.h"
#include "encoder/config.h"
#include "encoder/inference.h"
#include "encoder/model.h"
#include "encoder/text_set.h"
#include "num/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct encoding_lines {
	const struct text_set *set;
	float **layers; /* (layers + 1) of (pieces, hidden) */
};

static void keep_rows(void *arg, const struct group_view *view, size_t layer, struct matrix output,
		      struct encoder_scratch *scratch)
{
	const struct encoding_lines *lines = arg;

	(void)scratch;
	for (size_t i = view->group->first; i < view->group->first + view->group->count; i++) {
		const struct packed_sentence *s = &view->pack->sentences[i];

		memcpy(lines->layers[layer] + lines->set->start[s->source] * output.columns,
		       matrix_row(output, s->row - view->group->row), s->length * output.columns * sizeof(float));
	}
}

/* A line a piece: the line's number from 1, the piece's place in it from 0, the
 * piece. */
static int write_pieces(const struct text_set *set, const struct tokenizer *t, struct folder *out, struct error *err)
{
	struct output *o;

	if (output_open(&o, out, "pieces.tsv", err) < 0)
		return -1;
	for (size_t i = 0; i < set->count; i++)
		for (size_t p = set->start[i]; p < set->start[i + 1]; p++)
			output_format(o, "%zu\t%zu\t%s\n", i + 1, p - set->start[i], tokenizer_piece(t, set->ids[p]));
	return output_commit(o, err);
}

static int encode(const struct encoder_model *m, const struct text_set *set, struct folder *out,
		  const struct context *ctx, struct error *err)
{
	const size_t layers = m->shape.layers + 1, pieces = set->start[set->count], h = m->shape.hidden;
	struct packed_sentence *sentences = text_set_sentences(set, set->ids);
	float *data = array_new(layers * pieces, h, sizeof *data);
	struct encoding_lines lines = { set, array_new(layers, 1, sizeof *lines.layers) };
	char name[32];
	int rc = -1;

	if (sentences == NULL || data == NULL || lines.layers == NULL) {
		error_memory(err, "hidden states");
		goto done;
	}
	for (size_t l = 0; l < layers; l++)
		lines.layers[l] = data + l * pieces * h;
	if (inference_run(&(struct inference){ .model = m,
					       .sentences = sentences,
					       .count = set->count,
					       .phase = "encode",
					       .layer = keep_rows,
					       .arg = &lines },
			  ctx, err) < 0)
		goto done;
	for (size_t l = 0; l < layers; l++) {
		snprintf(name, sizeof name, "layer%zu.npy", l);
		if (npy_write(out, name, matrix_of(lines.layers[l], pieces, h), err) < 0)
			goto done;
	}
	rc = 0;
done:
	free(sentences);
	free(data);
	free(lines.layers);
	return rc;
}

int encode_run(const char *model, const char *lines_path, struct folder *out, const struct context *ctx,
	       struct error *err)
{
	struct tokenizer *tokenizer = NULL;
	struct encoder_model m = { 0 };
	struct text_set set = { 0 };
	int rc = -1;

	if (config_check_type(model, err) == 0 && tokenizer_load(&tokenizer, model, err) == 0 &&
	    model_load(&m, model, HEAD_NONE, 0, 0, 0, err) == 0 &&
	    model_check_vocabulary(&m, tokenizer, model, err) == 0 &&
	    text_set_read(&set, tokenizer, lines_path, shape_longest(&m.shape), err) == 0 &&
	    write_pieces(&set, tokenizer, out, err) == 0)
		rc = encode(&m, &set, out, ctx, err);
	text_set_release(&set);
	model_release(&m);
	if (tokenizer != NULL)
		tokenizer_free(tokenizer);
	return rc;
}
