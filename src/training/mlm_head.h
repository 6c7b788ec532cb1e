/* The head of masked-language-model pre-training (Devlin et al. 2019): at each
 * masked piece, with E the word embeddings,
 *   scores = norm(f(x Wᵀ + b)) Eᵀ + c. */
#ifndef TRAINING_MLM_HEAD_H
#define TRAINING_MLM_HEAD_H

#include "training/dense.h"

struct mlm_head {
	struct head head;
	/* Pieces to be guessed, −1 elsewhere, for all sentences end to end; that of
	 * packed sentence s starts at start[s.source]. */
	const int32_t *targets;
	const size_t *start;
	size_t *first; /* (sentences of the pack + 1): first masked piece in the batch */
	size_t first_capacity;
	size_t room;        /* masked pieces there is room for */
	uint32_t *place;    /* (count): the piece's row in its sentence */
	struct dense dense; /* (hidden → embedding) */
	float *scores;      /* (count, vocabulary) */
};

void mlm_head_init(struct mlm_head *out, const int32_t *targets, const size_t *start);
void mlm_head_release(struct mlm_head *h);

#endif
