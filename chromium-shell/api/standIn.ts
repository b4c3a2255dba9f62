/** Checks the shell's own electron module against electron.d.ts: names, promises, values, systems, deprecations. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import {
  allSystems,
  eventOf,
  givesPromise,
  isDeprecated,
  isOfElectron,
  makeProgram,
  systemsOf,
  type System,
} from './declarations.ts';

/** A member of the shell and its declaration in electron.d.ts. */
type Pair = { label: string; path: string[]; own: ts.Symbol; declared: ts.Symbol };

/** The members on one system: by path, whether the member exists and warns. */
type Seen = Record<string, 'absent' | 'present' | 'warns'>;

const run = promisify(execFile);
const shellFolder = path.join(import.meta.dirname, '..');
const root = path.join(shellFolder, '..');

/** Electron's own code defines these everywhere; on other systems they do nothing. */
const inertElsewhere: Readonly<Record<string, string>> = {
  'BrowserWindow.removeMenu': 'electron_api_base_window.cc',
  'BrowserWindow.setContentProtection': 'electron_api_base_window.cc',
  'BrowserWindow.setMenuBarVisibility': 'electron_api_base_window.cc',
  'BrowserWindow.setSkipTaskbar': 'electron_api_base_window.cc',
  'BrowserWindow.setVisibleOnAllWorkspaces': 'electron_api_base_window.cc',
  'Tray.setTitle': 'electron_api_tray.cc',
};

const systemsToStart: readonly (readonly [string, System])[] = [
  ['linux-x11', 'linux'],
  ['darwin', 'darwin'],
  ['win32', 'win32'],
];

function isInternal(symbol: ts.Symbol): boolean {
  return (
    symbol.name.startsWith('__') || // including #private names
    symbol.name.includes('#') ||
    symbol.getJsDocTags().some(({ name }) => name === 'internal') ||
    (symbol.declarations ?? []).some(
      (node) =>
        ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier,
    )
  );
}

/** Declared in the shell's sources or picked from Electron's types, not inherited from Node's classes. */
function isOwn(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (node) => isOfElectron(node) || node.getSourceFile().fileName.startsWith(shellFolder),
  );
}

class Comparison {
  readonly problems: string[] = [];
  readonly pairs: Pair[] = [];
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** @param at the path of the members in the module; its `prototype` step stands for a class's instances */
  members(label: string, at: string[], own: ts.Type, declared: ts.Type): void {
    for (const symbol of own.getProperties()) {
      if (symbol.name === 'prototype' || !isOwn(symbol) || isInternal(symbol)) continue;
      const counterpart = this.#checker.getPropertyOfType(declared, symbol.name);
      const name = `${label}.${symbol.name}`;
      if (!counterpart) this.problems.push(`${name} does not exist in Electron; mark it @internal`);
      else this.#member({ label: name, path: [...at, symbol.name], own: symbol, declared: counterpart });
    }
  }

  #member(pair: Pair): void {
    this.pairs.push(pair);
    const checker = this.#checker;
    const own = checker.getTypeOfSymbol(pair.own);
    const declared = checker.getTypeOfSymbol(pair.declared);
    if (givesPromise(checker, own) !== givesPromise(checker, declared)) {
      const should = givesPromise(checker, declared) ? 'must give a promise' : 'must not give a promise';
      this.problems.push(`${pair.label} ${should}, as it is declared`);
    }
    if (!isWithinValues(checker, own, declared))
      this.problems.push(`${pair.label} gives values that are not declared`);
    if (isReadonly(pair.declared) && !isReadonly(pair.own))
      this.problems.push(`${pair.label} can be set, but is declared readonly`);
  }
}

/** If only certain strings are declared, no others are allowed. */
function isWithinValues(checker: ts.TypeChecker, own: ts.Type, declared: ts.Type): boolean {
  const answers = (type: ts.Type) => type.getCallSignatures()[0]?.getReturnType() ?? type;
  const wanted = answers(declared);
  const isEnumeration = wanted.isUnion() && wanted.types.every((type) => type.isStringLiteral());
  return !isEnumeration || checker.isTypeAssignableTo(answers(own), wanted);
}

function isReadonly(symbol: ts.Symbol): boolean {
  const declarations = symbol.declarations ?? [];
  const hasSetter = declarations.some(ts.isSetAccessor);
  return declarations.some(
    (node) =>
      (ts.isGetAccessor(node) && !hasSetter) ||
      Boolean(ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Readonly),
  );
}

/** Objects that the app gets from other calls, with Electron's name and the shell's class. */
const innerClasses = [
  ['CommandLine', 'app/appCommandLine.ts', 'AppCommandLine'],
  ['Session', 'session/session.ts', 'ShellSession'],
  ['UtilityProcess', 'host/utilityProcess.ts', 'ShellUtilityProcess'],
  ['WebContents', 'window/webContents.ts', 'ShellWebContents'],
  ['WebFrameMain', 'window/webFrame.ts', 'ShellMainFrame'],
] as const;

const sourceFile = (name: string) => path.join(shellFolder, 'src', name);

function exportsOf(program: ts.Program, name: string): Map<string, ts.Symbol> {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(sourceFile(name))!)!;
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
}

function declaredModules(checker: ts.TypeChecker): Map<string, ts.Symbol> {
  const module = checker.getAmbientModules().find(({ name }) => name === '"electron"')!;
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
}

