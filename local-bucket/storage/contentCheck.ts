import path from 'node:path';
import { statOrNull, type DataFolder } from './files.ts';
import type { Segment, StoredObject } from './types.ts';

/**
 * Checks whether the objects in the in-memory index are on disk as written. An object does not exist for clients if its
 * record or content is missing or has another size; its index entry stays, so that it exists again once the files are
 * back.
 */
export class ContentCheck {
  private readonly data: DataFolder;
  private readonly recordFile: (key: string) => string;
  private readonly say: (line: string) => void;
  /** Keys of objects with a missing file. */
  private readonly away = new Set<string>();

  /** @param recordFile the path of an object's record, by key */
  constructor(data: DataFolder, recordFile: (key: string) => string, say: (line: string) => void) {
    this.data = data;
    this.recordFile = recordFile;
    this.say = say;
  }

  /** Stats each file of the object once; reports when the result changes. */
  async hasContent(object: StoredObject): Promise<boolean> {
    const [record, { faults }] = await Promise.all([
      this.recordFault(object.key),
      this.split(object.segments),
    ]);
    const fault = record ?? faults[0];
    this.note(object.key, fault);
    return fault === undefined;
  }

  /** The segments whose content is on disk. */
  async present<T extends Segment>(segments: T[]): Promise<T[]> {
    return (await this.split(segments)).present;
  }

  /** Call after the key was overwritten or deleted: none of its files is missing any more. */
  forget(key: string): void {
    this.away.delete(key);
  }

  private async recordFault(key: string): Promise<string | undefined> {
    const file = this.recordFile(key);
    return (await statOrNull(file)) ? undefined : `objects/${path.basename(file)} is missing`;
  }

  private async split<T extends Segment>(segments: T[]): Promise<{ present: T[]; faults: string[] }> {
    const faults = await Promise.all(segments.map((segment) => this.data.faultOf(segment)));
    return {
      present: segments.filter((_segment, index) => faults[index] === null),
      faults: faults.filter((fault) => fault !== null),
    };
  }

  private note(key: string, fault: string | undefined): void {
    if (fault !== undefined && !this.away.has(key)) {
      this.away.add(key);
      this.say(`“${key}” counts as gone: ${fault}.`);
    } else if (fault === undefined && this.away.delete(key)) {
      this.say(`“${key}” is there again.`);
    }
  }
}
