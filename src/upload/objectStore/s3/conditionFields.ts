import type { WriteCondition } from '../objectStore';

/** The fields of a conditional write. */
export function conditionFields({ ifNoneMatch, ifMatch }: WriteCondition) {
  return { IfNoneMatch: ifNoneMatch ? '*' : undefined, IfMatch: ifMatch };
}
