/** Every use of Electron's members in a program, and the ones that some system does not have. */
import path from 'node:path';
import ts from 'typescript';
import { allSystems, eventOf, isOfElectron, systemsOf, type System } from './declarations.ts';
import { Guards } from './guards.ts';

export type Use = {
  /** As in "Screen.dipToScreenRect", "App 'activate'" or "BaseWindowConstructorOptions.skipTaskbar". */
  member: string;
  kind: 'member' | 'event' | 'option' | 'own';
  systems: readonly System[];
  file: string;
  line: number;
  /** Where the use can be reached, and the member may be missing; none when it is guarded. */
  missingOn: readonly System[];
  /** Members of modules and classes, window options, and whatever some system lacks; no fields of mere structures. */
  isListed: boolean;
};

/**
 * The files of a folder that can hold Electron's values: those that import it, and those that import such a file. No
 * others may know Electron (.dependency-cruiser.cjs), and to check all types would take far longer.
 */
export function filesNearElectron(folder: string): string[] {
  const all = ts.sys.readDirectory(folder, ['.ts', '.tsx']);
  const imports = new Map(all.map((file) => [file, importsOf(file)]));
  const direct = all.filter((file) => imports.get(file)!.some((name) => /^electron(\/|$)/.test(name)));
  const known = new Set(direct.map((file) => file.replace(/\.tsx?$/, '')));
  const isNear = (file: string) =>
    imports.get(file)!.some((name) => known.has(path.posix.join(path.posix.dirname(file), name)));
  return all.filter((file) => direct.includes(file) || isNear(file));
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(ts.sys.readFile(file) ?? '').importedFiles.map(({ fileName }) => fileName);
}

/** A sentence for each use that a system without the member can reach. */
export function unguarded(uses: readonly Use[]): string[] {
  return uses
    .filter(({ missingOn }) => missingOn.length > 0)
    .map(({ file, line, member, systems, missingOn }) => {
      const only = `${member} exists on ${systems.join(', ')} only`;
      return `${file}:${line} ${only}; check process.platform or that it exists (reached on ${missingOn.join(', ')})`;
    });
}

const listening = new Set(['on', 'once', 'off', 'addListener', 'removeListener', 'prependListener']);

/** What is used at a node, and how it is written. */
type Found = { declarations: readonly ts.Declaration[]; kind: Use['kind']; expression?: ts.Expression };

export function findUses(program: ts.Program, isOurs: (file: string) => boolean): Use[] {
  const checker = program.getTypeChecker();
  const guards = new Guards(checker);
  const uses: Use[] = [];
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !isOurs(source.fileName)) continue;
    const visit = (node: ts.Node): void => {
      for (const found of usedAt(checker, node)) uses.push(useOf(found, node, guards, source));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return uses;
}

function usedAt(checker: ts.TypeChecker, node: ts.Node): Found[] {
  if (isPartOfType(node)) return [];
  if (ts.isNewExpression(node)) return constructorAt(checker, node);
  if (ts.isCallExpression(node)) return [...eventAt(checker, node), ...ownFunctionAt(checker, node)];
  if (ts.isPropertyAccessExpression(node)) return memberAt(checker.getSymbolAtLocation(node.name), node);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const owner = checker.getTypeAtLocation(node.expression);
    return memberAt(checker.getPropertyOfType(owner, node.argumentExpression.text), node);
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = (node.propertyName ?? node.name).getText();
    return memberAt(checker.getPropertyOfType(checker.getTypeAtLocation(node.parent), name));
  }
  if (ts.isObjectLiteralElementLike(node) && ts.isObjectLiteralExpression(node.parent) && node.name) {
    const wanted = checker.getContextualType(node.parent);
    const symbol =
      wanted && checker.getPropertyOfType(checker.getNonNullableType(wanted), node.name.getText());
    return ofElectron(symbol).map((found) => ({ ...found, kind: 'option' as const }));
  }
  return [];
}

function isPartOfType(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isImportDeclaration(node);
}

function ofElectron(symbol: ts.Symbol | undefined): Found[] {
  const declarations = (symbol?.declarations ?? []).filter(isOfElectron);
  return declarations.length > 0 ? [{ declarations, kind: 'member' }] : [];
}

