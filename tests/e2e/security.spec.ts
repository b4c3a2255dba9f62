import type { Page } from '@playwright/test';
import type * as Main from 'electron';
import type { Bridge } from '../../src/shared/bridge';
import type { UploadConfigInput } from '../../src/shared/upload';
import { filesHolding } from './harness/disk';
import { connectToPeers, listenAsPeers } from './harness/peers';
import { startRecording } from './harness/record';
import { expect, neverRetry, test } from './harness/test';
import type { TestBucket } from './harness/testBucket';

neverRetry();

const anyText: unknown = expect.any(String);

type PageGlobals = { sessionRecorder: Bridge };
/** What a page gets for an answer, as far as these tests look at it. */
type Answer = { ok: boolean; value?: unknown; error?: { code: string } };

test('pages: no Node, one frozen bridge, and no frame or foreign command comes through it', async ({
  launch,
}) => {
  const app = await launch();
  await startRecording(app);
  expect(app.electron.windows()).toHaveLength(3);
  for (const page of app.electron.windows()) {
    const seen = await page.evaluate(lookAround);
    expect(seen, page.url()).toEqual({
      nodeGlobals: [],
      bridge: ['call', 'on'],
      isFrozen: true,
      isReplaceable: false,
      bridgeInFrame: 'undefined',
    });
  }
  expect(await call(app.page, 'captureReport', { kind: 'ready' })).toMatchObject({
    ok: false,
    error: { code: 'ForeignSender' },
  });
  const strangers = await app.electron.evaluate(askAsStranger);
  for (const answer of strangers)
    expect(answer).toMatchObject({ ok: false, error: { code: 'ForeignSender' } });
});

test('pages: leaving, new windows, permissions and foreign code are refused', async ({ launch }) => {
  const { electron, page } = await launch();
  await electron.evaluate(({ BrowserWindow }) => {
    const asked: [string, boolean][] = [];
    Object.assign(globalThis, { asked });
    BrowserWindow.getAllWindows()[0]!.webContents.on('will-navigate', (event) =>
      asked.push([event.url, event.defaultPrevented]),
    );
  });
  const targets = ['https://example.invalid/away', 'app://elsewhere/index.html', 'mailto:a@example.invalid'];
  for (const target of targets) {
    await page.evaluate((url) => void (location.href = url), target);
    await expect
      .poll(() => electron.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked))
      .toContainEqual([target, true]);
  }
  await page.evaluate(() => void window.open('https://example.invalid/popup'));
  await expect.poll(() => electron.windows().length).toBe(1);
  expect(await page.evaluate(askForPermissions)).toEqual({
    microphone: 'NotAllowedError',
    screen: 'NotAllowedError',
    clipboard: 'NotAllowedError',
    notifications: 'denied',
    position: 1,
  });
  expect(await page.evaluate(runForeignCode)).toEqual({
    ran: [],
    refused: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'],
  });
  await expect(page.getByRole('button', { name: 'Sessions' })).toBeVisible();
});

test('pages: no peer connection reaches anybody, and the console has no complaint', async ({ launch }) => {
  const app = await launch();
  await startRecording(app);
  const said: string[] = [];
  for (const page of app.electron.windows()) {
    page.on('console', (message) => said.push(message.text()));
    const peers = await listenAsPeers();
    try {
      expect(await page.evaluate(connectToPeers, peers.ports), page.url()).toEqual([]);
      expect([...peers.reached], page.url()).toEqual([]);
    } finally {
      peers.close();
    }
  }
  await app.page.reload();
  await expect(app.page.getByRole('button', { name: 'Sessions' })).toBeVisible();
  expect(said).toEqual([]);
});

test('bridge: bad arguments and unsafe endpoints are refused in words; a new endpoint wants its secret again', async ({
  bucket,
  launch,
}) => {
  const { page } = await launch();
  const bad: [keyof Bridge['call'], ...unknown[]][] = [
    ['uploadSession'],
    ['uploadSession', '../../etc'],
    ['deleteSession', '..'],
    ['deleteSession', { id: 1 }],
    ['showSessionInFolder', '20260131-142530-9f3a/..'],
    ['startRecording', { sourceId: 7, microphone: 'yes' }],
    ['setUploadConfig', { bucket: 1 }],
    ['getUploadConfig', 'something'],
  ];
  for (const [name, ...args] of bad)
    expect(await call(page, name, ...args), `${name} ${JSON.stringify(args)}`).toMatchObject({
      ok: false,
      error: { code: 'BadArguments' },
    });

  const save = (changes: Partial<UploadConfigInput>) =>
    call(page, 'setUploadConfig', { ...inputFor(bucket), ...changes });
  const refusedFor = (field: string) => ({
    ok: true,
    value: { saved: false, fieldErrors: { [field]: anyText } },
  });
  expect(await save({ endpoint: 'http://s3.example.com' })).toMatchObject(refusedFor('endpoint'));
  expect(await save({ allowHttp: undefined })).toMatchObject(refusedFor('endpoint'));
  expect(await save({})).toMatchObject({ ok: true, value: { saved: true } });
  expect(await save({ secretAccessKey: undefined })).toMatchObject({ ok: true, value: { saved: true } });
  const elsewhere = { endpoint: 'https://s3.example.com', secretAccessKey: undefined };
  expect(await save(elsewhere)).toMatchObject(refusedFor('secretAccessKey'));
  expect(await call(page, 'validateUploadConfig', { ...inputFor(bucket), ...elsewhere })).toMatchObject({
    value: { valid: false, fieldErrors: { secretAccessKey: anyText } },
  });
});

