/* Learning a WordPiece vocabulary from text (only the embedded experiment).
 * The likelihood criterion of Schuster and Nakajima (2012), count(ab) /
 * (count(a) count(b)), is not used; merges are taken by count, ties bytewise,
 * as in byte-pair encoding (Sennrich et al. 2016), with "##" continuations. */
#ifndef TEXT_VOCABULARY_H
#define TEXT_VOCABULARY_H

#include "base/error.h"
#include "base/output.h"

/* Reads sentences from the UTF-8 text file (lower-cased, words at spaces) and
 * writes vocab.txt: the five special pieces, every character alone and as
 * "##c", then merged pieces up to `size` in all. A pair seen fewer than
 * `min_count` times is not merged, so that rare words stay in several pieces. */
int vocabulary_learn(const char *text_path, size_t size, size_t min_count, struct folder *folder, const char *name,
		     struct error *err);

#endif
