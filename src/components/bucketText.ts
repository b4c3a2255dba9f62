import { describeFiles } from '../shared/missingFiles';
import { describeOthers } from '../shared/otherFiles';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import { formatBytes, formatDateTime, type Place } from './format';
import { BUNDLE_DAMAGED, SESSION_IS_LINK } from './sessionRules';

type Uploaded = NonNullable<SessionListItem['uploaded']>;

/** `asking` until the bucket has answered or the check timed out. */
export type Answer = BucketCheck | 'asking';

/** A dialog's text, paragraphs separated by an empty line; with `needsConsent` its yes needs a tick first. */
export type Question = { title: string; text: string; needsConsent: boolean };

const GONE_FOR_GOOD = 'Its video, screenshots and actions will be permanently deleted.';
const NOT_CHECKED = 'The record of its upload came with the folder and was not checked.';
const ONLY_COPY = 'Delete the only copy?';

/**
 * The question before a session is deleted from this computer: where other copies are, by the bucket's current answer,
 * and which files that are in no bundle are deleted with it.
 */
export function askDeletion(item: SessionListItem, answer: Answer, place?: Place): Question {
  if (item.condition === 'not-a-folder') return askAboutNoFolder(item);
  const question = askAboutCopies(item, answer, place);
  if (!item.otherFiles) return question;
  const go = item.otherFiles.count === 1 ? 'It will be deleted, too.' : 'They will be deleted, too.';
  const text = `${question.text}\n\n${describeOthers(item.otherFiles)} ${go}`;
  return { ...question, text, needsConsent: true };
}

function askAboutNoFolder({ problem }: SessionListItem): Question {
  if (problem?.code === SESSION_IS_LINK) {
    const text = 'Only the link is deleted. The folder that it leads to stays as it is, with all its files.';
    return { title: 'Delete this link?', text, needsConsent: false };
  }
  const text = `${problem?.message ?? ''} It will be permanently deleted.`;
  return { title: 'Delete it?', text, needsConsent: true };
}

function askAboutCopies(item: SessionListItem, answer: Answer, place?: Place): Question {
  // A copied folder is another folder, whose content was not checked.
  if (item.condition === 'to-adopt') {
    const text = `${item.problem?.message ?? ''} Only this folder is deleted, with all that it holds. It was not checked whether the recording exists anywhere else.`;
    return { title: 'Delete this folder?', text, needsConsent: true };
  }
  const { uploaded } = item;
  const at = uploaded?.location ?? item.location;
  if (at === undefined) {
    const unknown = item.uploadUnknown?.message ?? (item.uploadClaim && NOT_CHECKED);
    const text = unknown
      ? `It is not known whether this recording was uploaded. ${unknown} ${GONE_FOR_GOOD}`
      : `This recording exists nowhere else: it was not uploaded. ${GONE_FOR_GOOD}`;
    return { title: ONLY_COPY, text, needsConsent: true };
  }
  const when = uploaded ? ` on ${formatDateTime(uploaded.verifiedAt, place)}` : '';
  if (answer === 'asking') {
    const text = `Checking that the bucket still holds the uploaded bundle at ${at}…`;
    return { title: 'Delete from this computer?', text, needsConsent: true };
  }
  switch (answer.found) {
    case 'same':
      if (item.problem?.code === BUNDLE_DAMAGED) return damaged(isCurrent(item), at, when);
      if (isCurrent(item) && !answer.bundleChanged) return stays(at, item.missingFiles);
      return onlyOlder(at, when, item.problem?.code === 'BundleMissing');
    case 'gone': {
      const text = `The bundle is no longer in the bucket: there is no object at ${at}. This recording exists nowhere else. ${GONE_FOR_GOOD}`;
      return { title: ONLY_COPY, text, needsConsent: true };
    }
    case 'other': {
      const text = `The object at ${at} is not the bundle that was uploaded${when}. This may be the only copy of the recording. ${GONE_FOR_GOOD}`;
      return { title: ONLY_COPY, text, needsConsent: true };
    }
    case 'unknown': {
      const last = uploaded?.check;
      if (last && last.found !== 'same') {
        const then = last.found === 'gone' ? 'the bundle was not there' : 'a different object was there';
        const asked = `When it was last checked, on ${formatDateTime(last.checkedAt, place)}, ${then}: ${at}.`;
        const text = `${answer.error?.message ?? 'The bucket could not be checked.'} ${asked} ${GONE_FOR_GOOD}`;
        return { title: ONLY_COPY, text, needsConsent: true };
      }
      const text = `${answer.error?.message ?? 'The bucket could not be checked.'} The bundle at ${at} was verified when it was uploaded${when}. It may not be there any more.`;
      return { title: 'Delete without checking the bucket?', text, needsConsent: true };
    }
  }
}

