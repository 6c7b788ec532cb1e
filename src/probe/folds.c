#include "probe/folds.h"

#include "base/array.h"

#include <stdlib.h>

/* Numbers the classes by first appearance: rank[class], and size by rank. */
static void classes_rank(size_t *rank, size_t *size, const uint32_t *labels, size_t count, size_t classes)
{
	size_t seen = 0;

	for (size_t c = 0; c < classes; c++)
		rank[c] = classes;
	for (size_t i = 0; i < count; i++) {
		if (rank[labels[i]] == classes)
			rank[labels[i]] = seen++;
		size[rank[labels[i]]]++;
	}
}

/* Lay the examples out sorted by class, classes by first appearance, and deal
 * the positions to the folds in turn: position p goes to fold p mod splits. So
 * each fold's share of a class is known; the class's examples then fill fold 0's
 * share first, then fold 1's, in the order of the data. */
int folds_stratified(uint32_t *fold, const uint32_t *labels, size_t count, size_t classes, size_t splits,
		     struct error *err)
{
	size_t *work = array_new(4, classes + 1, sizeof *work);
	size_t *rank = work, *size = work + classes, *start = size + classes, *taken = start + classes;

	if (work == NULL)
		return error_memory(err, "folds");
	classes_rank(rank, size, labels, count, classes);
	for (size_t r = 1; r < classes; r++)
		start[r] = start[r - 1] + size[r - 1];
	for (size_t i = 0; i < count; i++) {
		size_t r = rank[labels[i]], left = taken[r]++, f = 0;

		for (; f + 1 < splits; f++) {
			/* positions p ≡ f (mod splits) in start … start+size−1 */
			size_t first = (f + splits - start[r] % splits) % splits;
			size_t share = first < size[r] ? (size[r] - first - 1) / splits + 1 : 0;

			if (left < share)
				break;
			left -= share;
		}
		fold[i] = (uint32_t)f;
	}
	free(work);
	return 0;
}
