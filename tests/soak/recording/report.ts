import type { RoundResult } from './RecordingRounds';

/** What is promised, in seconds. */
const MOST_LOST = 3;
const MOST_APART = 0.5;

type Figure = 'videoLost' | 'actionsLost' | 'endsApart' | 'outage' | 'step';

const seconds = (value: number | undefined) => (value === undefined ? '   –  ' : `${value.toFixed(2)} s`);

/** What the soak prints. */
export const report = {
  line(run: number, result: RoundResult): void {
    const { victim, recordedSeconds, salvaged, playable, problems } = result;
    console.log(
      `${String(run).padStart(4)}  ${victim.padEnd(7)} killed after ${recordedSeconds.toFixed(1)} s: ` +
        `${salvaged ? 'salvaged' : 'NOT SALVAGED'}, ${playable ? 'plays' : 'DOES NOT PLAY'}, ` +
        `lost video ${seconds(result.videoLost)}, actions ${seconds(result.actionsLost)}, ` +
        `ends apart ${seconds(result.endsApart)}, away ${seconds(result.outage)} (${result.seconds.toFixed(1)} s)`,
    );
    for (const problem of problems) console.log(`      ${problem}`);
  },

  /** @returns whether everything promised was kept */
  summary(results: readonly RoundResult[]): boolean {
    const count = (is: (result: RoundResult) => boolean) => `${results.filter(is).length}/${results.length}`;
    console.log(
      `\nsalvaged ${count(({ salvaged }) => salvaged)}, playable ${count(({ playable }) => playable)}, ` +
        `as the format wants ${count(({ problems }) => problems.length === 0)}\n` +
        `video lost: ${spread(results, 'videoLost')}, promised at most ${MOST_LOST} s\n` +
        `actions lost: ${spread(results, 'actionsLost')}, promised at most ${MOST_LOST} s\n` +
        `ends apart: ${spread(results, 'endsApart')}, promised at most ${MOST_APART} s\n` +
        `capture page or input process away: ${spread(results, 'outage')}\n` +
        `the signal itself, which nothing is finer than: a count each ${spread(results, 'step')}`,
    );
    return results.every(isKept);
  },
};

function isKept({ salvaged, playable, problems, ...figures }: RoundResult): boolean {
  const { videoLost = Infinity, actionsLost = Infinity, endsApart = Infinity, step = 0 } = figures;
  const isWhole = salvaged && playable && problems.length === 0;
  return isWhole && videoLost <= MOST_LOST && actionsLost <= MOST_LOST && endsApart <= MOST_APART + step;
}

function spread(results: readonly RoundResult[], figure: Figure): string {
  const sorted = results
    .map((result) => result[figure])
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
  const missing = figure === 'outage' ? 0 : results.length - sorted.length;
  const middle = sorted[Math.floor(sorted.length / 2)];
  return `median ${seconds(middle)}, max ${seconds(sorted.at(-1))}${missing ? `, ${missing} UNKNOWN` : ''}`;
}
