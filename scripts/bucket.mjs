// Starts the local bucket, a small S3 server on a folder: npm run bucket -- --dir PATH [--port N]
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { node } = await prepare({ deps: true });

// Node 22 needs to be told that it may run TypeScript; newer ones do it by themselves and ignore the flag.
const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
const cli = path.join(root, 'local-bucket', 'cli.ts');
const child = spawn(node, [...flags, cli, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
