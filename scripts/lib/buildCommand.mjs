// Run by bundles.mjs, with the Node that runs the commands: bundles FILE into FOLDER.
import { bundleForNode } from './bundleForNode.mjs';

const [file, folder] = process.argv.slice(2);
await bundleForNode(file, folder);
