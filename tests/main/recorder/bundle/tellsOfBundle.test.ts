import { expect, it } from 'vitest';
import { createExporter } from '../../../../src/main/recorder/bundle/exporter';
import { ID, recorded } from '../recordedSession';

async function exporterWith(onMade: (sessionId: string) => Promise<void>) {
  const { sessions, log, platform } = await recorded();
  return {
    exporter: createExporter({ sessions, log, broadcast: platform.windows.broadcast, onMade }),
    sessions,
    log,
  };
}

it('tells of a bundle when it stands', async () => {
  const told: [string, boolean][] = [];
  const { exporter, sessions } = await exporterWith(
    async (id) => void told.push([id, await sessions.isExported(id)]),
  );
  await exporter.exportSession(ID);
  expect(told).toEqual([[ID, true]]);
});

it('a bundle is made though whoever is told of it fails', async () => {
  const { exporter, sessions, log } = await exporterWith(() => Promise.reject(new Error('disk full')));
  await exporter.exportSession(ID);
  expect(await sessions.list()).toMatchObject([{ condition: 'exported' }]);
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
});
