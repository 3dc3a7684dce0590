/** @returns lines that say what is wrong; none when all is well */
export function judge(report: object, exceptions: readonly object[], today?: string): string[];
