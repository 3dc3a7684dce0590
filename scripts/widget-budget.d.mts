export const LOADER_BUDGET: number;
export const PANEL_BUDGET: number;
export function measureWidget(): { loader: number; panel: number; files: string[] };
