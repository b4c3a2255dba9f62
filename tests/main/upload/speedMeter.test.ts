import { expect, test } from 'vitest';
import { SpeedMeter } from '../../../src/upload/queue/speedMeter';

test('nothing moves at first, and what need not be sent again is no speed', () => {
  const meter = new SpeedMeter();
  expect(meter.bytesPerSecond(0)).toBeUndefined();
  meter.add(5_000_000, 0);
  expect(meter.bytesPerSecond(1000)).toBeUndefined();
});

test('is measured over the last ten seconds', () => {
  const meter = new SpeedMeter();
  for (let second = 0; second <= 20; second++) meter.add(second * 100, second * 1000);
  expect(meter.bytesPerSecond(20_000)).toBeCloseTo(100);
  for (let second = 21; second <= 40; second++) meter.add(2000 + (second - 20) * 700, second * 1000);
  expect(meter.bytesPerSecond(40_000)).toBeCloseTo(700);
});

test('is the same however often it is told', () => {
  const [often, seldom] = [new SpeedMeter(), new SpeedMeter()];
  for (let ms = 0; ms <= 15_000; ms++) {
    often.add(ms * 300, ms);
    if (ms % 100 === 0) seldom.add(ms * 300, ms);
  }
  expect(often.bytesPerSecond(15_000)).toBeCloseTo(300_000, 0);
  expect(seldom.bytesPerSecond(15_000)).toBeCloseTo(300_000, 0);
});

test('falls to nothing when nothing moves for ten seconds', () => {
  const meter = new SpeedMeter();
  meter.add(0, 0);
  meter.add(100, 1000);
  expect(meter.bytesPerSecond(5000)).toBeCloseTo(20);
  expect(meter.bytesPerSecond(12_000)).toBeUndefined();
});
