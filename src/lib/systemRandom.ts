import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../shared/runtime';

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
};
