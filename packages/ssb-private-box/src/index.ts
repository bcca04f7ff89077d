/**
 * Encrypt a message to up to 255 recipients without saying who they are (private-box, "box1").
 *
 * @packageDocumentation
 */
export { type BoxOptions, box } from './box.ts'
export { PrivateBoxError, type PrivateBoxErrorCode } from './errors.ts'
export { RECIPIENTS_MAX, RECIPIENTS_MAX_DEFAULT, UNBOX_KEY_BYTES } from './format.ts'
export { type UnboxOptions, unbox, unboxBody, unboxKey } from './unbox.ts'
