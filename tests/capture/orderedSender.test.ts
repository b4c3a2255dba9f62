import { describe, expect, it } from 'vitest';
import { OrderedSender } from '../../src/capture/orderedSender';

const blob = (text: string) => new Blob([text]);

describe('the ordered sender', () => {
  it('keeps one chunk in flight and the order', async () => {
    const log: string[] = [];
    const answers: (() => void)[] = [];
    const sender = new OrderedSender(
      async (chunk) => {
        log.push(`begin ${await chunk.text()}`);
        await new Promise<void>((resolve) => answers.push(resolve));
        log.push(`end ${await chunk.text()}`);
      },
      () => {},
      () => {},
    );
    sender.push(blob('a'), 0);
    sender.push(blob(''), 0);
    sender.push(blob('b'), 0);
    const drained = sender.drained();
    const answer = async () => {
      while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
      answers.shift()!();
    };
    await answer();
    await answer();
    await drained;
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  it('keeps with each chunk until when it holds the picture, however long it waits', async () => {
    const sent: [string, number][] = [];
    const sender = new OrderedSender(
      async (chunk, heldUntilMs) => void sent.push([await chunk.text(), heldUntilMs]),
      () => {},
      () => {},
    );
    sender.push(blob('a'), 1000);
    sender.push(blob('b'), 2000);
    await sender.drained();
    expect(sent).toEqual([
      ['a', 1000],
      ['b', 2000],
    ]);
  });

  it('sends nothing after a failure, so that no hole comes into the file', async () => {
    const sent: string[] = [];
    const failures: unknown[] = [];
    const sender = new OrderedSender(
      async (chunk) => {
        sent.push(await chunk.text());
        throw new Error('refused');
      },
      (error) => failures.push(error),
      () => {},
    );
    sender.push(blob('a'), 0);
    sender.push(blob('b'), 0);
    await sender.drained();
    expect(sent).toEqual(['a']);
    expect(failures).toEqual([new Error('refused')]);
  });

  it('tells once that more waits than 64 MiB, sends all of it, and holds what is sent for no more', async () => {
    const answers: (() => void)[] = [];
    let [fulls, sent] = [0, 0];
    const sender = new OrderedSender(
      async () => {
        await new Promise<void>((resolve) => answers.push(resolve));
        sent += 1;
      },
      () => {},
      () => (fulls += 1),
    );
    const mebibytes = (count: number) => new Blob([new Uint8Array(count * 1024 * 1024)]);
    const answer = async () => {
      while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
      answers.shift()!();
    };
    sender.push(mebibytes(60), 0);
    await answer();
    await sender.drained();
    sender.push(mebibytes(60), 0);
    sender.push(mebibytes(4), 0);
    expect(fulls).toBe(0);
    sender.push(blob('one more'), 0);
    sender.push(mebibytes(1), 0);
    expect(fulls).toBe(1);
    for (let chunk = 0; chunk < 4; chunk += 1) await answer();
    await sender.drained();
    expect(sent).toBe(5);
  });
});
