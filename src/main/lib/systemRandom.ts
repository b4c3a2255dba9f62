import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../types';

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
};
