/* rule_text - learning rules, models of release and codes, as `saltus models` prints them. */
#ifndef SALTUS_RULE_TEXT_H
#define SALTUS_RULE_TEXT_H

#include <saltus/encode.h>
#include <saltus/plasticity.h>

/* One line each. */
void rule_text_list(void);
/* One in full. */
void rule_text_print_rule(const saltus_plasticity_info *rule);
void rule_text_print_release(const saltus_release_info *model);
void rule_text_print_code(const saltus_code_info *code);
/* Each line of a text, indented. */
void rule_text_indented(const char *text);

#endif /* SALTUS_RULE_TEXT_H */
