import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { describeObjectStore } from './objectStore.contract';

describeObjectStore('the in-memory fake', async () => ({
  store: new MemoryObjectStore(),
  prefix: 'contract/',
  close: async () => {},
}));
