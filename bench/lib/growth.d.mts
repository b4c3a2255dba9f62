export function growthPerMinute(samples: { minutes: number; bytes: number }[]): number;
