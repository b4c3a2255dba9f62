export function proseProblems(markdown: string): { line: number; reason: string }[];
