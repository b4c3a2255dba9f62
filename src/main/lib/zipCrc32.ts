import { crc32 } from 'node:zlib';

/**
 * What yazl asks of the package `buffer-crc32`, whose place this takes in the app's bundle (webpack.main.config.ts): that
 * one is JavaScript, and took a third of an export's CPU; Node's own is native.
 */
export function unsigned(chunk: Uint8Array, before = 0): number {
  return crc32(chunk, before);
}
