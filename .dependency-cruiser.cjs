/** Who may import whom. The house's rules, executable; see docs/architecture.md. */
const feature = '^src/main/(notices|upload|player/|recorder/|sessions/|objectStore/|platform/)';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'electron-only-at-the-edge',
      comment: 'Only the entry, the platform and the preload know Electron.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(index\\.ts|main/platform/|preload/)' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    {
      name: 'entry-wires-platform-only',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: '^src/main/(createApp\\.ts|platform/|types\\.ts)' },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/main/platform/' },
      to: { path: '^src/main/', pathNot: '^src/main/(platform/|types\\.ts|lib/)' },
    },
    {
      name: 'only-the-root-wires-features',
      comment: 'createApp is the one place that knows every feature; nothing imports it but the entry.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/main/createApp\\.ts$' },
    },
    {
      name: 'sessions-know-no-feature',
      severity: 'error',
      from: { path: '^src/main/sessions/' },
      to: { path: '^src/main/', pathNot: '^src/main/(sessions/|types\\.ts|lib/)' },
    },
    {
      name: 'recorder-and-upload-do-not-meet',
      severity: 'error',
      from: { path: '^src/main/recorder/' },
      to: { path: '^src/main/(upload|objectStore/)' },
    },
    {
      name: 'upload-and-recorder-do-not-meet',
      severity: 'error',
      from: { path: '^src/main/(upload|objectStore/)' },
      to: { path: '^src/main/recorder/' },
    },
    {
      name: 'player-and-other-features-do-not-meet',
      severity: 'error',
      from: { path: '^src/main/player/' },
      to: { path: '^src/main/(recorder/|upload|objectStore/|platform/)' },
    },
    {
      name: 'object-store-is-an-edge',
      severity: 'error',
      from: { path: '^src/main/objectStore/' },
      to: { path: '^src/main/', pathNot: '^src/main/(objectStore/|types\\.ts|lib/)' },
    },
    { name: 'lib-is-a-leaf', severity: 'error', from: { path: '^src/main/lib/' }, to: { path: feature } },
    {
      name: 'shared-imports-zod-only',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { pathNot: '^src/shared/|node_modules/zod/' },
    },
    {
      name: 'components-never-touch-the-bridge',
      comment: 'Props in, callbacks out; only hooks call main. Types of the vocabulary are welcome.',
      severity: 'error',
      from: { path: '^src/components/' },
      to: { path: '^src/(hooks|shared/(contract|bridge)|preload|capture|main)' },
    },
    {
      name: 'pages-know-shared-only',
      severity: 'error',
      from: { path: '^src/(capture|preload)/' },
      to: { path: '^src/', pathNot: '^src/(capture|preload|shared|types)/' },
    },
    {
      name: 'renderer-knows-no-main',
      severity: 'error',
      from: { path: '^src/(renderer\\.tsx|toolbar\\.tsx|App\\.tsx|components|hooks)' },
      to: { path: '^src/(main|preload|capture)/' },
    },
    {
      name: 'src-knows-no-tools',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|bench|local-bucket|bundle-validator|chromium-shell|scripts)/' },
    },
    {
      name: 'tools-know-no-src',
      comment: 'The stand-in and the bucket never shape src and could be lifted out.',
      severity: 'error',
      from: { path: '^(local-bucket|chromium-shell)/' },
      to: { path: '^(src|tests|bench)/' },
    },
    {
      name: 'validator-knows-the-format-only',
      severity: 'error',
      from: { path: '^bundle-validator/' },
      to: { path: '^(src|tests|bench|local-bucket|chromium-shell)/', pathNot: '^src/shared/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.depcruise.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts'] },
  },
};
