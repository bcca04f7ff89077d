/**
 * Everything of this package in one place: the drop-in replacement of ssb-keys 8.5 on Node.
 *
 * @packageDocumentation
 */
export * from './file.ts'
export * from './index.ts'
