#include "training/head.h"

#include "base/array.h"
#include "training/loss.h"

#include <stdlib.h>

int head_reserve(struct head *head, size_t count, struct error *err)
{
	head_release(head);
	head->targets = array_new(count, 1, sizeof *head->targets);
	head->losses = array_new(count, 1, sizeof *head->losses);
	head->right = array_new(count, 1, sizeof *head->right);
	head->predicted = array_new(count, 1, sizeof *head->predicted);
	if (head->targets == NULL || head->losses == NULL || head->right == NULL || head->predicted == NULL)
		return error_memory(err, "head of the encoder");
	return 0;
}

void head_release(struct head *head)
{
	free(head->targets);
	free(head->losses);
	free(head->right);
	free(head->predicted);
	head->targets = NULL;
	head->losses = NULL;
	head->right = NULL;
	head->predicted = NULL;
}

void head_score(struct head *head, size_t first, struct matrix scores)
{
	const float scale = head->counted > 0 ? 1.0f / (float)head->counted : 0.0f;

	for (size_t i = 0; i < scores.rows; i++) {
		const size_t e = first + i;
		const struct loss loss = loss_of(matrix_row(scores, i), scores.columns, head->targets[e], scale);

		head->losses[e] = loss.value;
		head->right[e] = loss.right;
		head->predicted[e] = loss.predicted;
	}
}

double head_loss(const struct head *head)
{
	double total = 0.0;

	for (size_t i = 0; i < head->count; i++)
		total += (double)head->losses[i];
	return head->counted > 0 ? total / (double)head->counted : 0.0;
}

size_t head_right(const struct head *head)
{
	size_t right = 0;

	for (size_t i = 0; i < head->count; i++)
		right += head->right[i];
	return right;
}
