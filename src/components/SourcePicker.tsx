import { AppWindow, Monitor, MousePointerClick, RefreshCw } from 'lucide-react';
import { useId } from 'react';
import { isPortalSource, type CaptureSource } from '../shared/recording';
import { Button } from './ui/Button';
import { cn } from './ui/cn';

type SourcePickerProps = {
  sources: readonly CaptureSource[];
  selectedId?: string;
  loading: boolean;
  /** Listing the sources failed; the error is shown elsewhere. */
  failed: boolean;
  /** The system does not permit listing yet; another component shows the reason and the action. */
  forbidden?: boolean;
  onSelect: (id: string) => void;
  onRefresh: () => void;
};

/** The source to record, screens first: a radio group of cards. */
export function SourcePicker({
  sources,
  selectedId,
  loading,
  failed,
  forbidden = false,
  onSelect,
  onRefresh,
}: SourcePickerProps) {
  const screens = sources.filter((source) => source.kind === 'screen');
  const windows = sources.filter((source) => source.kind === 'window');
  const choice = { selectedId, onSelect };
  if (sources.some(({ id }) => isPortalSource(id))) return <ChosenInPortal {...{ sources, ...choice }} />;
  return (
    <section aria-label="What to record" className="min-w-0 space-y-4">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-lg font-semibold">What to record</h2>
        <Button size="small" variant="quiet" disabled={loading} focusableWhenDisabled onClick={onRefresh}>
          <RefreshCw aria-hidden className={cn(loading && 'animate-spin')} />
          Refresh
        </Button>
      </div>
      {sources.length === 0 && loading && <LoadingSources />}
      {sources.length === 0 && !loading && !failed && <NoSources forbidden={forbidden} />}
      {screens.length > 0 && <SourceGroup title="Screens" sources={screens} {...choice} />}
      {windows.length > 0 && <SourceGroup title="Windows" sources={windows} {...choice} />}
      <ScaledVideo source={sources.find(({ id }) => id === selectedId)} />
    </section>
  );
}

type SourceGroupProps = Pick<SourcePickerProps, 'sources' | 'selectedId' | 'onSelect'> & { title: string };

function SourceGroup({ title, sources, selectedId, onSelect }: SourceGroupProps) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-semibold text-soft">{title}</legend>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-3">
        {sources.map((source) => (
          <SourceCard
            key={source.id}
            source={source}
            selected={source.id === selectedId}
            onSelect={() => onSelect(source.id)}
          />
        ))}
      </div>
    </fieldset>
  );
}

type SourceCardProps = { source: CaptureSource; selected: boolean; onSelect: () => void };

function SourceCard({ source, selected, onSelect }: SourceCardProps) {
  const id = useId();
  const Icon = source.kind === 'screen' ? Monitor : AppWindow;
  return (
    <label
      htmlFor={id}
      title={source.name}
      className="group min-w-0 overflow-hidden rounded-xl border border-line bg-surface shadow-card transition-colors hover:border-edge has-checked:border-accent has-checked:ring-2 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent"
    >
      <span className="grid aspect-video place-items-center overflow-hidden bg-sunken">
        {source.thumbnail ? (
          <img src={source.thumbnail} alt="" className="size-full object-contain" />
        ) : (
          <Icon aria-hidden className="size-8 text-soft" />
        )}
      </span>
      <span className="flex items-center gap-2.5 px-3 py-2.5">
        <input
          id={id}
          type="radio"
          name="source"
          checked={selected}
          onChange={onSelect}
          className="size-4 shrink-0 accent-accent outline-none"
        />
        <span className="truncate text-sm font-medium">{source.name}</span>
      </span>
    </label>
  );
}

/** Shown before the recording begins, because it cannot be changed afterwards. */
function ScaledVideo({ source }: { source?: CaptureSource }) {
  if (source?.scaledTo === undefined) return null;
  const { width, height } = source.scaledTo;
  return (
    <p role="note" className="text-sm text-soft">
      This screen is larger than a video encoder takes, so its video has {width} × {height} pixels.
      Screenshots keep the full size.
    </p>
  );
}

/** The desktop's own dialog chooses the source; no app can list the sources before. */
function ChosenInPortal({ sources, ...choice }: Omit<SourceGroupProps, 'title'>) {
  return (
    <section aria-label="What to record" className="space-y-4">
      <h2 className="text-lg font-semibold">What to record</h2>
      <div className="rounded-2xl border border-line bg-surface px-6 py-10 text-center shadow-card">
        <MousePointerClick aria-hidden className="mx-auto mb-3 size-8 text-soft" />
        <p className="font-semibold">Your desktop asks when the recording starts</p>
        <p className="mx-auto mt-1 max-w-md text-soft">
          On Wayland, the desktop asks you each time which screen or window to record. If you close that
          dialog, nothing is recorded.
        </p>
      </div>
      <SourceGroup title="What the desktop should offer" sources={sources} {...choice} />
    </section>
  );
}

function NoSources({ forbidden }: { forbidden: boolean }) {
  return (
    <div className="rounded-2xl border border-dashed border-edge/60 px-6 py-12 text-center">
      <p className="font-semibold">
        {forbidden ? 'Your screens and windows appear here' : 'Nothing to record was found'}
      </p>
      <p className="mx-auto mt-1 max-w-sm text-soft">
        {forbidden
          ? 'As soon as the system lets the app record the screen.'
          : 'Check that this app may record the screen in the system’s privacy settings, then refresh.'}
      </p>
    </div>
  );
}

function LoadingSources() {
  return (
    <div aria-busy="true" className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-3">
      <span className="sr-only">Looking for screens and windows…</span>
      {[0, 1].map((card) => (
        <div key={card} aria-hidden className="aspect-[11/8] animate-pulse rounded-xl bg-sunken" />
      ))}
    </div>
  );
}