function memberAt(symbol: ts.Symbol | undefined, expression?: ts.Expression): Found[] {
  // Which overload of `on` is meant is told by the call.
  if (symbol && listening.has(symbol.name) && symbol.declarations?.some(eventOf)) return [];
  return ofElectron(symbol).map((found) => ({ ...found, expression }));
}

function constructorAt(checker: ts.TypeChecker, node: ts.NewExpression): Found[] {
  const declaration = checker.getResolvedSignature(node)?.declaration;
  if (!declaration || !ts.isConstructorDeclaration(declaration) || !isOfElectron(declaration)) return [];
  return [{ declarations: [declaration], kind: 'member' }];
}

function eventAt(checker: ts.TypeChecker, call: ts.CallExpression): Found[] {
  if (!ts.isPropertyAccessExpression(call.expression) || !listening.has(call.expression.name.text)) return [];
  const [name] = call.arguments;
  if (!name || !ts.isStringLiteralLike(name)) return [];
  const symbol = checker.getSymbolAtLocation(call.expression.name);
  const declarations = (symbol?.declarations ?? [])
    .filter(isOfElectron)
    .filter((declaration) => eventOf(declaration) === name.text);
  return declarations.length > 0 ? [{ declarations, kind: 'event' }] : [];
}

/** A function of ours that is tagged `@platform` is to be guarded as Electron's members are. */
function ownFunctionAt(checker: ts.TypeChecker, call: ts.CallExpression): Found[] {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  if (!declaration || ts.isJSDocSignature(declaration) || isOfElectron(declaration)) return [];
  if (declaration.getSourceFile().isDeclarationFile) return [];
  return systemsOf([declaration]).length < allSystems.length
    ? [{ declarations: [declaration], kind: 'own' }]
    : [];
}

function useOf(found: Found, node: ts.Node, guards: Guards, source: ts.SourceFile): Use {
  const systems = systemsOf(found.declarations);
  const reached = guards.at(node);
  const isPresent =
    isAskedFor(node) ||
    reached.present.some((expression) => expression.getText() === found.expression?.getText());
  const missing = allSystems.filter((system) => reached.systems.has(system) && !systems.includes(system));
  return {
    ...{ member: nameOf(found), kind: found.kind, systems },
    file: source.fileName,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
    missingOn: isPresent ? [] : missing,
    isListed: isListed(found, systems),
  };
}

const windowOptions = /^(BaseWindowConstructorOptions|BrowserWindowConstructorOptions|WebPreferences)$/;

function isListed({ declarations, kind }: Found, systems: readonly System[]): boolean {
  if (kind === 'own') return false;
  if (kind === 'event' || systems.length < allSystems.length) return true;
  const owner = declarations[0]!.parent;
  if (kind === 'option') return windowOptions.test(ownerName(owner));
  const docs = /electronjs\.org\/docs\/api\/(structures\/)?/.exec(owner.getText().slice(0, 500));
  return docs !== null && docs[1] === undefined;
}

/** `x?.y`, `x.y?.()`, `typeof x.y`, `if (x.y)` and `x.y === undefined` ask whether it is there, or do without it. */
function isAskedFor(node: ts.Node): boolean {
  if (ts.isOptionalChain(node)) return true;
  const { parent } = node;
  if (ts.isTypeOfExpression(parent)) return true;
  if (ts.isCallExpression(parent) || ts.isPropertyAccessExpression(parent))
    return parent.expression === node && parent.questionDotToken !== undefined;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(parent)) return false;
  const { operatorToken, left, right } = parent;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return left === node;
  return right.getText() === 'undefined';
}

function nameOf({ declarations, kind }: Found): string {
  const [declaration] = declarations;
  const event = kind === 'event' ? eventOf(declaration!) : undefined;
  const owner = ownerName(declaration!.parent);
  if (event !== undefined) return `${owner} '${event}'`;
  if (ts.isConstructorDeclaration(declaration!)) return `new ${owner}`;
  const name = ts.getNameOfDeclaration(declaration)?.getText() ?? '';
  return owner ? `${owner}.${name}` : name;
}

function ownerName(node: ts.Node): string {
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) ? (node.name?.text ?? '') : '';
}
