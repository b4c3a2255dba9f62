const WINDOW = 5;
/** Memory growth during the start says nothing about later hours. */
const SETTLED_AFTER_MINUTES = 1;

/**
 * The rate of growth: a least-squares fit over samples smoothed by a median of five, after the first minute (over all
 * samples if there are too few).
 * @param samples `{ minutes, bytes }`, in order
 * @returns bytes a minute; 0 if there are too few samples
 */
export function growthPerMinute(samples) {
  const settled = samples.filter(({ minutes }) => minutes > SETTLED_AFTER_MINUTES);
  return slopeOf(withoutSpikes(settled.length > 2 * WINDOW ? settled : samples));
}

function withoutSpikes(samples) {
  return samples.map(({ minutes }, index) => {
    const around = samples.slice(Math.max(0, index - (WINDOW >> 1)), index + (WINDOW >> 1) + 1);
    const bytes = around.map((sample) => sample.bytes).sort((a, b) => a - b);
    return { minutes, bytes: bytes[bytes.length >> 1] };
  });
}

function slopeOf(samples) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map(({ minutes }) => minutes));
  const y = mean(samples.map(({ bytes }) => bytes));
  const over = samples.reduce((sum, { minutes, bytes }) => sum + (minutes - x) * (bytes - y), 0);
  const under = samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
  return under > 0 ? over / under : 0;
}
