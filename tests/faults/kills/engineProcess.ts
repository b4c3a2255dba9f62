// The upload engine in a process of its own, so that it can be killed. Prints `done WRITES` when the upload is done.
import { systemClock } from '../../../src/lib/systemClock';
import type { Logger } from '../../../src/shared/runtime';
import type { UploadConfig } from '../../../src/shared/upload';
import { startEngine } from '../engine';
import type { StateStoreName } from '../keptStates';
import { dyingStates, type Death } from './dyingStates';

export type EngineJob = {
  sessionId: string;
  stateStore: StateStoreName;
  userDataDir: string;
  config: UploadConfig;
  death?: Death;
};

const quiet = () => undefined;
const log: Logger = { info: quiet, warn: quiet, error: (...line) => console.error(...line) };

const { sessionId, stateStore, userDataDir, config, death } = JSON.parse(process.argv[2]!) as EngineJob;
let writes = 0;
const { queue, close } = await startEngine({
  ...{ sessionId, stateStore, userDataDir, config, log },
  clock: systemClock,
  timeouts: {},
  onQuarantine: ({ cause }) => console.error('a state file was damaged', cause),
  wrapStates: (states) => dyingStates(states, death, () => (writes += 1)),
});
const finish = async () => {
  const status = queue.find(sessionId)?.state.status;
  if (status !== 'done' && status !== 'failed') return;
  await close();
  process.stdout.write(`${status} ${writes}\n`, () => process.exit(0));
};
queue.subscribe(() => void finish());
// Before the wish itself was on disk, the user presses Upload once more.
if (!queue.find(sessionId)) await queue.enqueue(sessionId);
await finish();
