/** Every use of Electron's members in a program, and the uses that some system does not support. */
import ts from 'typescript';
import {
  allSystems,
  eventOf,
  isDeprecated,
  isOfElectron,
  listening,
  systemsOf,
  type System,
} from './declarations.ts';
import { Guards } from './guards.ts';
import { HandedOver, textsOf } from './handedOver.ts';

export type Use = {
  /** For example "Screen.dipToScreenRect", "App 'activate'" or "BaseWindowConstructorOptions.skipTaskbar". */
  member: string;
  kind: 'member' | 'event' | 'option' | 'own';
  systems: readonly System[];
  file: string;
  line: number;
  /** The systems that can reach the use but may lack the member; none if it is guarded. */
  missingOn: readonly System[];
  /** Electron plans to remove the member. */
  isDeprecated: boolean;
  /**
   * Members of modules and classes, window options, and members that some system lacks; not fields of plain structures.
   */
  isListed: boolean;
};

/** A sentence for each use that a system without the member can reach. */
export function unguarded(uses: readonly Use[]): string[] {
  return uses
    .filter(({ missingOn }) => missingOn.length > 0)
    .map(({ file, line, member, systems, missingOn }) => {
      const only = `${member} exists on ${systems.join(', ')} only`;
      return `${file}:${line} ${only}; check process.platform or that it exists (reached on ${missingOn.join(', ')})`;
    });
}

/** A sentence for each use of a deprecated member. */
export function deprecated(uses: readonly Use[]): string[] {
  return uses
    .filter((use) => use.isDeprecated)
    .map(
      ({ file, line, member }) =>
        `${file}:${line} Electron deprecates ${member}; use what its docs name instead`,
    );
}

/** The use at a node, and its source text. */
type Found = {
  declarations: readonly ts.Declaration[];
  kind: Use['kind'];
  expression?: ts.Expression;
  /** The code works without the member. */
  isOptional?: boolean;
};

