import type { DataFolder } from './files.ts';
import type { Segment, StoredObject } from './types.ts';

/**
 * Whether what the index speaks of is on disk as it was written. An object whose content is missing or of another size
 * does not exist for whoever asks; its index entry stays, so that it exists again once its content is back.
 */
export class ContentCheck {
  private readonly data: DataFolder;
  private readonly say: (line: string) => void;
  /** Keys of objects that were found without their content. */
  private readonly away = new Set<string>();

  constructor(data: DataFolder, say: (line: string) => void) {
    this.data = data;
    this.say = say;
  }

  /** One look at the disk for each file of the object; says when the answer is another than before. */
  async hasContent(object: StoredObject): Promise<boolean> {
    const { faults } = await this.split(object.segments);
    this.note(object.key, faults[0]);
    return faults.length === 0;
  }

  /** Those whose content is on disk. */
  async present<T extends Segment>(segments: T[]): Promise<T[]> {
    return (await this.split(segments)).present;
  }

  /** The key was written anew, or deleted: nothing is missing of it any more. */
  forget(key: string): void {
    this.away.delete(key);
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
      this.say(`“${key}” counts as gone until its content is back: ${fault}.`);
    } else if (fault === undefined && this.away.delete(key)) {
      this.say(`“${key}” is there again: its content is back.`);
    }
  }
}
