export function bundlePage(): Promise<{
  readonly files: Map<string, Uint8Array>
  readonly entry: string
  readonly lazy: Map<string, string>
}>
export function compressed(name: string, bytes: Uint8Array): Uint8Array | null
export function gzipped(bytes: Uint8Array): number
