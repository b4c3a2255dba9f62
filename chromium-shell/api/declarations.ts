/** What electron.d.ts says about a member: on which systems it exists, and whether it is deprecated. */
import path from 'node:path';
import ts from 'typescript';

export const allSystems = ['darwin', 'win32', 'linux'] as const;
export type System = (typeof allSystems)[number];

const declarationFile = path.join('node_modules', 'electron', 'electron.d.ts');

/**
 * A program of one configuration, or of the given files with its options.
 * @param changed file contents that replace those on disk, by file
 * @throws Error when the configuration cannot be read
 */
export function makeProgram(
  root: string,
  folder: string,
  files?: readonly string[],
  changed: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const configFile = path.join(root, folder, 'tsconfig.json');
  const config = ts.readConfigFile(configFile, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, path.dirname(configFile));
  const problem = config.error ?? parsed.errors[0];
  if (problem) throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
  const options: ts.CompilerOptions = {
    ...parsed.options,
    noEmit: true,
    composite: false,
    incremental: false,
  };
  const host = ts.createCompilerHost(options, true);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => changed.get(file) ?? readFile(file);
  return ts.createProgram(files ?? parsed.fileNames, options, host);
}

export function isOfElectron(node: ts.Node): boolean {
  return node.getSourceFile().fileName.endsWith(declarationFile.replaceAll('\\', '/'));
}

/** The systems in `@platform` (`mas` is macOS's store); undefined without such a tag. */
export function taggedSystems(node: ts.Node): System[] | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'platform');
  if (!tag) return undefined;
  const named = (ts.getTextOfJSDocComment(tag.comment) ?? '').split(/[\s,]+/);
  return allSystems.filter((system) => named.includes(system));
}

/** @see taggedSystems; all of them without a tag. */
export function systemsOf(declarations: readonly ts.Node[]): readonly System[] {
  const tagged = declarations.map(taggedSystems);
  // Overloads without a tag exist everywhere.
  if (tagged.length === 0 || tagged.some((systems) => systems === undefined)) return allSystems;
  return allSystems.filter((system) => tagged.some((systems) => systems!.includes(system)));
}

export function isDeprecated(declarations: readonly ts.Node[]): boolean {
  const isTagged = (node: ts.Node) =>
    ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'deprecated');
  return declarations.length > 0 && declarations.every(isTagged);
}

/** Methods whose first argument names an event. */
export const listening = new Set(['on', 'once', 'off', 'addListener', 'removeListener', 'prependListener']);

/** The event of one overload of `on` and similar methods. */
export function eventOf(declaration: ts.Node): string | undefined {
  if (!ts.isMethodDeclaration(declaration) && !ts.isMethodSignature(declaration)) return undefined;
  const type = declaration.parameters[0]?.type;
  return type && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)
    ? type.literal.text
    : undefined;
}

/** Whether a value, or the result of calling it, is promise-like. */
export function givesPromise(checker: ts.TypeChecker, type: ts.Type): boolean {
  const answers = type.getCallSignatures().map((signature) => signature.getReturnType());
  return (answers.length > 0 ? answers : [type]).some(
    (answer) => checker.getPropertyOfType(answer, 'then') !== undefined,
  );
}