/** Pairs every object of the shell with its declaration. */
function compare(program: ts.Program): Comparison {
  const checker = program.getTypeChecker();
  const comparison = new Comparison(checker);
  const declared = declaredModules(checker);
  const offered = checker.getTypeOfSymbol(exportsOf(program, 'electron.ts').get('electron')!);
  for (const symbol of offered.getProperties().filter((property) => !isInternal(property))) {
    const counterpart = declared.get(symbol.name);
    if (!counterpart) comparison.problems.push(`${symbol.name} is no module of Electron's main process`);
    else compareModule(comparison, checker, symbol, counterpart);
  }
  for (const [name, file, className] of innerClasses) {
    const own = checker.getDeclaredTypeOfSymbol(exportsOf(program, file).get(className)!);
    comparison.members(name, [name, 'prototype'], own, checker.getDeclaredTypeOfSymbol(declared.get(name)!));
  }
  return comparison;
}

function compareModule(
  comparison: Comparison,
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  counterpart: ts.Symbol,
): void {
  const [own, declared] = [checker.getTypeOfSymbol(symbol), checker.getTypeOfSymbol(counterpart)];
  comparison.members(symbol.name, [symbol.name], own, declared);
  const instance = own.getConstructSignatures()[0]?.getReturnType();
  const declaredInstance = declared.getConstructSignatures()[0]?.getReturnType();
  if (instance && declaredInstance)
    comparison.members(symbol.name, [symbol.name, 'prototype'], instance, declaredInstance);
}

/** The shell's classes by the name of their Electron class; events of other classes are internal. */
const emitters: Readonly<Record<string, string>> = {
  ShellApp: 'App',
  ShellBrowserWindow: 'BrowserWindow',
  WindowLife: 'BrowserWindow',
  ShellNativeTheme: 'NativeTheme',
  ShellNotification: 'Notification',
  ShellPowerMonitor: 'PowerMonitor',
  ShellScreen: 'Screen',
  ShellTray: 'Tray',
  ShellUtilityProcess: 'UtilityProcess',
  ShellWebContents: 'WebContents',
};

/** Events that the shell emits under names that Electron does not have on every system. */
function checkEvents(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const declared = declaredModules(checker);
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
    const [name] = node.arguments;
    if (node.expression.name.text !== 'emit' || !name || !ts.isStringLiteral(name)) return;
    const emitter = emitters[nameOfType(checker, node.expression.expression)];
    if (!emitter) return;
    const on = checker.getPropertyOfType(checker.getDeclaredTypeOfSymbol(declared.get(emitter)!), 'on')!;
    const overloads = (on.declarations ?? []).filter((declaration) => eventOf(declaration) === name.text);
    const systems = systemsOf(overloads);
    if (overloads.length === 0) problems.push(`${emitter} has no event '${name.text}' in Electron`);
    else if (systems.length < allSystems.length)
      problems.push(`${emitter} has its event '${name.text}' on ${systems.join(', ')} only`);
  };
  for (const file of program.getSourceFiles()) if (file.fileName.startsWith(sourceFile(''))) visit(file);
  return problems;
}

/** For `this`, the name of its class. */
function nameOfType(checker: ts.TypeChecker, expression: ts.Expression): string {
  return checker.getTypeAtLocation(expression).symbol?.name ?? '';
}

/** Runs the shell's electron module as one system, in its own process. */
async function look(system: string, paths: readonly string[][]): Promise<Seen> {
  const looking = run(
    process.execPath,
    ['--experimental-strip-types', '--no-warnings', path.join(import.meta.dirname, 'look.ts')],
    { env: { ...process.env, SHELL_AS: system, SHELL_WITH: '' } },
  );
  looking.child.stdin!.end(JSON.stringify({ paths, classes: innerClasses }));
  return JSON.parse((await looking).stdout) as Seen;
}

async function checkSystems(pairs: readonly Pair[]): Promise<string[]> {
  const declarationsOf = ({ declared }: Pair) => declared.declarations ?? [];
  const special = pairs.filter(
    (pair) =>
      systemsOf(declarationsOf(pair)).length < allSystems.length || isDeprecated(declarationsOf(pair)),
  );
  const paths = special.map((pair) => pair.path);
  const problems = systemsToStart.map(async ([name, system]) => {
    const seen = await look(name, paths);
    return special.flatMap((pair) => {
      const state = seen[pair.path.join('.')];
      const isThere = systemsOf(declarationsOf(pair)).includes(system) || pair.label in inertElsewhere;
      if (isThere !== (state !== 'absent'))
        return [`${pair.label} must be ${isThere ? 'there' : 'undefined'} as ${name}`];
      if (isThere && isDeprecated(declarationsOf(pair)) && state !== 'warns')
        return [`${pair.label} is deprecated and must warn`];
      return [];
    });
  });
  return (await Promise.all(problems)).flat();
}

/** The problems of the shell's Electron, in sentences. */
export async function checkStandIn(): Promise<string[]> {
  const program = makeProgram(root, 'chromium-shell', [sourceFile('run.ts')]);
  const { problems, pairs } = compare(program);
  const known = new Set(pairs.map(({ label }) => label));
  const stale = Object.keys(inertElsewhere).filter((label) => !known.has(label));
  return [
    ...problems,
    ...checkEvents(program),
    ...stale.map((label) => `${label} is excepted, but the shell does not have it`),
    ...(await checkSystems(pairs)),
  ];
}
