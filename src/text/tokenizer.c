#include "text/tokenizer.h"

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "text/bert_words.h"
#include "text/facts.h"
#include "text/normalise.h"
#include "text/piece_list.h"
#include "text/sentence.h"
#include "text/tokenizer_json.h"
#include "text/unicode.h"
#include "text/vocab_merges.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 100 };      /* code points, where tokenizer.json does not say */
enum { LARGEST_ADDED = 1 << 24 }; /* id; beyond any real model */

static const char json_name[] = "tokenizer.json", text_name[] = "vocab.txt";

const char *const tokenizer_files[] = { json_name, text_name, vocab_name, NULL };

const char *tokenizer_companion(const char *file)
{
	return strcmp(file, vocab_name) == 0 ? merges_name : NULL;
}

struct tokenizer {
	struct piece_list vocabulary;
	struct wordpiece model;
	struct added_tokens added;
	const char *file; /* of tokenizer_files */
	bool json;        /* of tokenizer.json, or of what says the same: */
	struct bert_splitter splitter;
	bool sentences; /* of them, those that read a sentence as one text: */
	struct sentence_reader reader;
	struct normaliser normaliser; /* of vocab.txt */
	const char **spelling;        /* (size) by id */
	size_t size;
	struct special_pieces special;
};

/* The id that the vocabulary gives an added token, or that comes next behind it
 * and the tokens before: with a tokenizer.json behind the largest of them, else
 * behind as many as there are. */
static int32_t derive_id(const struct tokenizer *t, size_t index, size_t *outside)
{
	const char *content = t->added.items[index].content;
	int32_t id = piece_table_find(&t->vocabulary.table, content, strlen(content)), largest = -1;

	if (id >= 0)
		return id;
	for (size_t i = 0; t->json && i < index; i++)
		largest = t->added.items[i].id > largest ? t->added.items[i].id : largest;
	if (largest >= (int32_t)t->vocabulary.count)
		return largest + 1;
	return (int32_t)t->vocabulary.count + (int32_t)(t->json ? 0 : (*outside)++);
}

/* Every added token gets its id. One that a file says otherwise than the
 * vocabulary has it would be read so by one program and so by another. */
static int place_added(struct tokenizer *t, const char *path, struct error *err)
{
	size_t outside = 0;

	for (size_t i = 0; i < t->added.count; i++) {
		struct added_token *a = &t->added.items[i];
		int32_t id = derive_id(t, i, &outside);

		if (a->id >= 0 && a->id != id && (t->json || id < (int32_t)t->vocabulary.count))
			return error_set(err, STATUS_INPUT,
					 "%s: added token %s has id %d, but by the vocabulary it is %d", path,
					 a->content, a->id, id);
		if (a->id < 0)
			a->id = id;
		if (a->id >= LARGEST_ADDED)
			return error_set(err, STATUS_INPUT, "%s: added token %s has id %d, expected below %d", path,
					 a->content, a->id, LARGEST_ADDED);
		if (!t->json && a->flags & ADDED_SINGLE_WORD)
			return error_set(err, STATUS_INPUT,
					 "%s: added token %s has single_word: it is only known from a tokenizer.json",
					 path, a->content);
	}
	return 0;
}

static int spell_pieces(struct tokenizer *t, const char *path, struct error *err)
{
	t->size = t->vocabulary.size;
	for (size_t i = 0; i < t->added.count; i++)
		if ((size_t)t->added.items[i].id >= t->size)
			t->size = (size_t)t->added.items[i].id + 1;
	t->spelling = array_new(t->size, 1, sizeof *t->spelling);
	if (t->spelling == NULL)
		return error_memory(err, path);
	for (size_t i = 0; i < t->vocabulary.size; i++)
		t->spelling[i] = t->vocabulary.pieces[i].bytes;
	for (size_t i = 0; i < t->added.count; i++)
		t->spelling[t->added.items[i].id] = t->added.items[i].content;
	return 0;
}