/** Every use in our files, and a sentence for each place that hides which member or event is used. */
export function findUses(
  program: ts.Program,
  isOurs: (file: string) => boolean,
): { uses: Use[]; hidden: string[] } {
  const finder = new Finder(program.getTypeChecker());
  const uses = new Map<string, Use>();
  const hidden: string[] = [];
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !isOurs(source.fileName)) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
      for (const found of finder.at(node)) {
        const use = finder.useOf(found, node);
        uses.set(`${use.file}:${use.line} ${use.member} ${use.missingOn.join(' ')}`, use);
      }
      const why = finder.hiddenAt(node);
      if (why !== undefined) hidden.push(`${source.fileName}:${lineOf(node)} ${why}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { uses: [...uses.values()], hidden };
}

class Finder {
  readonly #checker: ts.TypeChecker;
  readonly #guards: Guards;
  readonly #handedOver: HandedOver;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
    this.#guards = new Guards(checker);
    this.#handedOver = new HandedOver(checker);
  }

  at(node: ts.Node): Found[] {
    return [...this.#namedAt(node), ...this.#handedOver.at(node)];
  }

  useOf(found: Found, node: ts.Node): Use {
    const systems = systemsOf(found.declarations);
    const reached = this.#guards.at(node);
    const isPresent =
      found.isOptional || isAskedFor(node) || reached.present.includes(found.expression?.getText() ?? '');
    const ofOwner = this.#systemsOfOwner(node);
    const missing = allSystems.filter(
      (system) => reached.systems.has(system) && ofOwner.includes(system) && !systems.includes(system),
    );
    return {
      ...{ member: nameOf(found), kind: found.kind, systems },
      file: node.getSourceFile().fileName,
      line: lineOf(node),
      missingOn: isPresent ? [] : missing,
      isDeprecated: found.kind !== 'own' && isDeprecated(found.declarations),
      isListed: isListed(found, systems),
    };
  }

  /** Uses that the types cannot name. */
  hiddenAt(node: ts.Node): string | undefined {
    if (ts.isCallExpression(node)) {
      const [name] = node.arguments;
      if (!name || !this.#isListening(node.expression)) return undefined;
      const names = textsOf(this.#checker.getTypeAtLocation(name));
      return names.length === 0 ? 'name the event where it is listened to' : undefined;
    }
    if (this.#isListening(node) && !(ts.isCallExpression(node.parent) && node.parent.expression === node))
      return 'call it where it is named, with the name of the event';
    if (!ts.isElementAccessExpression(node) || ts.isTypeNode(node.parent)) return undefined;
    const isOfClass = this.#checker
      .getTypeAtLocation(node.expression)
      .symbol?.declarations?.some(isOfElectron);
    return isOfClass && this.#textsAt(node.argumentExpression).length === 0
      ? 'name the member where it is used'
      : undefined;
  }

  #namedAt(node: ts.Node): Found[] {
    if (ts.isIdentifier(node)) return this.#ownFunctionAt(node);
    if (ts.isNewExpression(node)) return this.#constructorAt(node);
    if (ts.isCallExpression(node))
      return node.expression.kind === ts.SyntaxKind.SuperKeyword
        ? this.#constructorAt(node)
        : this.#eventsAt(node);
    if (ts.isPropertyAccessExpression(node))
      return memberAt(this.#checker.getSymbolAtLocation(node.name), node);
    if (ts.isElementAccessExpression(node)) {
      const names = this.#textsAt(node.argumentExpression);
      return names.flatMap((name) =>
        this.#memberOf(this.#checker.getTypeAtLocation(node.expression), name, node),
      );
    }
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken) {
      const name = (node.propertyName ?? node.name).getText();
      return this.#memberOf(this.#checker.getTypeAtLocation(node.parent), name);
    }
    if (ts.isObjectLiteralElementLike(node) && ts.isObjectLiteralExpression(node.parent) && node.name)
      return this.#inLiteral(node.parent, node.name.getText());
    return [];
  }

  /** An option, or a member destructured in an assignment: `({ member: variable } = object)`. */
  #inLiteral(literal: ts.ObjectLiteralExpression, name: string): Found[] {
    const { parent } = literal;
    if (ts.isBinaryExpression(parent) && parent.left === literal)
      return this.#memberOf(this.#checker.getTypeAtLocation(parent.right), name);
    const wanted = this.#checker.getContextualType(literal);
    const option = wanted && this.#memberOf(wanted, name);
    return (option ?? []).map((found) => ({ ...found, kind: 'option' as const }));
  }

  #memberOf(owner: ts.Type, name: string, expression?: ts.Expression): Found[] {
    const bare = this.#checker.getNonNullableType(owner);
    return memberAt(this.#checker.getPropertyOfType(bare, name), expression);
  }

  #textsAt(expression: ts.Expression): string[] {
    return textsOf(this.#checker.getTypeAtLocation(expression));
  }

  #constructorAt(node: ts.NewExpression | ts.CallExpression): Found[] {
    const declaration = this.#checker.getResolvedSignature(node)?.declaration;
    if (!declaration || !ts.isConstructorDeclaration(declaration) || !isOfElectron(declaration)) return [];
    return [{ declarations: [declaration], kind: 'member' }];
  }

  /** Whether the node is `on` or a similar method of an Electron object. */
  #isListening(node: ts.Node): boolean {
    if (!ts.isPropertyAccessExpression(node) || !listening.has(node.name.text)) return false;
    const { declarations = [] } = this.#checker.getSymbolAtLocation(node.name) ?? {};
    return declarations.some(
      (declaration) => isOfElectron(declaration) && eventOf(declaration) !== undefined,
    );
  }

  #eventsAt(call: ts.CallExpression): Found[] {
    const { expression, arguments: given } = call;
    if (!given[0] || !ts.isPropertyAccessExpression(expression) || !this.#isListening(expression)) return [];
    const { declarations = [] } = this.#checker.getSymbolAtLocation(expression.name) ?? {};
    return this.#textsAt(given[0]).flatMap((name) => {
      const overloads = declarations.filter((one) => isOfElectron(one) && eventOf(one) === name);
      return overloads.length > 0 ? [{ declarations: overloads, kind: 'event' as const }] : [];
    });
  }

  /** Calls of our functions tagged `@platform`, and references to them, need a guard like Electron's members. */
  #ownFunctionAt(node: ts.Identifier): Found[] {
    const { parent } = node;
    if (ts.getNameOfDeclaration(parent as ts.Declaration) === node) return [];
    const named = this.#checker.getSymbolAtLocation(node);
    const symbol =
      named && named.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(named) : named;
    const declaration = symbol?.valueDeclaration;
    if (!declaration || isOfElectron(declaration) || declaration.getSourceFile().isDeclarationFile) return [];
    return systemsOf([declaration]).length < allSystems.length
      ? [{ declarations: [declaration], kind: 'own' }]
      : [];
  }

  /** The systems on which the member's object exists: that the object exists is checked at its own use. */
  #systemsOfOwner(node: ts.Node): readonly System[] {
    if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return allSystems;
    const owner = this.#guards.origin(node.expression);
    const symbol = this.#checker.getSymbolAtLocation(
      ts.isPropertyAccessExpression(owner) ? owner.name : owner,
    );
    const declarations = (symbol?.declarations ?? []).filter(isOfElectron);
    if (declarations.length === 0) return allSystems;
    // Electron declares `app.dock` as undefined elsewhere, so the types demand a check.
    const type = this.#checker.getTypeOfSymbol(symbol!);
    return this.#checker.getNonNullableType(type) === type ? systemsOf(declarations) : [];
  }
}

function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function memberAt(symbol: ts.Symbol | undefined, expression?: ts.Expression): Found[] {
  const declarations = (symbol?.declarations ?? []).filter(isOfElectron);
  // The call determines the overload of `on`.
  if (declarations.length === 0 || (listening.has(symbol!.name) && declarations.some(eventOf))) return [];
  return [{ declarations, kind: 'member', expression }];
}

const windowOptions = /^(BaseWindowConstructorOptions|BrowserWindowConstructorOptions|WebPreferences)$/;

function isListed({ declarations, kind }: Found, systems: readonly System[]): boolean {
  if (kind === 'own') return false;
  if (kind === 'event' || systems.length < allSystems.length) return true;
  const owner = declarations[0]!.parent;
  if (ownerName(owner) === '') return false;
  if (kind === 'option') return windowOptions.test(ownerName(owner));
  const docs = /electronjs\.org\/docs\/api\/(structures\/)?/.exec(owner.getText().slice(0, 500));
  return docs !== null && docs[1] === undefined;
}

const askingOperators = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** `x.y?.()`, `x.y?.z`, `typeof x.y`, `if (x.y)`, `x.y ?? z` and `x.y === undefined` check whether it exists. */
function isAskedFor(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isTypeOfExpression(parent)) return true;
  if (ts.isCallExpression(parent) || ts.isPropertyAccessExpression(parent))
    return parent.expression === node && parent.questionDotToken !== undefined;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(parent)) return false;
  const { operatorToken, left, right } = parent;
  if (askingOperators.has(operatorToken.kind)) return left === node;
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
