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