/* The special pieces of a vocab.txt, which must have them all. */
static int find_special(struct tokenizer *t, const char *path, struct error *err)
{
	const struct {
		const char *piece;
		int32_t *id;
	} wanted[] = { { "[PAD]", &t->special.pad },
		       { "[UNK]", &t->special.unk },
		       { "[CLS]", &t->special.cls },
		       { "[SEP]", &t->special.sep },
		       { "[MASK]", &t->special.mask } };

	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		struct added_token token = { .content = (char *)wanted[i].piece, .id = -1, .flags = ADDED_SPECIAL };

		*wanted[i].id = piece_table_find(&t->vocabulary.table, wanted[i].piece, strlen(wanted[i].piece));
		if (*wanted[i].id < 0)
			return error_set(err, STATUS_INPUT, "%s: no piece %s", path, wanted[i].piece);
		if (added_tokens_note(&t->added, &token, path, err) < 0)
			return -1;
	}
	return 0;
}

static int note_facts(struct tokenizer *t, const struct tokenizer_facts *facts, const char *path, struct error *err)
{
	for (size_t i = 0; facts != NULL && i < facts->added.count; i++) {
		struct added_token token = facts->added.items[i];

		/* How a token is matched tokenizer.json says, if it has it. */
		token.described &= !(t->json && added_tokens_find(&t->added, token.content) != NULL);
		if (added_tokens_note(&t->added, &token, path, err) < 0)
			return -1;
	}
	return 0;
}

static int from_lines(struct tokenizer *t, const struct text_settings *settings, const struct tokenizer_facts *facts,
		      const struct mapping *file, const char *path, struct error *err)
{
	if (piece_list_read_lines(&t->vocabulary, file->data, file->size, path, err) < 0 ||
	    note_facts(t, facts, path, err) < 0 || find_special(t, path, err) < 0 || place_added(t, path, err) < 0)
		return -1;
	t->model = (struct wordpiece){ t->vocabulary.table, t->special.unk, LONGEST_WORD };
	if (normaliser_init(&t->normaliser, settings, &t->added, err) < 0)
		return -1;
	return spell_pieces(t, path, err);
}

/* Of a described tokenizer: whether it is whole, and its special pieces. */
static int find_described(struct tokenizer *t, const struct tokenizer_description *d, const char *path,
			  struct error *err)
{
	const struct added_token *pad = added_tokens_find(&t->added, "[PAD]"),
				 *mask = added_tokens_find(&t->added, "[MASK]");

	const int32_t unk = d->model == PIECES_UNIGRAM ? d->unk_id
			    : d->unk == NULL           ? -1
					     : piece_table_find(&t->vocabulary.table, d->unk, strlen(d->unk));

	t->special = (struct special_pieces){ .pad = pad == NULL ? -1 : pad->id,
					      .unk = unk,
					      .cls = d->cls,
					      .sep = d->sep,
					      .mask = mask == NULL ? -1 : mask->id };
	if (d->model == PIECES_UNIGRAM && (size_t)unk >= t->vocabulary.size)
		return error_set(err, STATUS_INPUT, "%s: model.unk_id: no piece has id %d", path, unk);
	if (d->unk != NULL && unk < 0)
		return error_set(err, STATUS_INPUT, "%s: model.unk_token: the vocabulary has no %s", path, d->unk);
	if (tokenizer_piece(t, d->cls) == NULL || tokenizer_piece(t, d->sep) == NULL)
		return error_set(err, STATUS_INPUT, "%s: post_processor: no piece has id %d", path,
				 tokenizer_piece(t, d->cls) == NULL ? d->cls : d->sep);
	return 0;
}

static int make_reader(struct tokenizer *t, struct tokenizer_description *d, const char *path, struct error *err)
{
	struct sentence_reader *r = &t->reader;

	r->metaspace = d->model == PIECES_UNIGRAM;
	r->prefix_space = d->prefix_space;
	r->words = d->words;
	r->cutters = d->cutters;
	d->cutters = (struct cutters){ .items = NULL };
	d->form.unk = t->special.unk;
	r->prefix = d->prefix;
	if (steps_parse(&r->steps, d->normalizer, path, err) < 0)
		return -1;
	if ((r->metaspace ? unigram_init(&r->unigram, &t->vocabulary, d->vocabulary, t->special.unk, d->fallback,
					 path, err)
			  : bpe_init(&r->bpe, &t->vocabulary, d->merges, d->form, path, err)) < 0)
		return -1;
	return sentence_reader_init(r, &t->added, err);
}

