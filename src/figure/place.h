/* Where labels go, so that none covers another. */
#ifndef FIGURE_PLACE_H
#define FIGURE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Moves places along a line as little as possible (least squares) so that
 * neighbours are `gap` apart and all lie in low … high. Any order; places that
 * are not finite stay. Where there is no room the gap shrinks. -1 if memory is
 * short. */
int place_spread(double *places, size_t count, double gap, double low, double high);

struct box {
	double x, y, width, height;
};

#define PLACER_MAX 512

/* What is taken of a page: labels, and marks they must not cover. */
struct placer {
	struct box bounds;
	struct box taken[PLACER_MAX];
	size_t count;
	struct obstacle {
		double x0, y0, x1, y1, half; /* a line, and half its breadth */
	} lines[PLACER_MAX];
	size_t line_count;
};

void placer_init(struct placer *out, struct box bounds);

/* Keeps a box, or a straight line of some breadth, free of labels. Beyond
 * PLACER_MAX of either, the rest is not kept free. */
void placer_block(struct placer *p, struct box b);
void placer_block_line(struct placer *p, double x0, double y0, double x1, double y1, double width);

/* Finds a free place for a label of width × height near (x, y), at `distance`
 * from it, the side towards (toward_x, toward_y) first, and takes it. False,
 * and nothing taken, if there is none. */
bool placer_label(struct placer *p, struct box *out, double x, double y, double distance, double toward_x,
		  double toward_y, double width, double height);

#endif
