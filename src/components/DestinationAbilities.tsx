import { Fragment } from 'react';
import type { ChecksumAlgorithm, DestinationCapabilities, ProxyView } from '../shared/upload';

const checksums: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'The server keeps CRC32 checksums.',
  CRC64NVME: 'The server keeps a CRC64NVME checksum of the whole object.',
  MD5: 'The server keeps none; MD5 sums and ETags are compared instead.',
};

type DestinationAbilitiesProps = { capabilities?: DestinationCapabilities; proxy?: ProxyView };

/** The capabilities found at the saved destination; absent until it was tried. */
export function DestinationAbilities({ capabilities, proxy }: DestinationAbilitiesProps) {
  return (
    <section aria-label="What the saved destination can do" className="space-y-2">
      <h3 className="text-sm font-semibold text-soft">What the saved destination can do</h3>
      {capabilities ? (
        <dl className="grid gap-x-6 gap-y-1 text-xs sm:grid-cols-[auto_1fr]">
          {describe(capabilities).map(({ name, text }) => (
            <Fragment key={name}>
              <dt className="font-medium">{name}</dt>
              <dd className="text-soft max-sm:mb-1.5">{text}</dd>
            </Fragment>
          ))}
        </dl>
      ) : (
        <p className="text-xs text-soft">Not known yet: it is found out when it is first used.</p>
      )}
      {proxy && (
        <p className="text-xs text-soft">
          It is reached through the proxy <span className="font-medium text-ink">{proxy.name}</span>, which
          the environment names in {proxy.variable}.
        </p>
      )}
    </section>
  );
}

function describe({ checksumAlgorithm, conditionalWrites, listParts }: DestinationCapabilities) {
  return [
    { name: 'Checksums', text: checksums[checksumAlgorithm] },
    {
      name: 'Conditional writes',
      text: conditionalWrites
        ? 'The server itself refuses to overwrite an object.'
        : 'Not supported: the app looks whether the key is free before it writes.',
    },
    { name: 'List of parts', text: describeListParts(listParts) },
  ];
}

function describeListParts(listParts: boolean | undefined): string {
  if (listParts === undefined) return 'Not known yet.';
  return listParts
    ? 'A resumed upload is compared with the parts the server holds.'
    : 'Not given: a resumed upload relies on what was recorded on this computer.';
}
