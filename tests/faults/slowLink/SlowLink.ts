import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const ip = (...args: string[]) => exec('ip', args);

/** How fast it sends, and for how long a packet may wait in its queue: a deep one hides from the sender how slow it is. */
export type LinkKind = { bitsPerSecond: number; queueSeconds: number };

/**
 * A slow link of the system's own making between this machine and a network namespace on it. The process on the far side
 * reaches us at `host`. Wants root on Linux.
 */
export class SlowLink {
  private constructor(
    private readonly namespace: string,
    readonly host: string,
  ) {}

  static async make({ bitsPerSecond, queueSeconds }: LinkKind): Promise<SlowLink> {
    const id = process.pid % 65_536;
    const net = `10.${180 + (id >> 14)}.${(id >> 6) & 255}.${(id & 63) << 2}`.split('.');
    const address = (last: number) => [...net.slice(0, 3), String(Number(net[3]) + last)].join('.');
    const link = new SlowLink(`faults-${id}`, address(1));
    const { namespace, near } = link;
    const inside = ['netns', 'exec', namespace];
    await ip('netns', 'add', namespace);
    await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', 'far', 'netns', namespace);
    await ip('addr', 'add', `${link.host}/30`, 'dev', near);
    await ip('link', 'set', near, 'up');
    await ip(...inside, 'ip', 'addr', 'add', `${address(2)}/30`, 'dev', 'far');
    await ip(...inside, 'ip', 'link', 'set', 'far', 'up');
    const shape = ['rate', String(bitsPerSecond), 'burst', '4kb', 'latency', `${queueSeconds}s`];
    await ip(...inside, 'tc', 'qdisc', 'replace', 'dev', 'far', 'root', 'tbf', ...shape);
    return link;
  }

  /** What to put before a command to run it on the far side. */
  get farSide(): string[] {
    return ['ip', 'netns', 'exec', this.namespace];
  }

  /** The link goes with the namespace. */
  async remove(): Promise<void> {
    await ip('netns', 'del', this.namespace);
  }

  private get near(): string {
    return `${this.namespace}-n`.slice(0, 15);
  }
}

/** Why no such link can be had here; undefined where it can. */
export async function whyNoSlowLink(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it wants root on Linux';
  const tools = ['ip', 'tc'].every((tool) => existsSync(`/usr/sbin/${tool}`) || existsSync(`/sbin/${tool}`));
  if (!tools) return 'it wants the programs ip and tc (Debian: iproute2)';
  try {
    await (await SlowLink.make({ bitsPerSecond: 64_000, queueSeconds: 1 })).remove();
    return undefined;
  } catch (error) {
    return `making network namespaces is not allowed here (${String(error).split('\n')[0]})`;
  }
}
