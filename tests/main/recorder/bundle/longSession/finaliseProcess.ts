// Finalises the actions of the session folder it is given and tells how much its memory grew on the way, in bytes.
import path from 'node:path';
import { finaliseActions } from '../../../../../src/main/recorder/bundle/finaliseActions';
import { sessionPaths } from '../../../../../src/main/sessions/sessionPaths';

const folder = process.argv[2]!;
const sessionId = path.basename(folder);
const paths = sessionPaths(path.dirname(folder), sessionId);

const before = process.memoryUsage.rss();
let mostBytes = before;
const look = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), 20);
await finaliseActions(paths, sessionId);
clearInterval(look);
console.log(JSON.stringify({ grewBytes: mostBytes - before }));
