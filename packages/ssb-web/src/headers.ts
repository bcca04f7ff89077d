/** What a browser is told to hold the page to: only its own files, no script in the text, nobody frames it. */
export function pageHeaders(host: string, isSecure: boolean): Readonly<Record<string, string>> {
  // `host` has been found to be ours. Not every browser counts the WebSocket of the same port as 'self'.
  const socket = `${isSecure ? 'wss' : 'ws'}://${host}`
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "media-src 'self'",
      `connect-src 'self' ${socket}`,
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types dompurify',
    ].join('; '),
    ...COMMON,
  }
}

/** For a page that is text and one picture. */
export const STATIC_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ...common(),
}

const COMMON: Readonly<Record<string, string>> = common()

function common(): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  }
}
