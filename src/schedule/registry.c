/* registry - the schedulers by name. A new one is a file and a line here (twice its name). */
#include <string.h>

#include "saltus/catalog.h"
#include "schedule/scheduler.h"

extern const scheduler sl_scheduler_heap;
extern const scheduler sl_scheduler_delay_lines;

const scheduler *const sl_schedulers[] = {&sl_scheduler_heap, &sl_scheduler_delay_lines};
const size_t sl_scheduler_count = sizeof sl_schedulers / sizeof sl_schedulers[0];

const scheduler *sl_scheduler_find(const char *name)
{
    if (name == NULL) {
        return sl_schedulers[0];
    }
    for (size_t i = 0; i < sl_scheduler_count; i++) {
        if (strcmp(sl_schedulers[i]->name, name) == 0) {
            return sl_schedulers[i];
        }
    }
    return NULL;
}

size_t saltus_scheduler_count(void)
{
    return sl_scheduler_count;
}

const char *saltus_scheduler_name(size_t index)
{
    return index < sl_scheduler_count ? sl_schedulers[index]->name : NULL;
}

const char *saltus_scheduler_summary(size_t index)
{
    return index < sl_scheduler_count ? sl_schedulers[index]->summary : NULL;
}
