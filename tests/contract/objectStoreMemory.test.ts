import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { describeObjectStore } from './objectStore.contract';

const makeFixture = async () => ({
  store: new MemoryObjectStore(),
  prefix: 'contract/',
  close: async () => {},
});

describeObjectStore('the in-memory fake', makeFixture, { hasServer: false });
