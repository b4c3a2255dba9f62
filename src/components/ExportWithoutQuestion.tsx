import { AskContent } from './ui/AskDialog';

type ExportWithoutQuestionProps = {
  sessionName: string;
  /** Why the ordinary export was refused, in one sentence. */
  why: string;
  onExport: () => void;
};

/** Asks before an export that leaves out missing recorded files. */
export function ExportWithoutQuestion({ sessionName, why, onExport }: ExportWithoutQuestionProps) {
  return (
    <AskContent
      title="Export without what is missing?"
      name={sessionName}
      no="Do not export"
      yes="Export without them"
      danger
      onYes={onExport}
    >
      <p>{why}</p>
      <p>
        The new bundle will say what it lacks, and takes the place of an earlier one on this computer. Files
        that are put back later can be exported again.
      </p>
    </AskContent>
  );
}
