/** How long one plugin may take to start, in milliseconds. Our choice. */
export const START_MS_MAX = 30_000

/** How long the whole host may take to stop, in milliseconds. Our choice. */
export const STOP_MS_MAX = 10_000
