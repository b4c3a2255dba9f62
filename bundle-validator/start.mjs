// Node runs TypeScript but does not find imports without an extension, which the app's own sources have; jiti does.
import { createJiti } from 'jiti';

const { main } = await createJiti(import.meta.url).import('./cli.ts');
process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
