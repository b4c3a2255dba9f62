import { ObjectStoreError, type WriteCondition } from '../objectStore/objectStore';
import { createIntent, findLostCreate } from './lostCreate';
import { isConditionRefusal, assertKeyAvailable, writeGuarded } from './guardedWrite';
import { requireAsMade } from './expectedContent';
import { abandonGeneration } from './generation';
import { planParts } from './partPlan';
import { reconcileParts, rehashParts } from './resumeParts';
import { sendParts } from './sendParts';
import { findVerified } from './lookAtKey';
import { objectMetadata, StartAnew, type Transfer, type UploadResult } from './transfer';
import { uploadKeepsVanishing, uploadNeverKnown } from '../uploadFailures';

/**
 * Completes a multipart upload from any intermediate state and verifies the object. The order of writes allows running
 * this function again after a crash at any point.
 * @throws StartAnew if this generation cannot be finished
 */
export async function uploadInParts(transfer: Transfer): Promise<UploadResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await continueToTheEnd(transfer);
    } catch (error) {
      if (!(error instanceof ObjectStoreError && error.verdict === 'gone')) throw error;
      // The server does not know the upload: it was completed and the reply was lost, or the upload is lost.
      const found = await findVerified(transfer, sentParts(transfer), 'before');
      if (found.found === 'verified') return found.result;
      // Or a part differs from our record: comparing once more may avoid sending everything again.
      if (error.problem.code !== 'InvalidPart' || tries > 1) throw new StartAnew(whyLost(transfer));
    }
  }
}

/** If an upload is lost at its end, the whole file was sent in vain: this must not repeat forever. */
function whyLost({ ledger }: Transfer): ObjectStoreError {
  return ledger.state.multipart?.completeSentAt ? uploadNeverKnown() : uploadKeepsVanishing();
}

async function continueToTheEnd(transfer: Transfer): Promise<UploadResult> {
  const { source, bytes, ledger, partSizeBytes } = transfer;
  const plan = planParts(source.identity.size, partSizeBytes);
  const { multipart } = ledger.state;
  const compared = multipart && !transfer.isVouchedFor ? await rehashParts(transfer, plan) : undefined;
  const { parts = [], areSame } = compared ?? { parts: multipart?.parts, areSame: true };
  transfer.isVouchedFor = true;
  if (areSame && multipart?.completeSentAt) {
    const found = await findVerified(transfer, { parts, isMultipart: true }, 'before');
    if (found.found === 'verified') return found.result;
  }
  if (ledger.state.multipart) await ledger.saveParts(await reconcileParts(transfer, plan));
  else {
    const key = await assertKeyAvailable(transfer, { begunBefore: false });
    await abortLostCreate(transfer);
    if ('result' in key) return key.result;
    await begin(transfer);
  }
  bytes.startAt(ledger.state.bytesUploaded);
  const have = new Set(ledger.multipart.parts.map((part) => part.number));
  await sendParts(
    transfer,
    plan.filter(({ number }) => !have.has(number)),
  );
  await requireAsMade(transfer, plan);
  return complete(transfer);
}

async function begin(transfer: Transfer): Promise<void> {
  const { store, target, signal, ledger, capabilities, partSizeBytes, now } = transfer;
  const { key, contentType } = target;
  await ledger.save({ createIntent: await createIntent(store, key, signal) });
  const { checksumAlgorithm } = capabilities;
  const { uploadId } = await store.createMultipartUpload({
    key,
    contentType,
    metadata: objectMetadata(transfer),
    checksumAlgorithm,
    signal,
  });
  const multipart = { uploadId, partSizeBytes, checksumAlgorithm, initiatedAt: now(), parts: [] };
  await ledger.save({ multipart, bytesUploaded: 0, createIntent: undefined });
}

/** A crash between Create and its record left an upload of ours. Searching for it may be denied. */
async function abortLostCreate({ store, target: { key }, signal, ledger }: Transfer): Promise<void> {
  const intent = ledger.state.createIntent;
  if (intent === undefined) return;
  try {
    const uploadId = await findLostCreate(store, key, intent, signal);
    if (uploadId !== null) await store.abortMultipartUpload({ key, uploadId, signal });
  } catch (error) {
    if (!(error instanceof ObjectStoreError && error.verdict === 'needs-user')) throw error;
  }
  await ledger.save({ createIntent: undefined });
}

async function complete(transfer: Transfer): Promise<UploadResult> {
  const { ledger } = transfer;
  const key = await assertKeyAvailable(transfer, { begunBefore: true, parts: ledger.multipart.parts });
  const result = 'result' in key ? key.result : await completeUnder(transfer, key.condition);
  // Another upload's object has the same content, so the parts are not needed.
  if (result.foreign) await ledger.save(abandonGeneration(ledger.state));
  return result;
}

async function completeUnder(transfer: Transfer, condition: WriteCondition): Promise<UploadResult> {
  const { store, source, target, signal, ledger, now } = transfer;
  const { key } = target;
  await source.requireUntouched();
  await ledger.save({ multipart: { ...ledger.multipart, completeSentAt: now() } });
  const { uploadId, checksumAlgorithm, parts } = ledger.multipart;
  const listed = parts.map(({ number, etag, checksum: value }) => ({
    number,
    etag,
    checksum: value === undefined ? undefined : { algorithm: checksumAlgorithm, value },
  }));
  const send = async (under: WriteCondition) => {
    try {
      await store.completeMultipartUpload({ key, uploadId, parts: listed, ...under, signal });
      return undefined;
    } catch (error) {
      if (error instanceof ObjectStoreError && error.verdict === 'corrupt') throw new StartAnew(error);
      if (!isConditionRefusal(error, under)) throw error;
      return error;
    }
  };
  const what = sentParts(transfer);
  return writeGuarded(transfer, { what, condition, hasLooked: true, begunBefore: true, send });
}

function sentParts({ ledger }: Transfer) {
  return { parts: ledger.multipart.parts, isMultipart: true };
}
