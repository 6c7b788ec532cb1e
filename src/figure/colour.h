/* Colours: roles that change with the reader's colour scheme, a palette for
 * lines, and maps for magnitudes and differences.
 *
 * A role is a fixed colour on paper (PDF, PNG). In an SVG it is a CSS variable,
 * so that a page in dark mode can give it another value:
 *
 *	--figure-ink    text, and marks that matter
 *	--figure-soft   tick labels, leaders, hatching of missing values
 *	--figure-axis   axis lines
 *	--figure-grid   grid lines
 *	--figure-back   lines that stand behind others
 *	--figure-paper  what the figure lies on
 *	--figure-1 … --figure-8  the palette
 *	--figure-name-1 … --figure-name-8  the same for texts
 *
 * The palette's colours differ in lightness as well as in hue, on white and on
 * dark, so that they can be told apart in grey. Those for texts have a contrast
 * of 4.5 with either ground (WCAG 2, AA). */
#ifndef FIGURE_COLOUR_H
#define FIGURE_COLOUR_H

#include <stdbool.h>

enum role {
	ROLE_NONE, /* a colour that is the same in every scheme */
	ROLE_INK,
	ROLE_SOFT,
	ROLE_AXIS,
	ROLE_GRID,
	ROLE_BACK,
	ROLE_PAPER,
	ROLE_FIRST,                  /* of the palette */
	ROLE_NAMES = ROLE_FIRST + 8, /* the palette for texts */
	ROLE_COUNT = ROLE_NAMES + 8
};

struct colour {
	double r, g, b; /* sRGB, 0 … 1 */
	double a;
	enum role role; /* whose colour it is */
};

#define PALETTE_COUNT 8

const char *role_name(enum role r);          /* "ink", "1" */
struct colour role_colour(enum role r);      /* on paper */
struct colour role_colour_dark(enum role r); /* on a dark page */
struct colour palette_colour(int series);    /* series modulo 8; −1: ROLE_BACK */
struct colour name_colour(int series);       /* the same for a text; −1: ROLE_SOFT */

/* 0xrrggbb, without its opacity. */
unsigned colour_packed(struct colour c);

struct colour colour_alpha(struct colour c, double a);

/* t in [0, 1], clamped: viridis. */
struct colour colour_magnitude(double t);

/* t in [−1, 1], clamped: brown below zero, near-white at zero, blue above. */
struct colour colour_difference(double t);

/* Both maps are straight lines in sRGB between this many points, evenly spaced
 * from the least value to the greatest. */
#define MAP_POINTS 9

/* CIE L* of an opaque colour, 0 … 100. */
double colour_lightness(struct colour c);

/* Black or near-white, whichever reads better on `background`. */
struct colour colour_on(struct colour background);

#endif
