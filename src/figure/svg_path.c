#include "figure/svg_path.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A path as it is written: places in hundredths of a point, so that steps from
 * one to the next add up exactly. */
struct pen {
	struct bytes *out;
	long x, y;             /* where the pen is */
	long start_x, start_y; /* of the subpath */
	long next_x, next_y;   /* where the next subpath begins */
	bool lifted;           /* it has not begun yet */
	char command;          /* last one written; it need not be repeated */
	bool pointed;          /* the last number had a point, so that another may follow at once */
	bool fresh;            /* nothing but a command stands before the next number */
};

static long hundredths(double value)
{
	return lround(100 * fmin(fmax(value, -1e7), 1e7));
}

/* The shortest text of n/100. */
static void number_text(char text[32], long n)
{
	int length = snprintf(text, 32, "%s%ld.%02ld", n < 0 ? "-" : "", labs(n) / 100, labs(n) % 100);

	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	text[length] = '\0';
	if (labs(n) < 100 && n != 0) /* "-0.5": "-.5" */
		memmove(text + (n < 0), text + (n < 0) + 1, strlen(text + (n < 0)));
}

void svg_number(struct bytes *out, double value)
{
	char text[32];

	number_text(text, hundredths(value));
	bytes_text(out, text);
}

/* With a space before it only where it would run into the number before. */
static void number_add(struct pen *p, long n)
{
	char text[32];

	number_text(text, n);
	if (!p->fresh && text[0] != '-' && !(text[0] == '.' && p->pointed))
		bytes_text(p->out, " ");
	bytes_text(p->out, text);
	p->pointed = strchr(text, '.') != NULL;
	p->fresh = false;
}

static void command_add(struct pen *p, char command)
{
	/* After "m", pairs without a command are lines. */
	if (command != p->command && !(command == 'l' && p->command == 'm')) {
		bytes_add(p->out, &command, 1);
		p->fresh = true;
	}
	p->command = command;
}

/* Writes the move that is due before something is drawn. */
static void begin(struct pen *p)
{
	if (!p->lifted)
		return;
	command_add(p, 'm');
	number_add(p, p->next_x - p->x);
	number_add(p, p->next_y - p->y);
	p->x = p->start_x = p->next_x;
	p->y = p->start_y = p->next_y;
	p->lifted = false;
}

/* Moves the pen by a line; level and upright ones need one number. */
static void line_add(struct pen *p, long x, long y)
{
	begin(p);
	if (y == p->y) {
		command_add(p, 'h');
		number_add(p, x - p->x);
	} else if (x == p->x) {
		command_add(p, 'v');
		number_add(p, y - p->y);
	} else {
		command_add(p, 'l');
		number_add(p, x - p->x);
		number_add(p, y - p->y);
	}
	p->x = x;
	p->y = y;
}

/* A cubic from P0 with C1, C2 to P3. The outlines of TrueType are quadratic, and
 * cairo raises their degree: with the control point Q, C1 = P0 + 2/3 (Q − P0) and
 * C2 = P3 + 2/3 (Q − P3). Where both give the same Q, to what rounding leaves, it
 * is written as what it was. `at` holds C1, C2, P3 in points. */
static void curve_add(struct pen *p, const cairo_path_data_t at[3])
{
	double c1[2] = { at[0].point.x, at[0].point.y }, c2[2] = { at[1].point.x, at[1].point.y },
	       p3[2] = { at[2].point.x, at[2].point.y };
	long x = hundredths(p3[0]), y = hundredths(p3[1]);
	double from[2], control[2], apart = 0;

	begin(p);
	from[0] = (double)p->x;
	from[1] = (double)p->y;
	for (int k = 0; k < 2; k++) {
		double first = (300 * c1[k] - from[k]) / 2, last = (300 * c2[k] - 100 * p3[k]) / 2;

		control[k] = (first + last) / 2;
		apart = fmax(apart, fabs(first - last));
	}
	if (apart <= 3) {
		command_add(p, 'q');
		number_add(p, lround(control[0]) - p->x);
		number_add(p, lround(control[1]) - p->y);
	} else {
		command_add(p, 'c');
		number_add(p, hundredths(c1[0]) - p->x);
		number_add(p, hundredths(c1[1]) - p->y);
		number_add(p, hundredths(c2[0]) - p->x);
		number_add(p, hundredths(c2[1]) - p->y);
	}
	number_add(p, x - p->x);
	number_add(p, y - p->y);
	p->x = x;
	p->y = y;
}

void svg_path(struct bytes *out, const cairo_path_t *path)
{
	struct pen p = { .out = out };

	for (int i = 0; i < path->num_data; i += path->data[i].header.length) {
		const cairo_path_data_t *at = &path->data[i + 1];

		switch (path->data[i].header.type) {
		case CAIRO_PATH_MOVE_TO:
			p.next_x = hundredths(at->point.x);
			p.next_y = hundredths(at->point.y);
			p.lifted = true;
			break;
		case CAIRO_PATH_LINE_TO:
			line_add(&p, hundredths(at->point.x), hundredths(at->point.y));
			break;
		case CAIRO_PATH_CURVE_TO:
			curve_add(&p, at);
			break;
		case CAIRO_PATH_CLOSE_PATH:
			bytes_text(out, "z");
			p.command = 'z';
			p.x = p.start_x;
			p.y = p.start_y;
			break;
		}
	}
}
