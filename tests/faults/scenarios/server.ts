import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Operation } from '../../../local-bucket/operations/route.ts';
import type { Reply, Rule } from '../proxy/rules';
import type { Run } from '../Run';
import { LOCAL } from '../servers';
import { MIB, PART_BYTES, type Scenario } from '../scenario';

const COMPLETE = 'CompleteMultipartUpload';
const RETRY_AFTER_MS = 30_000;
const SAME_PAGE = '<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>';

/** What a server, or something that answers in its place, does to an upload. */
export const serverScenarios: Scenario[] = [
  {
    name: '503 with Retry-After: 30 for every tenth request',
    short: true,
    sizeBytes: 12 * PART_BYTES,
    charged: 0,
    faults: (dice) => {
      let asked = 0;
      const first = dice.between(2, 8);
      return [
        {
          times: 1000,
          free: true,
          if: ({ operation }) => ofUpload(operation) && ((asked += 1) === first || dice.chance(0.1)),
          damage: { kind: 'answer', status: 503, code: 'SlowDown', headers: { 'retry-after': '30' } },
        },
      ];
    },
    holds: expectQuietWindows,
  },
  {
    name: 'a storm of 429',
    short: true,
    charged: 0,
    faults: () => [
      { times: 40, free: true, damage: { kind: 'answer', status: 429, code: 'TooManyRequests' } },
      {
        ...{ on: ['UploadPart'], part: 3, times: 10, free: true },
        damage: { kind: 'answer', status: 429, code: 'TooManyRequests' },
      },
    ],
  },
  ...(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'] as const).map(
    (operation): Scenario => ({
      name: `the reply to ${operation} is lost`,
      short: true,
      faults: () => [{ on: [operation], free: true, damage: { kind: 'loseReply' } }],
    }),
  ),
  {
    name: 'the reply to PutObject is lost',
    short: true,
    sizeBytes: MIB,
    faults: (_dice, run) => [
      { on: ['PutObject'], free: true, if: ({ key }) => key === run.key, damage: { kind: 'loseReply' } },
    ],
  },
  {
    name: 'ListParts is denied',
    short: true,
    faults: () => [
      { on: ['UploadPart'], part: 3, damage: { kind: 'reset', afterBytes: MIB } },
      {
        on: ['ListParts'],
        times: 9,
        free: true,
        damage: { kind: 'answer', status: 403, code: 'AccessDenied' },
      },
    ],
  },
  {
    name: 'ListParts leaves out a part, then lies about one',
    short: true,
    otherFaults: 1,
    faults: () => [
      { on: ['UploadPart'], part: 4, damage: { kind: 'reset', afterBytes: MIB } },
      { on: ['ListParts'], free: true, damage: { kind: 'rewrite', change: withoutFirstPart } },
      { on: ['CompleteMultipartUpload'], free: true, damage: { kind: 'reset', afterBytes: 0 } },
      { on: ['ListParts'], damage: { kind: 'rewrite', change: withWrongEtags } },
    ],
  },
  {
    name: 'a part on the server is another than the one that was sent',
    short: true,
    realTimeouts: true,
    otherFaults: 1,
    faults: (_dice, { eye, key }) => [
      { on: ['UploadPart'], part: 4, damage: { kind: 'reset', afterBytes: MIB } },
      { on: ['ListParts'], ...onceBefore(() => eye.overwritePart(key, 1, randomBytes(PART_BYTES))) },
    ],
    holds: ({ state }) => expect(state?.generation, 'found before Complete').toBe(1),
  },
  {
    name: 'ListParts names the same page for ever',
    short: true,
    faults: () => [
      { on: ['UploadPart'], part: 3, damage: { kind: 'reset', afterBytes: MIB } },
      { on: ['ListParts'], times: 1000, free: true, damage: { kind: 'rewrite', change: withoutEnd } },
    ],
    holds: ({ proxy }) => {
      const asked = proxy.exchanges.filter(({ operation }) => operation === 'ListParts').length;
      expect(asked, 'pages asked for').toBeLessThan(10);
    },
  },
  {
    name: 'the reply to UploadPart names a wrong ETag',
    short: true,
    faults: () => [
      { on: ['UploadPart'], part: 2, damage: { kind: 'rewrite', change: withEtag(`"${'0'.repeat(32)}"`) } },
    ],
  },
  {
    name: 'the reply to UploadPart names no ETag',
    short: true,
    faults: () => [
      { on: ['UploadPart'], part: 2, free: true, damage: { kind: 'rewrite', change: withEtag(undefined) } },
    ],
  },
  afterComplete('is lost', ({ eye, key }) => eye.remove(key)),
  {
    ...afterComplete('is cut short', ({ eye, key }) => eye.spoil(key, (content) => content.subarray(0, -1))),
    short: false,
  },
  afterComplete('has a bit flipped', ({ eye, key }) => eye.spoil(key, withFlippedBit)),
  bitFlips('a bit flips on the way up'),
  { ...bitFlips('a bit flips on the way up, over https'), https: true },
  {
    name: 'a bit flips on the way up of a bundle of one part',
    short: true,
    sizeBytes: MIB,
    faults: (dice, run) => [
      {
        ...{ on: ['PutObject'], if: ({ key }) => key === run.key },
        damage: { kind: 'flip', atByte: dice.between(0, MIB - 1) },
      },
    ],
  },
  {
    name: 'the probe of a new destination is spoilt on its way',
    short: true,
    faults: (dice) => [
      {
        ...{ on: ['PutObject'], if: ({ key }) => key?.endsWith('.probe') === true },
        damage: { kind: 'flip', atByte: dice.between(0, 20) },
      },
      { on: ['PutObject'], free: true, damage: { kind: 'answer', status: 400, code: 'RequestTimeout' } },
    ],
    // Not believed to be all that the bucket can do.
    holds: ({ server, state }) => {
      if (server.name === LOCAL) expect(state?.result?.checksum).toBeDefined();
    },
  },
  {
    name: 'the token expires in the middle of a part',
    short: true,
    charged: 0,
    faults: () => [
      {
        on: ['UploadPart'],
        part: 3,
        damage: { kind: 'answer', status: 400, code: 'ExpiredToken', afterBytes: MIB },
      },
      {
        on: ['UploadPart'],
        part: 4,
        times: 1,
        damage: { kind: 'answer', status: 400, code: 'ExpiredToken', afterBytes: 1 },
      },
    ],
    steps: async (run) => {
      await run.upload();
      const { error, reason } = await run.until('failed');
      expect(error?.code).toBe('ExpiredToken');
      expect(reason?.kind).toBe('needs-user');
      await run.engine.configure(run.config);
      await run.engine.queue.retry(run.state!.sessionId);
      await run.until('done');
    },
  },
  {
    name: 'the server aborts the upload at 90 %',
    short: true,
    sizeBytes: 10 * PART_BYTES,
    anew: 1,
    realTimeouts: true,
    faults: (_dice, run) => [{ on: ['UploadPart'], part: 10, before: () => run.eye.abortAll() }],
  },
];