/** @param isUploaded the damaged bundle itself was uploaded, not a good one before it */
function damaged(isUploaded: boolean, at: string, when: string): Question {
  const text = isUploaded
    ? `The bucket holds the same bundle, which was changed or damaged after its export: ${at}. The recording itself exists nowhere else. ${GONE_FOR_GOOD}`
    : `The bucket still holds the bundle that was uploaded${when}: ${at}. The bundle on this computer was changed or damaged since. The files on this computer will be deleted.`;
  return { title: isUploaded ? ONLY_COPY : 'Delete from this computer?', text, needsConsent: true };
}

/** @param missing files that the bundle left out: if they were put back, only this computer has them */
function stays(at: string, missing?: readonly string[]): Question {
  const lacks = missing ? ` It was made without ${describeFiles(missing)}.` : '';
  const text = `The bucket was checked just now and still holds the uploaded bundle, at ${at}.${lacks} The files on this computer will be deleted.`;
  return { title: 'Delete from this computer?', text, needsConsent: missing !== undefined };
}

/** @param isGone the newer bundle is not on this computer any more; its source files may be */
function onlyOlder(at: string, when: string, isGone: boolean): Question {
  const rest = isGone
    ? 'The newer bundle is gone, and the rest of the recording exists only on this computer.'
    : 'The newer bundle exists only on this computer.';
  const text = `The bucket only holds an older version, uploaded${when}: ${at}. ${rest}`;
  return { title: 'Delete the only copy of this version?', text, needsConsent: true };
}

/** Whether the upload matches the files on this computer. */
function isCurrent({ uploadStatus, changedSinceUpload }: SessionListItem): boolean {
  return uploadStatus === 'done' && !changedSinceUpload;
}

/** The question before an object in the bucket is replaced; `yes` is the label of the confirming button. */
export function askReplacement(
  item: SessionListItem,
  answer: Answer,
  place?: Place,
): { text: string; lacks?: string; yes: string } {
  const mine = item.fileSizeBytes === undefined ? '' : ` (${formatBytes(item.fileSizeBytes, place)})`;
  const lacks = item.missingFiles
    ? `The one on this computer was made without ${describeFiles(item.missingFiles)}.`
    : undefined;
  const { uploaded } = item;
  if (!uploaded) return { text: `Upload the bundle on this computer${mine}?`, lacks, yes: 'Upload' };
  if (answer !== 'asking' && answer.found === 'gone') {
    const text = `There is no object at ${uploaded.location} any more, so nothing is replaced. Upload the bundle on this computer${mine}?`;
    return { text, lacks, yes: 'Upload' };
  }
  const text = `${holds(uploaded, answer, place)} Replace it with the one on this computer${mine}?`;
  return { text, lacks, yes: 'Replace' };
}

function holds(uploaded: Uploaded, answer: Answer, place?: Place): string {
  const { location, verifiedAt, sizeBytes } = uploaded;
  const bundle = `the bundle that was uploaded on ${formatDateTime(verifiedAt, place)} (${formatBytes(sizeBytes, place)})`;
  if (answer === 'asking') return `The bucket should hold ${bundle}, at ${location}. Checking…`;
  if (answer.found === 'unknown')
    return `${answer.error?.message ?? 'The bucket could not be checked.'} It held ${bundle}, at ${location}.`;
  if (answer.found === 'same') return `The bucket holds ${bundle}, at ${location}.`;
  const size = answer.sizeBytes === undefined ? '' : ` of ${formatBytes(answer.sizeBytes, place)}`;
  return `The object${size} at ${location} is not ${bundle}.`;
}

/** A row's text about the last check in the bucket; `isGood` if the object is unchanged. */
export function describeCheck(
  answer: Pick<BucketCheck, 'found' | 'checkedAt' | 'error'>,
  place?: Place,
): { text: string; isGood: boolean } {
  const asked = `Checked on ${formatDateTime(answer.checkedAt, place)}`;
  switch (answer.found) {
    case 'same':
      return { text: `${asked}: still there, size and checksum match`, isGood: true };
    case 'gone':
      return { text: `${asked}: no longer there`, isGood: false };
    case 'other':
      return { text: `${asked}: replaced by a different object`, isGood: false };
    case 'unknown': {
      const tried = `Could not be checked on ${formatDateTime(answer.checkedAt, place)}`;
      return {
        text: answer.error ? `${tried}: ${answer.error.message} ${answer.error.action}` : tried,
        isGood: false,
      };
    }
  }
}