static int from_description(struct tokenizer *t, struct tokenizer_description *d, const struct tokenizer_facts *facts,
			    const char *path, struct error *err)
{
	t->json = true;
	t->added = d->added;
	d->added = (struct added_tokens){ 0 };
	if ((d->model == PIECES_UNIGRAM ? piece_list_read_scored
					: piece_list_read_json)(&t->vocabulary, d->vocabulary, path, err) < 0 ||
	    note_facts(t, facts, path, err) < 0 || place_added(t, path, err) < 0 || spell_pieces(t, path, err) < 0 ||
	    find_described(t, d, path, err) < 0)
		return -1;
	t->model = (struct wordpiece){ t->vocabulary.table, t->special.unk, d->longest_word };
	t->sentences = d->model != PIECES_WORDPIECE;
	if (t->sentences)
		return make_reader(t, d, path, err);
	return bert_splitter_init(&t->splitter, &d->normaliser, &t->added, err);
}

static int check_facts(const struct tokenizer *t, const struct tokenizer_description *d,
		       const struct tokenizer_facts *facts, const char *model, struct error *err)
{
	const struct named_specials told = { .unk = d->model == PIECES_UNIGRAM ? tokenizer_piece(t, d->unk_id)
									       : d->unk,
					     .sep = tokenizer_piece(t, t->special.sep),
					     .cls = tokenizer_piece(t, t->special.cls) };

	if (facts_check(facts, model, d, err) < 0)
		return -1;
	return facts_check_specials(facts, model, &told, err);
}

static int from_object(struct tokenizer *t, const char *model, const struct tokenizer_facts *facts,
		       const json_t *object, const char *path, struct error *err)
{
	struct tokenizer_description d = { 0 };
	int rc = -1;

	if (tokenizer_json_parse(&d, object, path, err) == 0 && from_description(t, &d, facts, path, err) == 0)
		rc = facts == NULL ? 0 : check_facts(t, &d, facts, model, err);
	tokenizer_description_release(&d);
	return rc;
}

/* What a file's bytes are read with. */
struct parsing {
	const char *file;                  /* of tokenizer_files */
	const char *model;                 /* its directory; NULL: none, and no facts */
	const struct text_settings *lines; /* of vocab.txt */
	const struct tokenizer_facts *facts;
};

static int parse_into(struct tokenizer *t, const struct parsing *p, const struct mapping *file, const char *path,
		      struct error *err)
{
	json_t *object = NULL;
	int rc;

	t->file = p->file;
	if (p->file == text_name)
		return from_lines(t, p->lines, p->facts, file, path, err);
	rc = p->file == vocab_name ? vocab_merges_read(&object, p->model, p->facts, err)
				   : json_parse_python(&object, file->data, file->size, path, err);
	if (rc == 0)
		rc = from_object(t, p->model, p->facts, object, path, err);
	json_decref(object);
	return rc;
}

static int parse(struct tokenizer **out, const struct parsing *p, const struct mapping *file, const char *path,
		 struct error *err)
{
	struct tokenizer *t = calloc(1, sizeof *t);

