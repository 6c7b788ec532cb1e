/* Which fonts a machine's drawings and pages are made with. */
#ifndef FIGURE_FACES_H
#define FIGURE_FACES_H

#include <stdbool.h>

/* What pango chooses here for the characters of a text and for those that every
 * drawing may have: for each style the face and its version, and every other
 * face with the characters that it stands in for, or "none" with those that no
 * font has:
 *
 *	DejaVu Sans 2.37, none 名词; DejaVu Sans Bold 2.37, none 名词
 *
 * Two machines on which it is the same draw the same letters. `pages`: in the
 * styles of report.pdf, too. `text` is UTF-8; its order does not matter. New
 * memory; NULL if memory is short. */
char *faces_used(const char *text, bool pages);

#endif
