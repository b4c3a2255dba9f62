import { useEffect, useRef, useState } from 'react';
import type { Outcome } from './ConfigOutcome';

/** Long enough to be read; what was saved stands in the form. */
const SAVED_SHOWN_MS = 6000;

/** The last attempt to save or to test the settings. It outlives the panel, which is put away and fetched again. */
export type ConfigAttempt = {
  busy?: 'saving' | 'testing';
  /** How it ended; absent once the form was edited, and some seconds after all went well. */
  outcome?: Outcome;
  /** Begins one. @returns whether nothing was edited since */
  begin: (what: 'saving' | 'testing') => () => boolean;
  end: (outcome: Outcome | undefined) => void;
  /** The form differs from what was tried. */
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
