/* Labelled examples of a task: spans of words in sentences.
 *
 * File (TSV, UTF-8, no header), one example a line, seven columns always:
 *   sentence id, words separated by single spaces, first word, last word
 *   (0-based, inclusive), first and last word of the second span, label.
 * A word task leaves columns 5–6 empty, a sentence task 3–6. A space inside a
 * word stands as U+00A0. Consecutive lines with the same id and words share
 * one sentence, which is encoded once. A row of headings and fields in quotes, as
 * spreadsheets write them, are errors; a quote that is a word is none. */
#ifndef CORPUS_EXAMPLES_H
#define CORPUS_EXAMPLES_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"

#include <stddef.h>
#include <stdint.h>

enum task_kind { TASK_WORD, TASK_PAIR, TASK_SENTENCE };

/* "word", "pair", "sentence"; -1 for another name. */
int task_kind_parse(enum task_kind *out, const char *name);
const char *task_kind_name(enum task_kind kind);

/* Words first … last of a sentence, both included. */
struct span {
	uint32_t first, last;
};

struct sentence {
	char *id;
	char **words; /* (count) */
	size_t count;
};

struct example {
	size_t sentence;  /* index into sentences */
	struct span a, b; /* b only in pair tasks; none in sentence tasks */
	char *label;
};

struct examples {
	enum task_kind kind;
	struct sentence *sentences; /* (sentence_count), in the file's order */
	size_t sentence_count, sentence_capacity;
	struct example *items; /* (count), in the file's order */
	size_t count, capacity;
	size_t unlabelled;    /* words that the data give no label, which are no examples */
	const char *encoding; /* that was found in the file, where its format leaves it open; else NULL */
};

/* Reads a file; a malformed line is an error "file:line: …". A sentence without
 * words and a file without examples are errors. */
int examples_read(struct examples *out, const char *path, enum task_kind kind, struct error *err);

/* As examples_read, from bytes in memory; `path` stands in errors. */
int examples_parse(struct examples *out, const struct mapping *text, const char *path, enum task_kind kind,
		   struct error *err);
void examples_release(struct examples *e);

/* Building a set by hand: words are copied, with spaces made U+00A0. */
void examples_init(struct examples *out, enum task_kind kind);
int examples_add_sentence(struct examples *e, const char *id, const char *const *words, size_t count,
			  struct error *err);
/* An example in the sentence added last. */
int examples_add(struct examples *e, struct span a, struct span b, const char *label, struct error *err);
int examples_write(const struct examples *e, struct folder *folder, const char *name, struct error *err);

#endif
