import { LoaderCircle } from 'lucide-react';

/** Shows that work is in progress; the text beside it names the work. */
export function Spinner() {
  return <LoaderCircle aria-hidden className="animate-spin" />;
}