/** Something that happens on the server, once; no such request goes on before it is through. */
function onceBefore(act: () => Promise<void>): Pick<Rule, 'times' | 'free' | 'before'> {
  let acting: Promise<void> | undefined;
  return { times: 1000, free: true, before: () => (acting ??= act()) };
}

/** What Complete confirmed is spoilt before it is looked at: to be told by the look alone, and sent anew. */
function afterComplete(what: string, spoil: (run: Run) => Promise<void>): Scenario {
  return {
    name: `the object ${what} after Complete, before it is looked at`,
    short: true,
    anew: 1,
    realTimeouts: true,
    faults: (_dice, run) => {
      const isThrough = () =>
        run.proxy.exchanges.some(({ operation, status }) => operation === COMPLETE && status === 200);
      return [{ on: ['HeadObject'], if: isThrough, ...onceBefore(() => spoil(run)) }];
    },
    holds: ({ state }) => expect(state?.generation).toBe(2),
  };
}

function withFlippedBit(content: Buffer): Buffer {
  const flipped = Buffer.from(content);
  flipped[0]! ^= 1;
  return flipped;
}

function bitFlips(name: string): Scenario {
  return {
    name,
    short: true,
    faults: (dice) =>
      [1, 3].map((part) => ({
        ...{ on: ['UploadPart'] as const, part },
        damage: { kind: 'flip' as const, atByte: dice.between(0, PART_BYTES - 1) },
      })),
  };
}

function ofUpload(operation: Operation): boolean {
  return operation !== 'ListMultipartUploads' && operation !== 'DeleteObject';
}

/** After a 503 no request reaches the host before its Retry-After has passed, but those that were on their way. */
function expectQuietWindows(run: Run): void {
  const { exchanges } = run.proxy;
  const refusals = exchanges.filter(({ status }) => status === 503);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) {
    const early = exchanges.filter(
      ({ atMs, realAtMs }) => realAtMs > refusal.repliedRealMs! + 250 && atMs < refusal.atMs + RETRY_AFTER_MS,
    );
    expect(
      early.map(({ operation }) => operation),
      'requests inside the window',
    ).toEqual([]);
  }
}

function withoutFirstPart(reply: Reply): Reply {
  const body = reply.body.toString().replace(/<Part>.*?<\/Part>/s, '');
  return { ...reply, body: Buffer.from(body) };
}

function withoutEnd(reply: Reply): Reply {
  const body = reply.body
    .toString()
    .replace(/<IsTruncated>[^<]*<\/IsTruncated>/, '')
    .replace(/<NextPartNumberMarker>[^<]*<\/NextPartNumberMarker>/, '')
    .replace('</ListPartsResult>', `${SAME_PAGE}</ListPartsResult>`);
  return { ...reply, body: Buffer.from(body) };
}

/** Of the first part it claims another content. */
function withWrongEtags(reply: Reply): Reply {
  const body = reply.body
    .toString()
    .replace(/<ETag>[^<]*<\/ETag>/, `<ETag>&quot;${'f'.repeat(32)}&quot;</ETag>`)
    .replace(/<ChecksumCRC32>[^<]*</, '<ChecksumCRC32>AAAAAA==<');
  return { ...reply, body: Buffer.from(body) };
}

function withEtag(etag: string | undefined): (reply: Reply) => Reply {
  return ({ status, headers: { etag: _, ...headers }, body }) => ({
    ...{ status, body },
    headers: etag === undefined ? headers : { ...headers, etag },
  });
}
