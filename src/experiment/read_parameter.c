/* read_parameter - values by the tables of the catalogs: learning rules, models of release, codes.
 *
 * A parameter's name is its key, its kind says which units are allowed.
 */
#include <math.h>

#include "experiment/experiment_reader.h"

quantity_kind sl_quantity_kind_of(saltus_parameter_kind kind)
{
    static const quantity_kind kinds[] = {[SALTUS_PARAMETER_TIME] = QUANTITY_TIME,
                                          [SALTUS_PARAMETER_VOLTAGE] = QUANTITY_VOLTAGE,
                                          [SALTUS_PARAMETER_RATE] = QUANTITY_RATE,
                                          [SALTUS_PARAMETER_NUMBER] = QUANTITY_NUMBER,
                                          [SALTUS_PARAMETER_WORD] = QUANTITY_NUMBER,
                                          [SALTUS_PARAMETER_CURRENT] = QUANTITY_CURRENT,
                                          [SALTUS_PARAMETER_CAPACITANCE] = QUANTITY_CAPACITANCE,
                                          [SALTUS_PARAMETER_CONDUCTANCE] = QUANTITY_CONDUCTANCE};
    return kinds[kind];
}

quantity_kind sl_reader_kind_of(const reader *r, const saltus_rule_parameter *p)
{
    return p->kind == SALTUS_PARAMETER_VOLTAGE ? sl_reader_weight_kind(r)
                                               : sl_quantity_kind_of(p->kind);
}

void sl_reader_parameter(reader *r, yaml_node *mapping, const saltus_rule_parameter *p, double *out)
{
    yaml_node *value = sl_yaml_node_get(mapping, p->name);
    if (value == NULL) {
        if (isnan(p->default_value)) {
            const char *const examples[] = {[SALTUS_PARAMETER_TIME] = "20 ms",
                                            [SALTUS_PARAMETER_VOLTAGE] =
                                                sl_reader_weight_example(r),
                                            [SALTUS_PARAMETER_RATE] = "5 Hz",
                                            [SALTUS_PARAMETER_NUMBER] = "1",
                                            [SALTUS_PARAMETER_WORD] = "WORD"};
            sl_reader_report(r, mapping, "the key '%s' is missing; write it like %s: %s", p->name,
                             p->name, examples[p->kind]);
        }
        return;
    }
    const size_t mark = sl_reader_enter(r, p->name);
    if (p->kind == SALTUS_PARAMETER_WORD) {
        size_t count = 0;
        size_t place = 0;
        for (; p->words[count] != NULL; count++) {
        }
        if (sl_reader_word(r, value, p->words, count, p->name, &place)) {
            *out = (double)place;
        }
    } else {
        sl_reader_quantity(r, value, sl_reader_kind_of(r, p), out);
    }
    sl_reader_leave(r, mark);
}
