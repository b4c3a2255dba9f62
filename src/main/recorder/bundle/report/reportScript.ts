/**
 * Brings the video to a step that is clicked, and marks the step that the video is at. Without it the page can be
 * read all the same. Plain JavaScript: it runs as it stands, in whatever browser the reader has.
 */
export const reportScript = `
'use strict';
const video = document.querySelector('video');
const parts = [...document.querySelectorAll('.parts button')];
const steps = [...document.querySelectorAll('li[data-part]')].map((row) => ({ row, part: Number(row.dataset.part), at: Number(row.dataset.at) }));
let part = 0;
let marked = null;
function show(index, at, play) {
  const begin = () => { video.currentTime = at; if (play) video.play().catch(() => {}); };
  if (index === part && video.readyState > 0) return begin();
  part = index;
  parts.forEach((button, other) => button.toggleAttribute('aria-current', other === index));
  video.src = parts[index].dataset.src;
  video.addEventListener('loadedmetadata', begin, { once: true });
  video.load();
}
function mark() {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { part: in_, at } = steps[middle];
    if (in_ < part || (in_ === part && at <= video.currentTime + 0.001)) low = middle + 1; else high = middle;
  }
  const row = low > 0 ? steps[low - 1].row : null;
  if (row === marked) return;
  if (marked) marked.removeAttribute('aria-current');
  if (row) row.setAttribute('aria-current', 'step');
  marked = row;
}
if (video) {
  parts.forEach((button, index) => button.addEventListener('click', () => show(index, 0, true)));
  document.addEventListener('click', (event) => {
    const row = event.target.closest('li[data-part]');
    if (row && event.target.closest('button')) show(Number(row.dataset.part), Number(row.dataset.at), false);
  });
  video.addEventListener('timeupdate', mark);
  video.addEventListener('seeked', mark);
  video.addEventListener('ended', () => { if (part + 1 < parts.length) show(part + 1, 0, true); });
}`;
