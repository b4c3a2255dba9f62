import { Autocomplete } from '@base-ui/react/autocomplete';
import { useId, useRef, useState } from 'react';
import { useController, useFormContext } from 'react-hook-form';
import type { AwsProfileKind, AwsProfileView } from '../shared/upload';
import { cn } from './ui/cn';
import type { UploadConfigForm } from './uploadConfigForm';

export type ProfileFieldProps = {
  /** Absent until loaded, or if loading failed. */
  profiles?: readonly AwsProfileView[];
  /** Called when the user picks a profile from the list. */
  onPick: () => void;
};

const kinds: Readonly<Record<AwsProfileKind, string>> = {
  keys: 'Access key',
  'temporary-keys': 'Temporary key',
  sso: 'SSO',
  login: 'Console sign-in',
  process: 'Command',
  role: 'Role',
  'web-identity': 'Web identity',
};

/** The name of an AWS profile, typed or chosen from the list. */
export function ProfileField({ profiles = [], onPick }: ProfileFieldProps) {
  const { control } = useFormContext<UploadConfigForm>();
  const { field, fieldState } = useController({ control, name: 'awsProfile' });
  const { ref, value, onChange, onBlur } = field;
  const [asked, setAsked] = useState(false);
  const [typing, setTyping] = useState(false);
  const bringRegion = useBroughtRegion(profiles);
  const matches = profiles.some(({ name }) => name.toLowerCase().includes(value.toLowerCase()));
  const id = useId();
  const error = fieldState.error?.message;
  const take = (name: string, { reason }: { reason: string }) => {
    onChange(name);
    onPick();
    // A name is not used while the user types it: it may be the prefix of another.
    setTyping(reason === 'input-change');
    if (reason === 'item-press') bringRegion(name);
  };
  const leave = () => {
    onBlur();
    setTyping(false);
    bringRegion(value.trim());
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        Profile
      </label>
      <Autocomplete.Root
        items={profiles}
        value={value}
        onValueChange={take}
        itemToStringValue={({ name }) => name}
        openOnInputClick
        // An open list hides the rest of the page from assistive technology; without rows that would help no one.
        open={asked && matches}
        onOpenChange={setAsked}
      >
        <Autocomplete.Input
          id={id}
          ref={ref}
          onBlur={leave}
          placeholder="default"
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-hint`}
          className={cn(
            'h-9 w-full rounded-lg border bg-surface px-3 text-sm placeholder:text-soft',
            error ? 'border-bad' : 'border-edge/70 hover:border-edge',
          )}
        />
        <ProfileList />
      </Autocomplete.Root>
      <ProfileHint id={`${id}-hint`} error={error} warning={typing ? undefined : warningFor(value, profiles)}>
        {hintFor(profiles)}
      </ProfileHint>
    </div>
  );
}

/** Fills in a chosen profile's region unless the user typed one. */
function useBroughtRegion(profiles: readonly AwsProfileView[]): (name: string) => void {
  const { getValues, setValue } = useFormContext<UploadConfigForm>();
  const brought = useRef('');
  return (name) => {
    const region = profiles.find((profile) => profile.name === name)?.region;
    if (!region || !['', brought.current].includes(getValues('region').trim())) return;
    brought.current = region;
    setValue('region', region);
  };
}

function ProfileList() {
  return (
    <Autocomplete.Portal>
      <Autocomplete.Positioner sideOffset={4} className="outline-hidden">
        <Autocomplete.Popup className="max-h-64 w-(--anchor-width) overflow-y-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-float outline-hidden">
          <Autocomplete.List>
            {(profile: AwsProfileView) => (
              <Autocomplete.Item
                key={profile.name}
                value={profile}
                className="flex cursor-pointer items-baseline justify-between gap-3 rounded-md px-2.5 py-1.5 outline-hidden select-none data-highlighted:bg-accent data-highlighted:text-accent-ink"
              >
                <span className="min-w-0 truncate">{profile.name}</span>
                <span className="shrink-0 text-xs opacity-80">{describe(profile)}</span>
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </Autocomplete.Popup>
      </Autocomplete.Positioner>
    </Autocomplete.Portal>
  );
}

function describe({ kind, region }: AwsProfileView): string {
  return [kind && kinds[kind], region].filter(Boolean).join(' · ');
}

type ProfileHintProps = { id: string; error?: string; warning?: string; children: string };

function ProfileHint({ id, error, warning, children }: ProfileHintProps) {
  const tone = error ? 'font-medium text-bad' : warning ? 'font-medium text-warn' : 'text-soft';
  return (
    <p id={id} className={cn('text-xs', tone)}>
      {error ?? warning ?? children}
    </p>
  );
}

/** If no profiles were found, the hint says so already. */
function warningFor(name: string, profiles: readonly AwsProfileView[]): string | undefined {
  const typed = name.trim();
  if (typed === '' || profiles.length === 0 || profiles.some((profile) => profile.name === typed))
    return undefined;
  return `There is no profile “${typed}” on this computer yet.`;
}

function hintFor(profiles: readonly AwsProfileView[]): string {
  return profiles.length > 0
    ? 'The app asks the profile for keys when it uploads, and keeps none.'
    : 'No profiles were found in ~/.aws/config and ~/.aws/credentials. One that you make later can be named here.';
}
