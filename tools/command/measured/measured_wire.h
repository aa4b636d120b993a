/* measured_wire - what measured_run and its process agree on: the order of arguments, and that
 * struct measured_run comes first through the pipe, then its arrays in the order of the struct, the
 * names last. */
#ifndef SALTUS_TOOLS_MEASURED_WIRE_H
#define SALTUS_TOOLS_MEASURED_WIRE_H

/* Positions in argv; pairs of override path and value come after the last. */
enum {
    WIRE_WORD = 1,
    WIRE_DESCRIPTOR, /* of the pipe */
    WIRE_COMMAND,
    WIRE_FILE,
    WIRE_SEED, /* "": the file's */
    WIRE_THREADS,
    WIRE_ENGINE,
    WIRE_SPIKE_PATH, /* "": none */
    WIRE_NOMINAL_STEP,
    WIRE_INFERENCE,
    WIRE_ARGUMENTS
};

/* Exit code of a child that never became the program. */
#define WIRE_EXIT_NO_EXEC 127

#endif /* SALTUS_TOOLS_MEASURED_WIRE_H */
