// Holds the medians that ESLint cannot: half of our files are at most 90 lines, half of our functions at most 10.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { inRoot, root } from './lib/paths.mjs';

const FILE_MEDIAN = 90;
const FUNCTION_MEDIAN = 10;

const files = ['src', 'local-bucket', 'bundle-validator', 'chromium-shell'].flatMap((folder) =>
  readdirSync(inRoot(folder), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('tests'))
    .map((name) => path.join(folder, name)),
);
const fileLines = [];
const functionLines = [];
for (const file of files) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  fileLines.push(text.split('\n').length - 1);
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body) functionLines.push(linesOf(source, node));
    ts.forEachChild(node, visit);
  };
  visit(source);
}
const medians = { files: median(fileLines), functions: median(functionLines) };
console.log(
  `${files.length} files, median ${medians.files} lines; ${functionLines.length} functions, median ${medians.functions}.`,
);
process.exit(medians.files > FILE_MEDIAN || medians.functions > FUNCTION_MEDIAN ? 1 : 0);

function linesOf(source, node) {
  const line = (position) => source.getLineAndCharacterOfPosition(position).line;
  return line(node.end) - line(node.getStart()) + 1;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
