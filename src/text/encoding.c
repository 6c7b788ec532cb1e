#include "text/encoding.h"

#include "base/array.h"
#include "base/utf8.h"
#include "corpus/labels.h"

#include <stdlib.h>
#include <string.h>

/* What grows while sentences are encoded. */
struct encoding_builder {
	struct encoding *out;
	const struct tokenizer *tokenizer;
	const struct examples *examples;
	struct special_pieces special;
	size_t limit;
	bool truncate;
	struct pieces pieces;
	struct pieces sentence; /* of one that is read as a whole */
	size_t *ends;           /* of its words in the text, with the space behind each */
	char *text;
	size_t ends_capacity, text_capacity;
	size_t *words; /* of the sentence at hand: where word w begins; words[kept] ends the last one */
	size_t words_capacity, kept;
	size_t next; /* example of the set */
};

static int add_piece(struct encoding_builder *b, int32_t id, struct error *err)
{
	if (array_reserve(&b->pieces.ids, &b->pieces.capacity, b->pieces.count + 1, sizeof *b->pieces.ids) < 0)
		return error_memory(err, "word pieces");
	b->pieces.ids[b->pieces.count++] = id;
	return 0;
}

static int add_word(struct encoding_builder *b, const struct sentence *s, size_t word, struct error *err)
{
	struct error fault;
	size_t before = b->pieces.count;
	const char *text = s->words[word];

	if (tokenizer_text(b->tokenizer, text, strlen(text), &b->pieces, &fault) < 0)
		return error_set(err, fault.status, "sentence %s, word %zu: %s", s->id, word + 1, fault.text);
	return b->pieces.count == before ? add_piece(b, b->special.unk, err) : 0;
}

static int add_unknown(struct encoding_builder *b, const struct sentence *s, size_t word, struct error *err)
{
	if (b->special.unk >= 0)
		return add_piece(b, b->special.unk, err);
	return error_set(err, STATUS_INPUT,
			 "sentence %s, word %zu: it has no piece, and the tokenizer no unknown one", s->id, word + 1);
}

/* The words joined by single spaces, in b->text. */
static int join_words(struct encoding_builder *b, const struct sentence *s, size_t *length, struct error *err)
{
	*length = 0;
	if (array_reserve(&b->ends, &b->ends_capacity, s->count, sizeof *b->ends) < 0)
		return error_memory(err, "words");
	for (size_t w = 0; w < s->count; w++) {
		size_t bytes = strlen(s->words[w]), valid = utf8_check(s->words[w], bytes);

		if (valid < bytes)
			return error_set(err, STATUS_INPUT, "sentence %s, word %zu: byte %zu: invalid UTF-8", s->id,
					 w + 1, valid);
		if (array_reserve(&b->text, &b->text_capacity, *length + bytes + 1, 1) < 0)
			return error_memory(err, "words");
		memcpy(b->text + *length, s->words[w], bytes);
		b->text[*length + bytes] = ' ';
		b->ends[w] = *length += bytes + 1;
	}
	*length -= s->count > 0;
	return 0;
}

/* A piece belongs to the word that holds its first character other than a space. */
static int add_sentence(struct encoding_builder *b, const struct sentence *s, struct error *err)
{
	size_t length, word = 0;

	b->sentence.count = 0;
	if (join_words(b, s, &length, err) < 0 ||
	    tokenizer_text(b->tokenizer, b->text, length, &b->sentence, err) < 0)
		return -1;
	b->words[0] = b->pieces.count;
	for (size_t i = 0; i < b->sentence.count; i++) {
		size_t at = b->sentence.starts[i];

		while (at < length && b->text[at] == ' ')
			at++;
		for (; word + 1 < s->count && at >= b->ends[word]; b->words[++word] = b->pieces.count)
			if (b->pieces.count == b->words[word] && add_unknown(b, s, word, err) < 0)
				return -1;
		if (add_piece(b, b->sentence.ids[i], err) < 0)
			return -1;
	}
	for (; word < s->count; b->words[++word] = b->pieces.count)
		if (b->pieces.count == b->words[word] && add_unknown(b, s, word, err) < 0)
			return -1;
	return 0;
}

static int add_words(struct encoding_builder *b, const struct sentence *s, struct error *err)
{
	for (size_t w = 0; w < s->count; w++) {
		b->words[w] = b->pieces.count;
		if (add_word(b, s, w, err) < 0)
			return -1;
	}
	b->words[s->count] = b->pieces.count;
	return 0;
}

/* Cuts the sentence that begins at `start` after the last word that leaves
 * room for [SEP], or fails. */
static int fit(struct encoding_builder *b, const struct sentence *s, size_t start, struct error *err)
{
	size_t length = b->pieces.count - start + 1;

	if (length <= b->limit)
		return 0;
	if (!b->truncate)
		return error_set(err, STATUS_INPUT, "sentence %s: %zu word pieces, but the model has %zu positions",
				 s->id, length, b->limit);
	while (b->kept > 0 && b->words[b->kept] - start + 1 > b->limit)
		b->kept--;
	b->pieces.count = b->words[b->kept];
	b->out->truncated++;
	return 0;
}

static int encode_sentence(struct encoding_builder *b, size_t index, struct error *err)
{
	const struct sentence *s = &b->examples->sentences[index];
	size_t start = b->pieces.count;

	b->out->start[index] = start;
	if (array_reserve(&b->words, &b->words_capacity, s->count + 1, sizeof *b->words) < 0)
		return error_memory(err, "words");
	if (add_piece(b, b->special.cls, err) < 0)
		return -1;
	if ((tokenizer_reads_sentences(b->tokenizer) ? add_sentence(b, s, err) : add_words(b, s, err)) < 0)
		return -1;
	b->kept = s->count;
	if (fit(b, s, start, err) < 0)
		return -1;
	return add_piece(b, b->special.sep, err);
}

