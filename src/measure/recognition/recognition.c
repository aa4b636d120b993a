/* recognition - from spike counts to classes, and what is shown when: plain arithmetic.
 *
 * Diehl & Cook (2015), Front. Comput. Neurosci. 9:99, section 2.5: a neuron gets the class of
 * images to which its mean response is highest; the class of an image is the one whose neurons
 * have the highest mean response.
 */
#include "base/random.h"
#include "saltus/learning.h"

#define CLASSES_MOST 256

void saltus_learning_shuffle(uint64_t seed, uint32_t epoch, uint32_t *order, uint32_t count)
{
    random_stream stream = random_stream_at(seed, RANDOM_IMAGE, 0, epoch);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = (uint32_t)sl_random_below(&stream, i);
        const uint32_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

void saltus_learning_rates(const uint8_t *pixels, uint32_t count, double rate_Hz,
                           double total_rate_Hz, double *rates_Hz)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += pixels[i];
    }
    const double factor =
        total_rate_Hz > 0 && sum > 0 ? total_rate_Hz / (double)sum : rate_Hz / 255;
    for (uint32_t i = 0; i < count; i++) {
        rates_Hz[i] = pixels[i] * factor;
    }
}

void saltus_learning_assign(const uint64_t *responses, const uint64_t *shown, uint32_t neurons,
                            uint32_t classes, uint32_t *class_of)
{
    for (uint32_t i = 0; i < neurons; i++) {
        double best = 0;
        class_of[i] = SALTUS_NO_CLASS;
        for (uint32_t c = 0; c < classes; c++) {
            const uint64_t spikes = responses[(size_t)i * classes + c];
            const double mean = shown[c] > 0 ? (double)spikes / (double)shown[c] : 0;
            if (mean > best) {
                best = mean;
                class_of[i] = c;
            }
        }
    }
}

uint32_t saltus_learning_vote(const uint32_t *spikes, const uint32_t *class_of, uint32_t neurons,
                              uint32_t classes)
{
    uint64_t sum[CLASSES_MOST] = {0};
    uint32_t members[CLASSES_MOST] = {0};
    for (uint32_t i = 0; i < neurons; i++) {
        if (class_of[i] < classes && class_of[i] < CLASSES_MOST) {
            sum[class_of[i]] += spikes[i];
            members[class_of[i]]++;
        }
    }
    double best = 0;
    uint32_t answer = SALTUS_NO_CLASS;
    for (uint32_t c = 0; c < classes && c < CLASSES_MOST; c++) {
        const double mean = members[c] > 0 ? (double)sum[c] / members[c] : 0;
        if (mean > best) {
            best = mean;
            answer = c;
        }
    }
    return answer;
}
