/* Names that people give, of models, tasks and experiments, as parts of paths.
 *
 * A name may hold whatever a file system takes. In a path letters, digits, ".",
 * "_", "-" and the bytes of other scripts stand for themselves; any other byte,
 * and a "." or "-" at the beginning, is "+" and two hexadecimal digits: "net
 * (copy)" is "net+20+28copy+29". What comes out means nothing to a shell, to
 * make or in an address, and two names never give one. */
#ifndef BASE_NAME_H
#define BASE_NAME_H

/* The longest name, in bytes of its form in a path: two of them and what a stage
 * adds fit a file's name. */
#define NAME_LONGEST 96

/* What keeps a text from being a name ("expected …"), or NULL. */
const char *name_check(const char *name);

/* The name's form in a path, in new memory; NULL if memory is short. */
char *name_escape(const char *name);

/* The forms of several names with "/" between them, in new memory: of "probe",
 * "net", "original", "part of speech" it is
 * "probe/net/original/part+20of+20speech". NULL if memory is short. */
char *name_path(const char *first, ...) __attribute__((sentinel));

#endif
