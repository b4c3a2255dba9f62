import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextReport, type Counts } from '../../src/agent/uploadCommand/report';
import { FakeClock } from '../fakes/FakeClock';

const COUNTS: Counts = {
  ...{ files: 4, bytes: 40_000_000, uploaded: 1, unchanged: 0, failed: 0, skipped: 0, bytesDone: 0 },
  isWhole: true,
};

function makeReport(columns?: number) {
  const clock = new FakeClock();
  let err = '';
  const report = new TextReport({ out: () => undefined, err: (text) => (err += text), columns }, clock);
  return { clock, report, said: () => err };
}

test('the bar shows share, files, bytes and speed, within the width of the terminal', () => {
  const { clock, report, said } = makeReport(60);
  for (let at = 0; at <= 20; at += 1) {
    report.progress({ ...COUNTS, bytesDone: at * 1_000_000 });
    clock.advance(200);
  }
  const last = said().split('\r').at(-1)!;
  expect(last).toContain('[==========          ] 50 %  1 of 4 files');
  expect(last.replace('\x1b[K', '').length).toBeLessThan(60);
  const wide = makeReport(200);
  for (let at = 0; at <= 20; at += 1) {
    wide.report.progress({ ...COUNTS, bytesDone: at * 1_000_000 });
    wide.clock.advance(200);
  }
  expect(wide.said().split('\r').at(-1)).toContain('5 MB/s');
});

test('a narrow terminal gets fewer pieces, and each of them whole', () => {
  const amount = fc.integer({ min: 0, max: 999_999 });
  const size = fc.integer({ min: 1, max: 2 ** 45 });
  const counts = fc.record({ uploaded: amount, left: amount, failed: amount, size, isWhole: fc.boolean() });
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (made, share) => {
      const { uploaded, left, failed, size, isWhole } = made;
      const files = uploaded + failed + left;
      const bytesDone = Math.floor(size * share);
      const drawnAt = (columns: number) => {
        const { clock, report, said } = makeReport(columns);
        for (const bytes of [0, bytesDone]) {
          report.progress({ ...COUNTS, files, uploaded, failed, isWhole, bytes: size, bytesDone: bytes });
          clock.advance(1000);
        }
        return said().split('\r').at(-1)!.replace('\x1b[K', '');
      };
      const whole = drawnAt(200);
      // “=” and spaces make up the bar, which stands before the percentage.
      const pieces = new Set([...whole.split('  '), ...whole.replace(/^\[[= ]+\] /, '').split('  ')]);
      let before = 0;
      for (let columns = 20; columns <= 200; columns += 1) {
        const drawn = drawnAt(columns);
        expect(drawn.length).toBeLessThan(columns);
        expect(drawn.length).toBeGreaterThanOrEqual(before);
        for (const piece of drawn.split('  ').filter(Boolean)) expect(pieces).toContain(piece);
        if (isWhole) expect(drawn).toContain('%');
        before = drawn.length;
      }
    }),
    { numRuns: 30 },
  );
});

test('at 40 columns the speed and the bar give way to the figures', () => {
  const { clock, report, said } = makeReport(40);
  for (const bytesDone of [0, 20_000_000]) {
    report.progress({ ...COUNTS, bytesDone });
    clock.advance(1000);
  }
  expect(said().split('\r').at(-1)).toBe('50 %  1 of 4 files  20 MB of 40 MB\x1b[K');
});

test('without a terminal a line comes now and then, and no control character of a file’s name', () => {
  const { clock, report, said } = makeReport();
  for (let at = 0; at < 100; at += 1) {
    report.progress(COUNTS);
    clock.advance(200);
  }
  report.skipped({ path: 'a\x1b[2Jb', code: 'Link', message: 'It is a link.' });
  expect(said().split('\n')).toHaveLength(3);
  expect(said()).not.toContain('\x1b');
});
