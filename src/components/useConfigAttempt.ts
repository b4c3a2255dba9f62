import { useEffect, useRef, useState } from 'react';
import type { Outcome } from './ConfigOutcome';

/** Long enough to read; the form shows the saved values. */
const SAVED_SHOWN_MS = 6000;

/** The last attempt to save or test the settings. It outlives the panel, which may be closed and reopened. */
export type ConfigAttempt = {
  busy?: 'saving' | 'testing';
  /** Its result; absent after an edit of the form, and some seconds after a success. */
  outcome?: Outcome;
  /** Begins one. @returns a function that tells whether the form is unedited since */
  begin: (what: 'saving' | 'testing') => () => boolean;
  end: (outcome: Outcome | undefined) => void;
  /** The form differs from the attempted values. */
  noteEdit: () => void;
};

export function useConfigAttempt(): ConfigAttempt {
  const [busy, setBusy] = useState<ConfigAttempt['busy']>();
  const [outcome, setOutcome] = useState<Outcome>();
  const edits = useRef(0);
  const isOnlySaved = outcome?.kind === 'saved' && outcome.refused === undefined;
  useEffect(() => {
    if (!isOnlySaved) return;
    const timer = setTimeout(() => setOutcome(undefined), SAVED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isOnlySaved]);
  return {
    busy,
    outcome,
    begin: (what) => {
      const editsBefore = edits.current;
      setOutcome(undefined);
      setBusy(what);
      return () => edits.current === editsBefore;
    },
    end: (ended) => {
      setBusy(undefined);
      setOutcome(ended);
    },
    noteEdit: () => {
      edits.current += 1;
      setOutcome(undefined);
    },
  };
}
