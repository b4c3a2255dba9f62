/** `next`: where the following page begins; undefined after the last. */
type Page<Item> = { items: Item[]; next?: string };

type Paging<Item> = {
  page: (marker?: string) => Promise<Page<Item>>;
  /** Tells two items apart. */
  identify: (item: Item) => string;
};

/** S3 may send a few pages without an item between others. */
const MOST_PAGES_WITHOUT_NEWS = 10;
/** A million items at S3's page size: far more than one bundle's key or upload can have. */
const MOST_PAGES = 1000;

/**
 * All items of a listing, each once. It ends where the server says so, and also where the server names a place again that
 * was asked for already, keeps sending pages without anything new, or sends more than a thousand pages.
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
    // A page that only repeats what came before will not lead on either.
    const repeats = found.length > 0 && withoutNews > 0;
    if (next === undefined || asked.has(next) || repeats) break;
    asked.add(next);
    marker = next;
  }
  return [...items.values()];
}
