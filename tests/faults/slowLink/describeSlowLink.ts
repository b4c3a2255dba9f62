import { expect, test } from 'vitest';
import { runEngine } from '../kills/runEngine';
import { makeDice } from '../dice';
import { FaultProxy } from '../proxy/FaultProxy';
import { Run, SESSION } from '../Run';
import { serversUnderTest } from '../servers';
import { SlowLink, whyNoSlowLink } from './SlowLink';

const SIZE_BYTES = 500_000;
const BITS_PER_SECOND = 64_000;

/** The whole matrix only: each takes a minute of real time. */
export function describeSlowLink(): void {
  test.for([0.4, 30])(
    '64 kbit/s for real, %d s of queue',
    { timeout: 300_000 },
    async (queueSeconds, { skip }) => {
      const leftOut = await whyNoSlowLink();
      if (leftOut) {
        console.log(`64 kbit/s for real: left out, ${leftOut}`);
        skip(leftOut);
      }
      const link = await SlowLink.make({ bitsPerSecond: BITS_PER_SECOND, queueSeconds });
      const server = await serversUnderTest[0]!.start();
      const scenario = { name: 'a real slow link', sizeBytes: SIZE_BYTES };
      const run = await Run.prepare(scenario, server, makeDice(0), 'upload-state.json');
      await run.proxy.goDown();
      run.proxy = await FaultProxy.start({ target: server.destination.endpoint, host: link.host });
      try {
        const startedAt = performance.now();
        const job = {
          sessionId: SESSION,
          stateStore: run.stateStore,
          userDataDir: run.dir,
          config: run.config,
        };
        expect(await runEngine(job, link.farSide).ended).toMatchObject({ status: 'done' });
        expect(await run.difference()).toBeNull();
        expect(run.proxy.bytes({ key: run.key }), 'bytes sent').toBe(SIZE_BYTES);
        console.log(
          `64 kbit/s, ${queueSeconds} s of queue: ${Math.round((performance.now() - startedAt) / 1000)} s`,
        );
      } finally {
        await run.finish();
        await server.stop();
        await link.remove();
      }
    },
  );
}
