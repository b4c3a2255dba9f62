import type { RecordingState } from '../shared/recording';
import { describeDisk } from './recordingText';
import { Callout } from './ui/Callout';

/** Warnings and states that matter while a recording runs. */
export function RecordingSigns({ state }: { state: RecordingState }) {
  const disk = describeDisk(state);
  return (
    <>
      {disk && !disk.short && <p className="text-sm text-soft">{disk.text}.</p>}
      {disk?.short && (
        <Callout tone="warning" role="alert" className="w-full">
          <p className="font-medium">{disk.text}.</p>
          <p className="text-soft">
            Free some space. Otherwise the recording ends by itself, in time for its bundle to fit.
          </p>
        </Callout>
      )}
      {state.redacting && (
        <Callout tone="info" role="alert" className="w-full">
          <p className="font-medium">Everything is hidden from the recording.</p>
          <p className="text-soft">
            The picture is black and silent; clicks, keys, window titles and screenshots are not kept until
            you end the redaction.
          </p>
        </Callout>
      )}
      {state.recordKeyCodes && state.phase !== 'stopping' && (
        <Callout tone="warning" className="w-full">
          <p className="font-medium">What you type is recorded, passwords included.</p>
          <p className="text-soft">Redact before you type something that nobody should read.</p>
        </Callout>
      )}
    </>
  );
}
