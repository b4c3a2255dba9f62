import { sessionHeaderSchema, sessionMetaSchema } from '../../shared/session';
import type { JsonFileSpec } from '../../lib/jsonFile';

export const headerSpec = {
  what: 'recording header',
  version: 1,
  schema: sessionHeaderSchema,
  inSession: true,
} satisfies JsonFileSpec<typeof sessionHeaderSchema>;

export const metaSpec = {
  what: 'session summary',
  version: 1,
  schema: sessionMetaSchema,
  inSession: true,
} satisfies JsonFileSpec<typeof sessionMetaSchema>;
