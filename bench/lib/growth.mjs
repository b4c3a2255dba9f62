const WINDOW = 5;
/** What a process takes while it starts says nothing about the hours after it. */
const SETTLED_AFTER_MINUTES = 1;

/**
 * How fast something grows: the least squares over samples freed from spikes by a median of five, after the first minute
 * (over all of them where there are too few).
 * @param samples `{ minutes, bytes }`, in order
 * @returns bytes a minute; 0 where there is nothing to tell it from
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
