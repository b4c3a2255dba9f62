import type { AppError } from '../shared/appError';
import type { UploadConfigSnapshot } from '../shared/upload';
import { ErrorText } from './ErrorText';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';
import { UploadConfigPanel, type UploadConfigPanelProps } from './UploadConfigPanel';

type SettingsAreaProps = Omit<UploadConfigPanelProps, 'snapshot'> & {
  /** Absent until loaded. */
  snapshot?: UploadConfigSnapshot;
  loadError?: AppError;
  onReload: () => void;
};

/** The settings form, or why it is not available yet. */
export function SettingsArea({ snapshot, loadError, onReload, ...panel }: SettingsAreaProps) {
  if (snapshot) return <UploadConfigPanel snapshot={snapshot} {...panel} />;
  if (!loadError) return <p className="text-soft">Loading the settings…</p>;
  return (
    <Callout
      tone="error"
      role="alert"
      aside={
        <Button size="small" onClick={onReload}>
          Try again
        </Button>
      }
    >
      <ErrorText error={loadError} />
    </Callout>
  );
}
