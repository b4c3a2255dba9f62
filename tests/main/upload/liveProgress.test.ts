import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteCounter } from '../../../src/upload/transfer/byteCounter';
import { LiveProgress } from '../../../src/upload/queue/liveProgress';
import { newJobState } from '../../../src/upload/queue/queueState';
import { FakeClock } from '../../fakes/FakeClock';
import { MIB, SESSION } from './support';

const TOTAL = 1000 * MIB;
const PART = 10 * MIB;
const STEP_MS = 100;

/** An upload as its card shows it, on a link whose speed the test chooses. */
class Upload {
  private readonly clock = new FakeClock();
  private readonly live = new LiveProgress(this.clock);
  private generation = 1;
  private part = 1;
  private ofPart = 0;
  private acknowledged = 0;
  private bytes!: ByteCounter;

  constructor() {
    this.begin();
  }

  get bytesKept(): number {
    return this.acknowledged;
  }

  get view() {
    const state = { ...newJobState(SESSION, 0), generation: this.generation, totalBytes: TOTAL };
    return this.live.view(state);
  }

  /** A run begins from what was acknowledged: at first, after a wait, after a restart of the transfer. */
  begin(): void {
    this.live.begin(SESSION);
    this.bytes = new ByteCounter(this.generation, (progress) => this.live.add(SESSION, progress));
    this.bytes.startAt(this.acknowledged);
    this.ofPart = 0;
  }

  /** Another bundle: everything is sent again. */
  beginAnew(): void {
    this.generation += 1;
    this.acknowledged = 0;
    this.begin();
  }

  /** The part under way is lost and sent again. */
  lose(): void {
    this.bytes.forget(this.part);
    this.ofPart = 0;
  }

  wait(ms: number): void {
    this.clock.advance(ms);
  }

  /** Sends for so long, at so many bytes a second; `each` is shown every tenth of a second. */
  send(ms: number, bytesPerSecond: number, each: (view: NonNullable<Upload['view']>) => void = () => {}) {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.wait(STEP_MS);
      this.sendBytes((bytesPerSecond * STEP_MS) / 1000);
      each(this.view!);
    }
  }

  private sendBytes(bytes: number): void {
    const sent = Math.min(bytes, PART - this.ofPart);
    this.bytes.sent(this.part, sent);
    this.ofPart += sent;
    if (this.ofPart < PART) return;
    this.bytes.acknowledge(this.part, PART);
    this.acknowledged += PART;
    this.part += 1;
    this.ofPart = 0;
    if (bytes > sent) this.sendBytes(bytes - sent);
  }
}

const speed = fc.integer({ min: 8_000, max: 4 * MIB });
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('send' as const), ms: fc.nat(8000), speed }) },
  fc.record({ what: fc.constantFrom('lose' as const, 'begin' as const, 'beginAnew' as const) }),
  fc.record({ what: fc.constant('wait' as const), ms: fc.nat(40_000) }),
);

describe('whatever happens on the way', () => {
  test('bytes never fall within a generation, nor go beyond the size; what is kept is told with them', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 20 }), (script) => {
        const upload = new Upload();
        let shown = 0;
        for (const step of script) {
          if (step.what === 'send') upload.send(step.ms, step.speed);
          else if (step.what === 'wait') upload.wait(step.ms);
          else upload[step.what]();
          if (step.what === 'beginAnew') shown = 0;
          const { bytes, bytesKept } = upload.view!;
          expect(bytes).toBeGreaterThanOrEqual(shown);
          expect(bytesKept).toBe(upload.bytesKept);
          expect(bytes).toBeGreaterThanOrEqual(bytesKept);
          expect(bytes).toBeLessThanOrEqual(TOTAL);
          shown = bytes;
        }
      }),
    );
  });

  test('the time left runs down with the clock, and leans by two hundredths a look towards a new speed', () => {
    const changes = fc.array(fc.record({ ms: fc.integer({ min: 500, max: 9000 }), speed }), { minLength: 1 });
    fc.assert(
      fc.property(changes, (script) => {
        const upload = new Upload();
        let told: number | undefined;
        for (const { ms, speed: bytesPerSecond } of script)
          upload.send(ms, bytesPerSecond, (view) => {
            if (told !== undefined && view.secondsLeft !== undefined) {
              const expected = Math.max(0, told - STEP_MS / 1000);
              const bySpeed = (TOTAL - view.bytes) / view.bytesPerSecond!;
              expect(Math.abs(view.secondsLeft - expected)).toBeLessThanOrEqual(
                0.02 * Math.abs(bySpeed - expected) + 1e-6,
              );
            }
            told = view.secondsLeft;
          });
      }),
    );
  });

  test('at a steady speed both are true once they are told, from the start, after a wait and after a loss', () => {
    const before = fc.constantFrom('begin' as const, 'lose' as const, 'wait' as const, 'nothing' as const);
    fc.assert(
      fc.property(speed, before, fc.integer({ min: 3000, max: 30_000 }), (bytesPerSecond, trouble, ms) => {
        const upload = new Upload();
        upload.send(15_000, bytesPerSecond);
        if (trouble === 'wait') {
          upload.wait(60_000);
          upload.begin();
        } else if (trouble !== 'nothing') upload[trouble]();
        let passed = 0;
        upload.send(ms, bytesPerSecond, (view) => {
          passed += STEP_MS;
          if (view.bytesPerSecond === undefined) return expect(passed).toBeLessThan(2000);
          expect(view.bytesPerSecond / bytesPerSecond).toBeCloseTo(1, 1);
          const truly = (TOTAL - view.bytes) / bytesPerSecond;
          const lost = trouble === 'nothing' ? 0 : PART / bytesPerSecond;
          expect(view.secondsLeft!).toBeGreaterThan(truly * 0.95 - lost - 1);
          expect(view.secondsLeft!).toBeLessThan(truly * 1.05 + lost + 1);
        });
      }),
    );
  });
});

test('a gust of a second hardly changes the time left', () => {
  const upload = new Upload();
  upload.send(20_000, MIB);
  const before = upload.view!.secondsLeft!;
  upload.send(1000, 10 * MIB);
  expect(upload.view!.secondsLeft!).toBeGreaterThan(before * 0.85);
});

test('a new speed is believed within twenty seconds', () => {
  const upload = new Upload();
  upload.send(20_000, MIB);
  upload.send(20_000, 4 * MIB);
  const { bytes, secondsLeft } = upload.view!;
  expect(secondsLeft! / ((TOTAL - bytes) / (4 * MIB))).toBeLessThan(1.15);
});

test('while nothing moves the speed fades, and after ten seconds nothing is said', () => {
  const upload = new Upload();
  upload.send(20_000, MIB);
  upload.wait(5000);
  expect(upload.view!.bytesPerSecond! / MIB).toBeCloseTo(0.5, 1);
  upload.wait(6000);
  const { bytes, bytesPerSecond, secondsLeft } = upload.view!;
  expect(bytes / MIB).toBeCloseTo(20);
  expect([bytesPerSecond, secondsLeft]).toEqual([undefined, undefined]);
});
