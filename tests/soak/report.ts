import type { RoundResult } from './KillRounds';

const mib = (bytes: number) => (bytes / (1024 * 1024)).toFixed(2);
/** Four parts of 10 MiB at once: what one kill may cost. */
const MOST_RESENT_BYTES = 4 * 10 * 1024 * 1024;

/** What the soak prints. */
export const report = {
  line(run: number, { sizeBytes, killedAtBytes, bytesResent, isIdentical, seconds }: RoundResult): void {
    console.log(
      `${String(run).padStart(4)}  ${mib(sizeBytes).padStart(7)} MiB, killed at ${mib(killedAtBytes).padStart(7)}, ` +
        `sent again ${mib(bytesResent).padStart(6)}, ${isIdentical ? 'identical' : 'DIFFERENT'}, ${seconds.toFixed(1)} s`,
    );
  },

  /** @returns whether everything promised was kept */
  summary(results: readonly RoundResult[], left: { objects: string[]; unfinished: number }): boolean {
    const resent = results.map(({ bytesResent }) => bytesResent).toSorted((a, b) => a - b);
    const identical = results.filter(({ isIdentical }) => isIdentical).length;
    const duplicates = results.reduce((sum, { objects }) => sum + objects - 1, 0) + left.objects.length;
    const falseDone = results.filter(({ isFalseDone }) => isFalseDone).length;
    const worst = resent.at(-1) ?? 0;
    console.log(
      `\n${results.length} runs, ${identical} identical objects, ${duplicates} duplicates, ` +
        `${left.unfinished} multipart uploads left, ${falseDone} times a false "done"\n` +
        `bytes sent again: median ${mib(resent[Math.floor(resent.length / 2)] ?? 0)} MiB, ` +
        `max ${mib(worst)} MiB, promised at most ${mib(MOST_RESENT_BYTES)} MiB`,
    );
    const kept = identical === results.length && duplicates === 0 && left.unfinished === 0 && falseDone === 0;
    return kept && worst <= MOST_RESENT_BYTES;
  },
};
