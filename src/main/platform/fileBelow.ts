import path from 'node:path';

/** The file that a URL's path names below `root`; undefined for one that leaves it, or that names no file at all. */
export function fileBelow(root: string, urlPath: string): string | undefined {
  const decoded = decode(urlPath);
  if (decoded === undefined || decoded.includes('\0')) return undefined;
  const file = path.resolve(root, `.${decoded}`);
  return file.startsWith(root + path.sep) ? file : undefined;
}

function decode(urlPath: string): string | undefined {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return undefined; // a stray % is no name
  }
}
