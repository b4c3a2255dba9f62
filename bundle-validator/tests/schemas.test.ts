import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  actionsFileSchema,
  frameSchema,
  manifestSchema,
  screenshotSchema,
  sessionHeaderSchema,
} from '../../src/shared/session';

const published = path.resolve(import.meta.dirname, '../../docs/bundle-schemas');

// After an intended change of the format: run vitest with `-u`, and document the change in docs/bundle-format.md.
test.each([
  ['session', sessionHeaderSchema],
  ['actions', actionsFileSchema],
  ['frame', frameSchema],
  ['screenshot', screenshotSchema],
  ['manifest', manifestSchema],
])('the published JSON schema of %s is the one in force', async (name, schema) => {
  const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(path.join(published, `${name}.schema.json`));
});
