import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileResponse } from '../../../src/main/platform/fileResponse';

let folder: string;
const file = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'file-response-'));
  await writeFile(file('0001.mp4'), '0123456789');
  await writeFile(file('empty.webm'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function ask(name: string, range?: string, method = 'GET') {
  const headers = range === undefined ? undefined : { range };
  const response = await fileResponse(new Request('app://x/y', { method, headers }), file(name));
  const header = (key: string) => response.headers.get(key);
  return { status: response.status, header, text: await response.text() };
}

describe('a file over the app’s own scheme', () => {
  it('comes whole, with its type and length', async () => {
    const { status, header, text } = await ask('0001.mp4');
    expect([status, text]).toEqual([200, '0123456789']);
    expect(header('content-type')).toBe('video/mp4');
    expect(header('content-length')).toBe('10');
    expect(header('accept-ranges')).toBe('bytes');
    expect(header('content-range')).toBeNull();
  });

  it.each([
    ['bytes=0-', 'bytes 0-9/10', '0123456789'],
    ['bytes=2-4', 'bytes 2-4/10', '234'],
    ['bytes=8-99', 'bytes 8-9/10', '89'],
    ['bytes=-3', 'bytes 7-9/10', '789'],
    ['bytes=-30', 'bytes 0-9/10', '0123456789'],
  ])('%s is a part of it', async (range, contentRange, text) => {
    const part = await ask('0001.mp4', range);
    expect([part.status, part.header('content-range'), part.text]).toEqual([206, contentRange, text]);
    expect(part.header('content-length')).toBe(String(text.length));
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('%s is beyond it', async (range) => {
    const { status, header } = await ask('0001.mp4', range);
    expect([status, header('content-range')]).toEqual([416, 'bytes */10']);
  });

  it.each(['bytes=0-1,4-5', 'lines=0-1', 'bytes=5-2', 'bytes=', 'bytes=x-'])(
    '%s is no range, and the whole is the answer',
    async (range) => expect(await ask('0001.mp4', range)).toMatchObject({ status: 200, text: '0123456789' }),
  );

  it('is described to HEAD, and refuses to be written', async () => {
    const head = await ask('0001.mp4', undefined, 'HEAD');
    expect([head.status, head.header('content-length'), head.text]).toEqual([200, '10', '']);
    expect(await ask('0001.mp4', undefined, 'POST')).toMatchObject({ status: 405 });
  });

  it('of no length is empty, and has no ranges', async () => {
    expect(await ask('empty.webm')).toMatchObject({ status: 200, text: '' });
    expect(await ask('empty.webm', 'bytes=0-')).toMatchObject({ status: 416 });
  });

  it('is never held whole: what is not read is not there', async () => {
    await writeFile(file('large.webm'), '');
    await truncate(file('large.webm'), 8 * 1024 ** 3);
    const request = new Request('app://x/y', { headers: { range: 'bytes=0-' } });
    const response = await fileResponse(request, file('large.webm'));
    const reader = response.body!.getReader();
    expect((await reader.read()).value!.length).toBeLessThanOrEqual(1024 * 1024);
    await reader.cancel();
    expect(response.headers.get('content-range')).toBe(`bytes 0-${8 * 1024 ** 3 - 1}/${8 * 1024 ** 3}`);
  });
});
