/** `next`: marker of the following page; undefined on the last. */
type Page<Item> = { items: Item[]; next?: string };

type Paging<Item> = {
  page: (marker?: string) => Promise<Page<Item>>;
  /** Returns a unique id of an item. */
  identify: (item: Item) => string;
};

/** S3 may send a few empty pages in between. */
const MOST_PAGES_WITHOUT_NEWS = 10;
/** A million items at S3's page size: far more than the key or the upload of one bundle can have. */
const MOST_PAGES = 1000;

/**
 * All items of a listing, without duplicates. Ends when the server says so, and also if the server repeats a marker,
 * keeps sending pages without new items, or sends more than a thousand pages.
 */
export async function allPages<Item>({ page, identify }: Paging<Item>): Promise<Item[]> {
  const items = new Map<string, Item>();
  const asked = new Set<string>();
  let marker: string | undefined;
  for (let withoutNews = 0, pages = 0; withoutNews < MOST_PAGES_WITHOUT_NEWS && pages < MOST_PAGES; pages++) {
    const before = items.size;
    const { items: found, next } = await page(marker);
    for (const item of found) items.set(identify(item), item);
    withoutNews = items.size > before ? 0 : withoutNews + 1;
    // A second page without new items: the rest will repeat too.
    const repeats = found.length > 0 && withoutNews > 0;
    if (next === undefined || asked.has(next) || repeats) break;
    asked.add(next);
    marker = next;
  }
  return [...items.values()];
}
