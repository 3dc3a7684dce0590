/** Hooks for React. */
export {};
