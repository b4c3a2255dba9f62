import type { BrowserWindow } from 'electron';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDisplay, type PrivateDisplay } from './display.ts';
import { launch, type Launched } from './shell.ts';

const recordedMs = 4000;

let display: PrivateDisplay;
let shell: Launched;

beforeAll(async () => {
  display = await startDisplay();
  shell = await launch(display.name);
});

afterAll(async () => {
  await shell?.app.close();
  await display.stop();
});

type Recorded = { sizes: number[]; frames: number; pictureBytes: number; width: number; height: number };
type Probe = { streams: { codec_name: string; width: number; height: number; nb_read_frames: string }[] };

function probe(file: string): Probe['streams'][0] {
  const entries = ['-show_entries', 'stream=codec_name,width,height,nb_read_frames', '-of', 'json'];
  const text = execFileSync('ffprobe', ['-v', 'error', '-count_frames', ...entries, file], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as Probe).streams[0]!;
}

/** A part of the frame at two seconds, as grey values. */
function greyPixels(file: string, crop: string): Uint8Array {
  const filter = ['-vf', `crop=${crop},format=gray`, '-f', 'rawvideo', '-'];
  return execFileSync('ffmpeg', ['-v', 'error', '-ss', '2', '-i', file, '-frames:v', '1', ...filter]);
}

function brightest(pixels: Uint8Array): number {
  return pixels.reduce((most, pixel) => Math.max(most, pixel), 0);
}

describe('a hidden window', () => {
  it('records the screen to MP4 chunk by chunk, unseen and without a sharing bar', async () => {
    const recorded = await shell.app.evaluate(async (_electron, durationMs) => {
      const globals = globalThis as unknown as {
        open(name: string, options: object): BrowserWindow;
      };
      const window = globals.open('capture', { show: false });
      await window.loadURL('app://fixture/index.html');
      return (await window.webContents.executeJavaScript(`record(${durationMs})`, true)) as Recorded;
    }, recordedMs);
    expect(recorded).toMatchObject({ width: 1280, height: 800 });
    expect(recorded.frames).toBeGreaterThan((recordedMs / 1000) * 20);
    expect(recorded.sizes.length).toBeGreaterThan(4);
    expect(recorded.pictureBytes).toBeGreaterThan(1000);

    const file = path.join(shell.userData, 'chunks.mp4');
    expect(probe(file)).toMatchObject({ codec_name: 'h264', width: 1280, height: 800 });
    expect(Number(probe(file).nb_read_frames)).toBeGreaterThan(5);
    // Only the bare root window below and beside the main window: no bar, no capture window.
    expect(brightest(greyPixels(file, '1280:200:0:600'))).toBeLessThan(40);
    expect(brightest(greyPixels(file, '480:800:800:0'))).toBeLessThan(40);
    // The main window itself is in the picture.
    expect(brightest(greyPixels(file, '600:300:100:120'))).toBeGreaterThan(200);
  });
});
