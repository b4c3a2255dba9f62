import writeGood from 'write-good';

const LONGEST_SENTENCE = 35;

const OPTIONS = {
  // The passive, adverbs and "several" are often right in a reference.
  ...{ passive: false, adverb: false, weasel: false, eprime: false },
  whitelist: [
    'it is',
    'It is',
    'it was',
    'It was',
    'maximum',
    'minimum',
    'validate',
    'requirement',
    'however',
    'therefore',
  ],
};

/** Phrases that make a reader read a sentence twice. */
const AWKWARD = [
  /\b(whoever|nobody|whosoever|wants|bears|beside|thereof|therein|all the same|in the midst of)\b/gi,
  /\b(goes|go|went) on\b/gi,
  // A clause as the subject: "What the app does is …"
  /(?<=(^|[.:;]) *)what [^.?|\n]{0,60}? (is|are|has|have|goes|lies)\b/gim,
];

// A blank line and a list item end a sentence too.
const SENTENCE = /(?:(?![.:;!?]["”*_)]*\s|\n\s*\n|\n\s*(?:[-*]|\d+\.) )[^])+/g;

/** What is hard to read in a Markdown document, without its code, tables and links' targets: `{ line, reason }`. */
export function proseProblems(markdown) {
  const text = proseOf(markdown);
  return [...writeGood(text, OPTIONS), ...awkwardPhrases(text), ...longSentences(text)].map(
    ({ index, reason }) => ({
      line: text.slice(0, index).split('\n').length,
      reason: reason.replace(/\s+/g, ' '),
    }),
  );
}

/** The prose at its places, without headings; every other character is blank. */
function proseOf(markdown) {
  return markdown
    .replace(/^```[^]*?^```$|<!--[^]*?-->|^#+ .*$|^\|.*$|^ {4,}npm .*$/gm, blank)
    .replace(/(?<=\])\([^)]*\)/g, blank)
    .replace(/`[^`]+`/g, (code, at) => `x${at}`.padEnd(code.length, '_'));
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ');
}

function awkwardPhrases(text) {
  return AWKWARD.flatMap((phrase) =>
    [...text.matchAll(phrase)].map(({ 0: found, index }) => ({ index, reason: `"${found}" is awkward` })),
  );
}

function longSentences(text) {
  return [...text.matchAll(SENTENCE)].flatMap(({ 0: sentence, index }) => {
    const words = sentence.match(/[\p{L}\d]\S*/gu)?.length ?? 0;
    const start = index + (sentence.length - sentence.trimStart().length);
    return words > LONGEST_SENTENCE ? [{ index: start, reason: `a sentence of ${words} words` }] : [];
  });
}
