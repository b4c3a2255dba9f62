export function conflictLines(text: string): number[];
