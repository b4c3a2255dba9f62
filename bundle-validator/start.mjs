// The app's sources import without extensions, which Node cannot resolve when it runs TypeScript; jiti can.
import { createJiti } from 'jiti';

const { main } = await createJiti(import.meta.url).import('./cli.ts');
process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
