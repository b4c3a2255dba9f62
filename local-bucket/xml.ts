import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type XmlValue = string | number | boolean | undefined | XmlTree | XmlValue[];
export type XmlTree = { [name: string]: XmlValue };

/** Characters that XML 1.0 forbids even when escaped are written as references, as S3 does. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\u0000-\u001f]/g, (c) => NAMED[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}
const NAMED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** An S3 reply: omits undefined values and repeats the element for a list. */
export function toXml(root: string, tree: XmlTree): string {
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${xmlns}">${inner(tree)}</${root}>`;
}

function inner(tree: XmlTree): string {
  return Object.entries(tree)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  const content = typeof value === 'object' ? inner(value) : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

/** Parses a request's body; every leaf is text. Null if it is not well-formed. */
export function parseXml(text: string): Record<string, unknown> | null {
  if (XMLValidator.validate(text) !== true) return null;
  const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: false });
  return parser.parse(text) as Record<string, unknown>;
}

/** The elements with one name: none, one or many. */
export function elements(parent: unknown, name: string): Record<string, unknown>[] {
  const found = (parent as Record<string, unknown> | undefined)?.[name];
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Record<string, unknown>[];
}

export function textOf(parent: Record<string, unknown>, name: string): string | undefined {
  const value = parent[name];
  return typeof value === 'string' ? value : undefined;
}
