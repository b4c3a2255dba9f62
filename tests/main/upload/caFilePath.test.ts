import path from 'node:path';
import { expect, test } from 'vitest';
import { validateUploadConfig } from '../../../src/main/uploadConfig';

const CA = path.resolve('/etc/ssl/our ca.pem');

function judge(caFile: string) {
  const input = {
    bucket: 'recordings',
    region: 'eu-central-1',
    accessKeyId: 'A',
    secretAccessKey: 's',
    caFile,
  };
  const verdict = validateUploadConfig(input, null);
  return 'config' in verdict ? verdict.config.caFile : verdict.fieldErrors;
}

test.each([CA, `  ${CA}\n`, `\uFEFF${CA}`, `"${CA}"`, `'${CA}'`, ` "${CA}" `])(
  '%j is the path of a file',
  (typed) => {
    expect(judge(typed)).toBe(CA);
  },
);

test.each(['/etc/प्रमाण\u200dपत्र.pem', '/etc/👩\u200d💻.pem'])(
  '%j is a name with joiners that belong to it',
  (typed) => {
    expect(judge(typed)).toBe(typed);
  },
);

test.each([
  '\u200b',
  '\u200d',
  '\uFEFF',
  '\u202A',
  '\u2066',
  '\u200F',
  '\n',
  '\r',
  '\u2028',
  '\0',
  '\uD800',
  '\u00AD',
])('a path with %j in it is refused', (invisible) => {
  const refusal = { caFile: 'This contains an invisible character. Delete the text and type it in.' };
  expect(judge(`/etc/ssl/${invisible}ca.pem`)).toEqual(refusal);
  expect(judge(`"/etc/ssl/${invisible}ca.pem"`)).toEqual(refusal);
});

test.each(['ca.pem', '"ca.pem"', `"${CA}`])('%j is no whole path', (typed) => {
  expect(judge(typed)).toEqual({ caFile: 'Enter the full path of the file.' });
});