	*out = NULL;
	if (t == NULL)
		return error_memory(err, "tokenizer");
	if (parse_into(t, p, file, path, err) < 0) {
		tokenizer_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

int tokenizer_parse(struct tokenizer **out, const struct text_settings *settings, const char *vocabulary, size_t size,
		    const char *path, struct error *err)
{
	return parse(out, &(struct parsing){ .file = text_name, .lines = settings },
		     &(struct mapping){ vocabulary, size }, path, err);
}

int tokenizer_parse_json(struct tokenizer **out, const char *data, size_t size, const char *path, struct error *err)
{
	return parse(out, &(struct parsing){ .file = json_name }, &(struct mapping){ data, size }, path, err);
}

/* The first of the files that is there, with what belongs to it, and its path in new
 * memory; 0 if none is. */
static int find_file(const char **file, char **path, const char *model, struct error *err)
{
	for (size_t i = 0; tokenizer_files[i] != NULL; i++) {
		const char *other = tokenizer_companion(tokenizer_files[i]);
		char *beside = path_join(model, other == NULL ? tokenizer_files[i] : other);
		bool there;

		*file = tokenizer_files[i];
		*path = path_join(model, *file);
		if (*path == NULL || beside == NULL) {
			free(beside);
			free(*path);
			return error_memory(err, "path");
		}
		there = file_exists(*path) && file_exists(beside);
		free(beside);
		if (there)
			return 1;
		free(*path);
	}
	return 0;
}

bool tokenizer_is_in(const char *model)
{
	struct error ignored;
	const char *file;
	char *path;

	if (find_file(&file, &path, model, &ignored) <= 0)
		return false;
	free(path);
	return true;
}

int tokenizer_missing(const char *model, struct error *err)
{
	static const char *const others[] = { "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model",
					      vocab_name };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		char *path = path_join(model, others[i]);
		bool there = path != NULL && file_exists(path);

		free(path);
		if (there)
			return error_set(
				err, STATUS_INPUT,
				"%s: no tokenizer.json, and no vocab.txt; %s by itself is not read: save the "
				"tokenizer with a current transformers",
				model, others[i]);
	}
	return files_missing(model, tokenizer_files, "no tokenizer.json, and no vocab.txt", err);
}

int tokenizer_load(struct tokenizer **out, const char *model, struct error *err)
{
	struct tokenizer_facts facts;
	struct parsing p = { .model = model, .facts = &facts, .lines = &facts.settings };
	struct mapping file;
	char *path = NULL;
	int rc = find_file(&p.file, &path, model, err);

	*out = NULL;
	if (rc <= 0)
		return rc < 0 ? -1 : tokenizer_missing(model, err);
	rc = -1;
	if (facts_read(&facts, model, p.file == text_name, err) == 0) {
		if (mapping_open(&file, path, err) == 0) {
			rc = parse(out, &p, &file, path, err);
			mapping_close(&file);
		}
		facts_release(&facts);
	}
	free(path);
	return rc;
}

void tokenizer_free(struct tokenizer *t)
{
	if (t == NULL)
		return;
	sentence_reader_release(&t->reader);
	bert_splitter_release(&t->splitter);
	normaliser_release(&t->normaliser);
	added_tokens_release(&t->added);
	piece_list_release(&t->vocabulary);
	free(t->spelling);
	free(t);
}

size_t tokenizer_size(const struct tokenizer *t)
{
	return t->size;
}

size_t tokenizer_vocabulary_size(const struct tokenizer *t)
{
	return t->vocabulary.size;
}

const char *tokenizer_file(const struct tokenizer *t)
{
	return t->file;
}

const char *tokenizer_piece(const struct tokenizer *t, int32_t id)
{
	return id >= 0 && (size_t)id < t->size ? t->spelling[id] : NULL;
}

struct special_pieces tokenizer_special(const struct tokenizer *t)
{
	return t->special;
}

const struct added_tokens *tokenizer_added(const struct tokenizer *t)
{
	return &t->added;
}

struct cutting {
	const struct tokenizer *tokenizer;
	struct wordpiece_work work;
	struct pieces *out;
};

static int take(void *arg, const struct normal_word *w, struct error *err)
{
	struct cutting *c = arg;
	struct pieces *out = c->out;

	if (w->added == NULL)
		return wordpiece_cut(&c->tokenizer->model, w, &c->work, out, err);
	if (array_reserve(&out->ids, &out->capacity, out->count + 1, sizeof *out->ids) < 0)
		return error_memory(err, "word pieces");
	out->ids[out->count++] = w->added->id;
	return 0;
}

bool tokenizer_reads_sentences(const struct tokenizer *t)
{
	return t->sentences;
}

int tokenizer_text(const struct tokenizer *t, const char *text, size_t length, struct pieces *out, struct error *err)
{
	struct cutting c = { .tokenizer = t, .out = out };
	int rc;

	if (t->sentences)
		return sentence_pieces(&t->reader, text, length, out, err);
	rc = t->json ? bert_words(&t->splitter, text, length, take, &c, err)
		     : normalise_words(&t->normaliser, text, length, take, &c, err);

	free(c.work.hash);
	return rc;
}

int tokenizer_write_vocabulary(const struct tokenizer *t, struct folder *folder, const char *name, struct error *err)
{
	struct output *o;

	if (output_open(&o, folder, name, err) < 0)
		return -1;
	for (size_t i = 0; i < t->vocabulary.size; i++) {
		output_text(o, t->vocabulary.pieces[i].bytes);
		output_text(o, "\n");
	}
	return output_commit(o, err);
}
