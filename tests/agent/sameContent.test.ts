import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bundleCommand, makeHouse } from './commandHouse';

beforeAll(bundleCommand, 180_000);

type House = Awaited<ReturnType<typeof makeHouse>>;

/** As from another computer. */
async function uploadElsewhere(house: House, ...options: string[]) {
  house.state = 'elsewhere';
  expect((await house.upload(['photos'], ...options)).code).toBe(0);
  house.state = 'state';
}

const folderOf = (house: House) => path.join(house.dir, 'state');
const sent = (house: House) => house.asked('CreateMultipartUpload').length + house.asked('UploadPart').length;

async function makeUploaded(...options: string[]) {
  const house = await makeHouse();
  house.writeMany('photos', 6);
  house.write('photos/large', randomBytes(11 * 1024 * 1024));
  house.write('photos/large-too', randomBytes(16 * 1024 * 1024));
  await uploadElsewhere(house, ...options);
  house.bucket.log.clear();
  return house;
}

test.each([[[]], [['--part-size', '8MiB']]])(
  'what another computer uploaded is unchanged, and stays when a file changes later: %o',
  async (options) => {
    const house = await makeUploaded(...options);
    const first = await house.upload(['photos'], '--json');
    expect(first.code).toBe(0);
    expect(first.events().at(-1)).toMatchObject({ uploaded: 0, unchanged: 8, failed: 0 });
    expect(house.asked('HeadObject')).toHaveLength(8);
    expect(sent(house)).toBe(0);

    house.bucket.log.clear();
    const second = await house.upload(['photos']);
    expect(second).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 uploaded, 8 unchanged/) as string,
    });
    expect(house.bucket.log.entries).toHaveLength(8);

    house.write('photos/f1', 'CONTENT 1');
    house.write('photos/large', randomBytes(11 * 1024 * 1024));
    const large = await house.read('in/photos/large');
    const third = await house.upload(['photos'], '--json');
    expect(third.code).toBe(1);
    expect(third.events().at(-1)).toMatchObject({ uploaded: 0, unchanged: 6, failed: 2 });
    expect(await house.read('in/photos/f1')).toBe('content 1');
    expect((await house.read('in/photos/large')) === large).toBe(true);
    // The one who uploaded it may replace it.
    await uploadElsewhere(house);
    expect(await house.read('in/photos/f1')).toBe('CONTENT 1');
  },
);

test.each([
  ['with the id of the installation', (house: House) => readdirSync(folderOf(house))],
  ['alone', (house: House) => readdirSync(folderOf(house)).filter((name) => /^[0-9a-f]{16}$/.test(name))],
])('after the state was lost, %s, nothing is sent again', async (_, lost) => {
  const house = await makeHouse();
  house.writeMany('photos', 6);
  house.write('photos/large', randomBytes(11 * 1024 * 1024));
  await house.upload(['photos']);
  for (const name of lost(house)) rmSync(path.join(folderOf(house), name), { recursive: true });
  house.bucket.log.clear();
  const again = await house.upload(['photos']);
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^0 uploaded, 7 unchanged/) as string });
  expect(sent(house)).toBe(0);
  house.bucket.log.clear();
  await house.upload(['photos']);
  expect(house.bucket.log.entries.map(({ operation }) => operation)).toEqual(Array(7).fill('HeadObject'));
});

test('--overwrite sends what another computer uploaded', async () => {
  const house = await makeUploaded();
  const { code, out } = await house.upload(['photos'], '--overwrite');
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^8 uploaded, 0 unch/) as string,
  });
  expect(house.asked('PutObject')).toHaveLength(6);
});