test('secrets: none reaches a page, a file or the log, a failed connection test included', async ({
  bucket,
  launch,
  userDataDir,
}) => {
  const app = await launch();
  const { page } = app;
  const wrong = 'wrong+secret/that=nobody-else-has';
  const token = 'session-token-that-nobody-else-has';
  const replies = [
    await call(page, 'validateUploadConfig', {
      ...inputFor(bucket),
      secretAccessKey: wrong,
      sessionToken: token,
    }),
    await call(page, 'setUploadConfig', { ...inputFor(bucket), sessionToken: token }),
    await call(page, 'validateUploadConfig', { ...inputFor(bucket), secretAccessKey: undefined }),
  ];
  expect(replies[0]).toMatchObject({ value: { valid: false } });
  expect(replies[1]).toMatchObject({ value: { saved: true } });
  for (const name of [
    'getUploadConfig',
    'listSessions',
    'getNotices',
    'getCaptureOptions',
    'getRecordingState',
  ] as const)
    replies.push(await call(page, name));
  const everySaid = JSON.stringify(replies);
  await app.close();

  for (const secret of [bucket.settings.secretAccessKey, wrong, token]) {
    for (const spelled of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      expect(everySaid).not.toContain(spelled);
      expect(await filesHolding(userDataDir, spelled, [bucket.dir])).toEqual([]);
    }
  }
});

function call(page: Page, name: keyof Bridge['call'], ...args: unknown[]): Promise<Answer> {
  return page.evaluate(
    async ([command, given]) => {
      const bridge = (window as unknown as PageGlobals).sessionRecorder;
      return (bridge.call[command] as (...all: unknown[]) => Promise<Answer>)(...given);
    },
    [name, args] as const,
  );
}

function inputFor({ settings }: TestBucket): UploadConfigInput {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = settings;
  const consents = { allowHttp: true, secretStorage: 'weak' as const };
  return { bucket, region, endpoint, accessKeyId, secretAccessKey, forcePathStyle: true, ...consents };
}

/** In a page: what it can reach. */
async function lookAround() {
  const bridge = (window as unknown as PageGlobals).sessionRecorder;
  const frame = document.body.appendChild(document.createElement('iframe'));
  const bridgeInFrame = typeof (frame.contentWindow as unknown as PageGlobals).sessionRecorder;
  frame.remove();
  const names = ['require', 'module', 'process', 'Buffer', 'ipcRenderer', 'electron', '__dirname'];
  return {
    nodeGlobals: names.filter((name) => name in window),
    bridge: Object.keys(bridge),
    isFrozen: Object.isFrozen(bridge) && Object.isFrozen(bridge.call),
    isReplaceable: Object.getOwnPropertyDescriptor(window, 'sessionRecorder')!.writable,
    bridgeInFrame,
  };
}

/** In main: windows that the app did not make, with its preload: a foreign address, and the app's own. */
async function askAsStranger({ app, BrowserWindow }: typeof Main): Promise<Answer[]> {
  const preload = `${app.getAppPath()}/.webpack/renderer/main_window/preload.js`;
  const answers: Answer[] = [];
  for (const url of ['data:text/html,<p>stranger', 'app://session-recorder/main_window/index.html']) {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await window.loadURL(url);
    const ask = 'sessionRecorder.call.getUploadConfig()';
    answers.push((await window.webContents.executeJavaScript(ask)) as Answer);
    window.destroy();
  }
  return answers;
}

/** In a page: the names of the refusals. */
async function askForPermissions() {
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => 'granted',
      (error: Error) => error.name,
    );
  return {
    microphone: await refusal(navigator.mediaDevices.getUserMedia({ audio: true })),
    screen: await refusal(navigator.mediaDevices.getDisplayMedia({ video: true })),
    clipboard: await refusal(navigator.clipboard.readText()),
    notifications: await Notification.requestPermission(),
    position: await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code }) => resolve(code),
      ),
    ),
  };
}

/** In a page: what of it ran all the same, and by which rules of the policy the rest was refused. */
async function runForeignCode() {
  const ran: string[] = [];
  const refused = new Set<string>();
  document.addEventListener('securitypolicyviolation', (event) => refused.add(event.effectiveDirective));
  const add = (name: string, values: Record<string, string>) =>
    document.body.appendChild(Object.assign(document.createElement(name), values));
  const inline = add('script', { textContent: 'window.inlineRan = true' });
  const added = [
    inline,
    add('script', { src: 'https://example.invalid/x.js' }),
    add('img', { src: 'https://example.invalid/x.png' }),
    add('iframe', { src: 'https://example.invalid/' }),
  ];
  if ('inlineRan' in window) ran.push('inline');
  // In a task of its own: what a test tool evaluates may be free of the policy while it does.
  await new Promise<void>((resolve) =>
    setTimeout(() => {
      try {
        ran.push(`eval ${String((0, eval)('1'))}`);
      } catch {
        // refused, as it should be
      }
      resolve();
    }, 0),
  );
  await fetch('https://example.invalid/').catch(() => undefined);
  while (refused.size < 5) await new Promise(requestAnimationFrame);
  for (const element of added) element.remove();
  return { ran, refused: [...refused].sort() };
}
