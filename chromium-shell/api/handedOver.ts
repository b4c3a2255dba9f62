/** Members that come with a value that is passed on: Electron's to one of our types, or ours to Electron's options. */
import ts from 'typescript';
import { eventOf, isOfElectron, listening } from './declarations.ts';

export type Given = {
  declarations: readonly ts.Declaration[];
  kind: 'member' | 'event' | 'option';
  /** The receiver works without a missing member. */
  isOptional: boolean;
};

/** Our types are not nested deeper than this. */
const DEEPEST = 5;

export class HandedOver {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Type, boolean>();
  #given: Given[] = [];
  #seen = new Map<ts.Type, Set<ts.Type>>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The values passed on at `node`, by the type expected there. */
  at(node: ts.Node): Given[] {
    const [from, to] = this.#typesAt(node);
    if (from === undefined || to === undefined || from === to) return [];
    if (!this.#knowsElectron(from, 0) && !this.#knowsElectron(to, 0)) return [];
    this.#given = [];
    this.#seen = new Map();
    this.#compare(from, to, 0);
    return this.#given;
  }

  #typesAt(node: ts.Node): [from?: ts.Type, to?: ts.Type] {
    // `as unknown as T` passes a value on as well.
    if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type))
      return [
        this.#checker.getTypeAtLocation(withoutAssertions(node)),
        this.#checker.getTypeAtLocation(node),
      ];
    // A destructured member is seen at its name.
    if (!isValue(node) || (ts.isVariableDeclaration(node.parent) && !ts.isIdentifier(node.parent.name)))
      return [];
    const to = this.#checker.getContextualType(node);
    return to === undefined ? [] : [this.#checker.getTypeAtLocation(node), to];
  }

  /** Whether Electron's objects can be reached from the type: comparing every type would take long. */
  #knowsElectron(any: ts.Type, depth: number): boolean {
    const type = this.#bare(any);
    if (depth > DEEPEST || !isObjectLike(type)) return false;
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    this.#known.set(type, false);
    const isOf = (symbol: ts.Symbol | undefined) => symbol?.declarations?.some(isOfElectron) === true;
    const parts = () => [
      ...(type.isUnionOrIntersection() ? type.types : []),
      ...this.#checker.getTypeArguments(type as ts.TypeReference),
      ...type
        .getCallSignatures()
        .flatMap((signature) => [
          signature.getReturnType(),
          ...signature.getParameters().map((parameter) => this.#typeOf(parameter)),
        ]),
      ...type
        .getProperties()
        .filter(isOurs)
        .map((property) => this.#typeOf(property)),
    ];
    const knows =
      isOf(type.symbol) ||
      type.getProperties().some(isOf) ||
      parts().some((part) => this.#knowsElectron(part, depth + 1));
    this.#known.set(type, knows);
    return knows;
  }

  #compare(fromAny: ts.Type, toAny: ts.Type, depth: number): void {
    const [from, to] = [this.#bare(fromAny), this.#bare(toAny)];
    if (from === to || depth > DEEPEST || !isObjectLike(from) || !isObjectLike(to)) return;
    const targets = this.#seen.get(from) ?? new Set();
    if (targets.has(to)) return;
    this.#seen.set(from, targets.add(to));
    const [items, wantedItems] = [from, to].map((type) => type.getNumberIndexType());
    if (items && wantedItems) return this.#compare(items, wantedItems, depth + 1);
    const [values, wantedValues] = [from, to].map((type) => this.#checker.getAwaitedType(type));
    if (values && wantedValues && values !== from && wantedValues !== to)
      return this.#compare(values, wantedValues, depth + 1);
    this.#compareSignatures(from, to, depth);
    for (const wanted of to.getProperties()) {
      const found = this.#checker.getPropertyOfType(from, wanted.name);
      if (found) this.#compareMembers(found, wanted, depth);
    }
  }

  #compareMembers(found: ts.Symbol, wanted: ts.Symbol, depth: number): void {
    const [declarations, expected] = [found, wanted].map(({ declarations = [] }) =>
      declarations.filter(isOfElectron),
    );
    const isOptional = (wanted.flags & ts.SymbolFlags.Optional) !== 0;
    const type = this.#checker.getTypeOfSymbol(wanted);
    if (declarations!.length > 0 && expected!.length > 0) return;
    if (expected!.length > 0)
      this.#given.push({ declarations: expected!, kind: 'option', isOptional: false });
    else if (listening.has(found.name) && declarations!.some(eventOf))
      this.#giveEvents(declarations!, type, isOptional);
    else if (declarations!.length > 0)
      this.#given.push({ declarations: declarations!, kind: 'member', isOptional });
    this.#compare(this.#checker.getTypeOfSymbol(found), type, depth + 1);
  }

  /** The parameter of a port's own `on` gives the events. */
  #giveEvents(declarations: readonly ts.Declaration[], wanted: ts.Type, isOptional: boolean): void {
    const names = wanted.getCallSignatures().flatMap((signature) => {
      const [event] = signature.getParameters();
      return event ? textsOf(this.#checker.getTypeOfSymbol(event)) : [];
    });
    for (const name of names) {
      const overloads = declarations.filter((declaration) => eventOf(declaration) === name);
      if (overloads.length > 0) this.#given.push({ declarations: overloads, kind: 'event', isOptional });
    }
  }

  /** Results flow in the function's direction, arguments in the opposite one. */
  #compareSignatures(from: ts.Type, to: ts.Type, depth: number): void {
    const [own] = from.getCallSignatures();
    for (const wanted of to.getCallSignatures().slice(0, own ? 1 : 0)) {
      this.#compare(own!.getReturnType(), wanted.getReturnType(), depth + 1);
      const given = wanted.getParameters();
      own!.getParameters().forEach((parameter, index) => {
        if (given[index]) this.#compare(this.#typeOf(given[index]), this.#typeOf(parameter), depth + 1);
      });
    }
    const isOfClass = ({ declaration }: ts.Signature) =>
      declaration !== undefined && isOfElectron(declaration);
    const made = from.getConstructSignatures().filter(isOfClass);
    const wantedMade = to.getConstructSignatures();
    if (made.length === 0 || wantedMade.length === 0 || wantedMade.some(isOfClass)) return;
    const declarations = made.map(({ declaration }) => declaration!);
    this.#given.push({ declarations, kind: 'member', isOptional: false });
    this.#compare(made[0]!.getReturnType(), wantedMade[0]!.getReturnType(), depth + 1);
  }

  #typeOf(symbol: ts.Symbol): ts.Type {
    return this.#checker.getTypeOfSymbol(symbol);
  }

  #bare(type: ts.Type): ts.Type {
    return this.#checker.getNonNullableType(type);
  }
}

/** Literals are checked part by part; other values are compared as a whole. */
function isValue(node: ts.Node): node is ts.Expression {
  return (
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node)
  );
}

function isOurs(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((node) => !node.getSourceFile().isDeclarationFile) === true;
}

function isObjectLike(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection)) !== 0;
}

function withoutAssertions(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isParenthesizedExpression(node)
    ? withoutAssertions(node.expression)
    : node;
}

/** The string literals of a type; none if other types are possible. */
export function textsOf(type: ts.Type): string[] {
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral()) ? parts.map(({ value }) => value) : [];
}
