/** 0 … 1 out of four random bytes. */
export function numberFrom(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) value = value * 256 + byte
  return value / 2 ** 32
}
