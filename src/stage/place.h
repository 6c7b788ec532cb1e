/* Files that come with the program: in a checkout they lie above it, in an
 * installation below <prefix>/share/tunescope. */
#ifndef STAGE_PLACE_H
#define STAGE_PLACE_H

#include "base/error.h"

/* The path of "report/template.html", say, in new memory; NULL if it is not
 * there. */
char *place_find(const char *name);

/* The directory that holds it. */
char *place_directory(const char *name);

/* The file of an experiment, in new memory: a bare name is that of one that comes
 * with the program, whatever else is called so; anything else is a path. */
int place_experiment(char **out, const char *name, struct error *err);

#endif
