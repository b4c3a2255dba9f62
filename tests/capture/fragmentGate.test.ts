import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { FragmentGate } from '../../src/capture/fragmentGate';

/** A window recorded by Chromium 156 as `avc3`, resized from 640 × 480 to 500 × 400 on the way. */
const recordings = [
  { file: 'silent.mp4', changedAtS: 2.48 },
  { file: 'sound.mp4', changedAtS: 3.69 },
];
const recorded = (file: string) => readFile(path.join(import.meta.dirname, '../fixtures/resized', file));

/** What the gate lets through when the recording comes in pieces that end at `cuts`. */
function passed(bytes: Uint8Array, cuts: readonly number[] = []) {
  const gate = new FragmentGate();
  const ends = [...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
  const out = ends.map((end, index) => gate.pass(bytes.slice(ends[index - 1] ?? 0, end)));
  return {
    bytes: Buffer.concat(out.map((piece) => piece.bytes)),
    hasChanged: out.at(-1)!.hasChanged,
  };
}

async function read(bytes: Uint8Array) {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] });
  const video = (await input.getPrimaryVideoTrack())!;
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(video).packets()) times.push(packet.timestamp);
  const sound = await input.getPrimaryAudioTrack();
  const codec = (await video.getDecoderConfig())!.codec;
  input.dispose();
  return { codec, lastFrameS: times.at(-1)!, hasSound: sound !== null };
}

describe.each(recordings)('a recording whose picture changes its size ($file)', ({ file, changedAtS }) => {
  it('ends with the last fragment of the size that its head promises, and says avc1', async () => {
    const { bytes, hasChanged } = passed(await recorded(file));
    expect(hasChanged).toBe(true);
    const { codec, lastFrameS, hasSound } = await read(bytes);
    expect(codec).toMatch(/^avc1\./);
    expect(bytes.includes('avc3')).toBe(false);
    expect(lastFrameS).toBeLessThan(changedAtS + 0.02);
    expect(lastFrameS).toBeGreaterThan(changedAtS - 0.5);
    expect(hasSound).toBe(file === 'sound.mp4');
  });

  it('is the same in whatever pieces it comes', async () => {
    const whole = await recorded(file);
    const expected = passed(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        expect(passed(whole, cuts)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

it('a recording that keeps its size is passed on up to its last whole fragment', async () => {
  const { bytes } = passed(await recorded('silent.mp4'));
  expect(passed(bytes)).toEqual({ bytes, hasChanged: false });
  const torn = passed(bytes.subarray(0, -100));
  expect(torn.hasChanged).toBe(false);
  expect(bytes.subarray(0, torn.bytes.length)).toEqual(torn.bytes);
  expect(torn.bytes.length).toBeGreaterThan(bytes.length / 4);
});

it('anything that is no MP4 is passed on as it is', () => {
  const noBox = fc.uint8Array({ minLength: 16, maxLength: 400 }).filter((bytes) => bytes[4]! < 32);
  fc.assert(
    fc.property(noBox, fc.array(fc.nat(), { maxLength: 5 }), (bytes, cuts) => {
      expect(passed(bytes, cuts)).toEqual({ bytes: Buffer.from(bytes), hasChanged: false });
    }),
  );
});
