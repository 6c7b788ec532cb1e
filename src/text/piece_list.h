/* The pieces of a vocabulary by their ids, as vocab.txt or tokenizer.json has
 * them. */
#ifndef TEXT_PIECE_LIST_H
#define TEXT_PIECE_LIST_H

#include "base/error.h"
#include "text/piece_table.h"

#include <jansson.h>
#include <stddef.h>

struct piece_list {
	char *text;           /* of all pieces, a NUL behind each */
	struct piece *pieces; /* (size) by id; bytes NULL where no piece has the id */
	size_t size;
	size_t count; /* of distinct pieces */
	struct piece_table table;
};

/* vocab.txt: a piece a line. A byte order mark, line ends of Windows and empty
 * last lines are no part of it. Blanks behind a piece are dropped, unless what
 * is left is a piece by itself: no word has blanks, so that such a piece would
 * stand for nothing. Pieces of SentencePiece or of byte-level BPE are an error. */
int piece_list_read_lines(struct piece_list *out, const char *data, size_t size, const char *path, struct error *err);

/* An object: piece → id. Ids may have holes; two pieces of one id are an error. */
int piece_list_read_json(struct piece_list *out, const json_t *vocabulary, const char *path, struct error *err);

/* A list of pieces and scores, by id: [["▁the", -3.2], …]. */
int piece_list_read_scored(struct piece_list *out, const json_t *vocabulary, const char *path, struct error *err);

void piece_list_release(struct piece_list *l);

/* The piece that stands for a byte where the bytes of what is unknown are pieces,
 * "<0x0A>"; −1: there is none. */
int32_t piece_list_byte(const struct piece_list *l, unsigned char byte);

#endif