/* Sets the pieces of a span: 1; 0 if it lies behind the cut. */
static int place_span(const struct encoding_builder *b, struct piece_span *out, struct span span,
		      const struct sentence *s, struct error *err)
{
	size_t start;

	if (span.first > span.last || span.last >= s->count)
		return error_set(err, STATUS_INPUT, "sentence %s: words %u to %u, but it has %zu", s->id,
				 span.first + 1, span.last + 1, s->count);
	if (span.last >= b->kept)
		return 0;
	start = b->words[0] - 1; /* [CLS] */
	out->first = (uint32_t)(b->words[span.first] - start);
	out->last = (uint32_t)(b->words[span.last + 1] - start - 1);
	return 1;
}

static int place_example(const struct encoding_builder *b, struct encoded_example *out, const struct example *from,
			 const struct sentence *s, struct error *err)
{
	int rc = 1;

	if (b->examples->kind != TASK_SENTENCE)
		rc = place_span(b, &out->a, from->a, s, err);
	if (rc > 0 && b->examples->kind == TASK_PAIR)
		rc = place_span(b, &out->b, from->b, s, err);
	return rc;
}

/* The examples of the sentence just encoded: they follow one another. */
static int place_examples(struct encoding_builder *b, size_t index, struct error *err)
{
	const struct examples *e = b->examples;
	const struct sentence *s = &e->sentences[index];

	b->out->first[index] = b->out->count;
	for (; b->next < e->count && e->items[b->next].sentence == index; b->next++) {
		struct encoded_example *to = &b->out->examples[b->out->count];
		int rc = place_example(b, to, &e->items[b->next], s, err);

		if (rc < 0)
			return -1;
		to->sentence = index;
		to->source = b->next;
		b->out->count += rc > 0;
		b->out->dropped += rc == 0;
	}
	return 0;
}

static int check_label(const struct labelset *kept, const struct example *x, const struct examples *e,
		       size_t positions, struct error *err)
{
	if (labelset_find(kept, x->label) >= 0)
		return 0;
	return error_set(
		err, STATUS_INPUT,
		"label %s: all of its examples, of sentence %s and others, lie beyond the %zu positions of the model",
		x->label, e->sentences[x->sentence].id, positions);
}

/* Every label has an example left. */
static int check_dropped(const struct encoding_builder *b, struct error *err)
{
	const struct examples *e = b->examples;
	const char **names = array_new(b->out->count, 1, sizeof *names);
	struct labelset kept = { 0 };
	int rc = names == NULL ? error_memory(err, "labels") : 0;

	for (size_t i = 0; rc == 0 && i < b->out->count; i++)
		names[i] = e->items[b->out->examples[i].source].label;
	if (rc == 0)
		rc = labelset_of(&kept, names, b->out->count, err);
	for (size_t i = 0, k = 0; rc == 0 && i < e->count; i++) {
		if (k < b->out->count && b->out->examples[k].source == i)
			k++;
		else
			rc = check_label(&kept, &e->items[i], e, b->limit, err);
	}
	labelset_release(&kept);
	free(names);
	return rc;
}

int encoding_init(struct encoding *out, const struct tokenizer *t, const struct examples *e, size_t max_positions,
		  bool truncate, struct error *err)
{
	struct encoding_builder b = { .out = out,
				      .tokenizer = t,
				      .examples = e,
				      .special = tokenizer_special(t),
				      .limit = max_positions,
				      .truncate = truncate };
	int rc = -1;

	*out = (struct encoding){ .kind = e->kind, .sentences = e->sentence_count };
	out->start = array_new(e->sentence_count + 1, 1, sizeof *out->start);
	out->first = array_new(e->sentence_count + 1, 1, sizeof *out->first);
	out->examples = array_new(e->count, 1, sizeof *out->examples);
	if (out->start == NULL || out->first == NULL || out->examples == NULL) {
		error_memory(err, "examples");
		goto done;
	}
	if (max_positions < 2) {
		error_set(err, STATUS_INPUT, "%zu positions leave no room for [CLS] and [SEP]", max_positions);
		goto done;
	}
	for (size_t s = 0; s < e->sentence_count; s++)
		if (encode_sentence(&b, s, err) < 0 || place_examples(&b, s, err) < 0)
			goto done;
	if (b.next != e->count) {
		error_set(err, STATUS_INPUT, "example %zu is not in the order of the sentences", b.next + 1);
		goto done;
	}
	if (out->dropped > 0 && check_dropped(&b, err) < 0)
		goto done;
	out->start[e->sentence_count] = b.pieces.count;
	out->first[e->sentence_count] = out->count;
	rc = 0;
done:
	out->ids = b.pieces.ids;
	pieces_release(&b.sentence);
	free(b.ends);
	free(b.text);
	free(b.words);
	if (rc < 0)
		encoding_release(out);
	return rc;
}

void encoding_release(struct encoding *e)
{
	free(e->ids);
	free(e->start);
	free(e->examples);
	free(e->first);
	*e = (struct encoding){ 0 };
}

void encoding_count_cut(const struct encoding *e, const char *path, size_t positions, struct cut_counts *counts,
			const struct context *ctx)
{
	if (e->truncated > 0)
		context_warn(ctx, "%s: %zu sentences were cut to %zu pieces", path, e->truncated, positions);
	if (e->dropped > 0)
		context_warn(ctx, "%s: %zu examples beyond the %zu pieces were dropped", path, e->dropped, positions);
	if (counts == NULL)
		return;
	counts->sentences += e->truncated;
	counts->examples += e->dropped;
}
