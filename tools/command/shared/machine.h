/* machine - what the command wants to know of the computer it runs on. */
#ifndef SALTUS_TOOLS_MACHINE_H
#define SALTUS_TOOLS_MACHINE_H

#include <stdint.h>

/* Bytes a process can still take without swapping, control groups considered; 0: unknown. */
uint64_t machine_available_memory(void);
/* Part of the above that a network may take: 90 %; 0: unknown, no limit. */
uint64_t machine_memory_limit(void);
/* Processors this process may use, at least 1. */
uint32_t machine_cpu_count(void);
/* Threads to use when none are asked for: OMP_NUM_THREADS, else one a processor. */
uint32_t machine_default_threads(void);
/* The processor's name, "unknown" where the system does not tell. Static. */
const char *machine_cpu_model(void);
/* Seconds of a clock that only runs forward. */
double machine_seconds(void);

#endif /* SALTUS_TOOLS_MACHINE_H */
