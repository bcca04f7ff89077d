/** The folder names of all packages, in alphabetical order. */
export declare const packages: readonly string[]
